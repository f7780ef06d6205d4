// The lint that a user's test suite keeps: it fails on what would leave items unreadable, and on nothing else.
import { describe, expect, test } from 'vitest'
import { AttributeActions, lintActions, type ActionsByModel, type AttributeActionsOptions } from 'dynamodb-encryption-client'

const BEFORE: AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY', link: 'SIGN_ONLY' } }
const AFTER: AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY', link: 'ENCRYPT_AND_SIGN' } }
const UNSIGNED: AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY', link: 'DO_NOTHING' } }
const REMOVED: AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY' } }

const snapshotOf = (models: ActionsByModel): string => lintActions(undefined, models).snapshot

test('the first time there is nothing to compare with', () => {
  expect(lintActions(undefined, { Person: BEFORE })).toMatchObject({ problems: [], changes: {} })
})

test('the snapshot is the same text for the same actions, however they are written', () => {
  const one = snapshotOf({ Person: BEFORE, Order: AFTER })
  const other = snapshotOf({
    Order: new AttributeActions(AFTER),
    Person: [
      {
        attributes: new Map([
          ['link', 'SIGN_ONLY'],
          ['id', 'SIGN_ONLY'],
        ]),
      },
    ],
  })
  expect(other).toBe(one)
  expect(one.endsWith('}\n')).toBe(true)
})

test('an attribute named __proto__ is kept', () => {
  const models = { Person: { attributes: new Map([['__proto__', 'SIGN_ONLY'] as const]) } }
  expect(lintActions(snapshotOf(models), models)).toMatchObject({ problems: [], changes: { Person: [] } })
  expect(lintActions(snapshotOf(models), { Person: {} }).problems).toHaveLength(1)
})

describe('passes', () => {
  test.each<[string, AttributeActionsOptions, ActionsByModel[string]]>([
    ['no change', BEFORE, BEFORE],
    ['a change with the former actions in the history', BEFORE, [AFTER, BEFORE]],
    ['a change with former actions that were unsigned', UNSIGNED, [AFTER, { actions: UNSIGNED, returnsUnsigned: ['link'] }]],
    ['the first stage of a change: written as before, read both ways', BEFORE, [BEFORE, AFTER]],
    ['a removed attribute with the former actions in the history', BEFORE, [REMOVED, BEFORE]],
    ['a new attribute', REMOVED, BEFORE],
  ])('%s', (_, before, after) => {
    expect(lintActions(snapshotOf({ Person: before }), { Person: after }).problems).toEqual([])
  })

  test('a new model', () => {
    expect(lintActions(snapshotOf({ Person: BEFORE }), { Person: BEFORE, Order: AFTER }).problems).toEqual([])
  })

  test('and still tells what a new attribute needs', () => {
    const { changes } = lintActions(snapshotOf({ Person: REMOVED }), { Person: BEFORE })
    expect(changes).toMatchObject({ Person: [{ attributeName: 'link', needs: 'DEPLOY_FIRST' }] })
  })
})

describe('fails', () => {
  test.each<[string, ActionsByModel[string], ActionsByModel[string], string]>([
    ['a changed action without history', BEFORE, AFTER, '"link" as SIGN_ONLY'],
    ['a changed action with another history', BEFORE, [AFTER, REMOVED], '"link" as SIGN_ONLY'],
    ['a removed attribute', BEFORE, REMOVED, 'name the attribute again'],
    ['a changed default', BEFORE, { ...BEFORE, default: 'SIGN_ONLY' }, 'the default action'],
    ['a former entry that is dropped', [AFTER, BEFORE], AFTER, 'former entry'],
  ])('%s', (_, before, after, text) => {
    const { problems } = lintActions(snapshotOf({ Person: before }), { Person: after })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('"Person"')
    expect(problems[0]).toContain(text)
  })

  test('a model that is gone', () => {
    expect(lintActions(snapshotOf({ Person: BEFORE }), {}).problems).toEqual([expect.stringContaining('"Person" is gone')])
  })

  test.each([
    '',
    'null',
    '[]',
    '{"Person":1}',
    '{"Person":[1]}',
    '{"Person":[{"default":"SIGN","attributes":[]}]}',
    '{"Person":[{"attributes":[["id"]]}]}',
    '{"Person":[{"default":"SIGN_ONLY","attributes":[1]}]}',
  ])('a text that is no snapshot: %s', (text) => {
    expect(() => lintActions(text, { Person: BEFORE })).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }))
  })
})
