// Former actions: tried where the newest do not hold, and never a way to slip an unsigned attribute into an old item.
import {
  AttributeActions,
  type ActionsHistory,
  type AttributeActionsInput,
  type FormerActions,
  type Item,
} from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { itemEncryptor } from '../support/encryptors.js'
import { failureOf } from '../support/failures.js'
import { without } from '../support/items.js'
import { DESCRIPTION, SIGNATURE } from '../support/reference-format.js'

const ITEM: Item = { id: { S: '7' }, when: { N: '1' }, name: { S: 'Ada' }, role: { S: 'user' }, note: { S: 'likes trains' } }
const keys = (options: ConstructorParameters<typeof AttributeActions>[0]): AttributeActions =>
  new AttributeActions(options).withIndexKeys('id', 'when')
const ALL = keys({})
const NOTE_PLAIN = keys({ attributes: { note: 'SIGN_ONLY' } })
const NOTE_NAME_PLAIN = keys({ attributes: { note: 'SIGN_ONLY', name: 'SIGN_ONLY' } })
const SIGNED = keys({ default: 'SIGN_ONLY' })

const store = (actions: AttributeActionsInput, item: Item = ITEM): Promise<Item> => itemEncryptor({ actions }).encryptItem(item)

describe('reading', () => {
  test.each<[string, AttributeActionsInput]>([
    ['the newest', ALL],
    ['the second', NOTE_PLAIN],
    ['the third', NOTE_NAME_PLAIN],
    ['the oldest', SIGNED],
  ])('what %s wrote', async (_which, writtenUnder) => {
    const actions: ActionsHistory = [ALL, NOTE_PLAIN, NOTE_NAME_PLAIN, SIGNED]
    const stored = await store(writtenUnder)
    expect(await itemEncryptor({ actions }).decryptItem(stored)).toEqual(ITEM)
    // In any order: the entry under which the signature holds also says what is decrypted.
    expect(await itemEncryptor({ actions: [SIGNED, NOTE_PLAIN, ALL, NOTE_NAME_PLAIN] }).decryptItem(stored)).toEqual(ITEM)
    expect(await itemEncryptor().decryptItem(stored, { actions })).toEqual(ITEM)
  })

  test('in either library`s form', async () => {
    const stored = await itemEncryptor({ actions: NOTE_PLAIN, compatibility: 'python', context: {} }).encryptItem(ITEM)
    for (const compatibility of ['java', 'python'] as const) {
      expect(await itemEncryptor({ actions: [ALL, NOTE_PLAIN], compatibility, context: {} }).decryptItem(stored)).toEqual(ITEM)
    }
  })

  test('nothing that no entry allows', async () => {
    const stored = await store(SIGNED)
    await failureOf(
      () => itemEncryptor({ actions: [ALL, NOTE_PLAIN] }).decryptItem(stored),
      'SIGNATURE_MISMATCH',
      /or other attribute actions/,
    )
    await failureOf(
      () => itemEncryptor({ actions: [ALL, SIGNED] }).decryptItem({ ...stored, role: { S: 'admin' } }),
      'SIGNATURE_MISMATCH',
      /./,
    )
  })

  test('an entry that says the same as another', async () => {
    expect(await itemEncryptor({ actions: [ALL, keys({}), keys({}), SIGNED] }).decryptItem(await store(SIGNED))).toEqual(ITEM)
  })
})

describe('writing', () => {
  test('always with the newest', async () => {
    const encryptor = itemEncryptor({ actions: [ALL, SIGNED] })
    const stored = await encryptor.encryptItem(ITEM)
    expect(await itemEncryptor({ actions: ALL }).decryptItem(stored)).toEqual(ITEM)
    expect(stored['name']?.B).toBeDefined()
  })
})

describe('attributes that a former entry left alone', () => {
  const ROLE_ALONE = keys({ attributes: { role: 'DO_NOTHING' } })
  const former = (returnsUnsigned: readonly string[]): FormerActions => ({ actions: ROLE_ALONE, returnsUnsigned })

  test.each<[string, AttributeActionsInput]>([
    ['encrypted now', ALL],
    ['signed now', keys({ attributes: { role: 'SIGN_ONLY' } })],
  ])('%s: such a history is refused as it is', async (_what, newest) => {
    const error = await failureOf(
      () => itemEncryptor({ actions: [newest, ROLE_ALONE] }),
      'INVALID_ACTIONS',
      /an older entry of the actions history leaves "role" unsigned that the newest signs.*returnsUnsigned/,
    )
    expect(error.attributeName).toBe('role')
    await failureOf(
      () => itemEncryptor().decryptItem(ITEM, { actions: [newest, ALL, ROLE_ALONE] }),
      'INVALID_ACTIONS',
      /leaves "role" unsigned/,
    )
  })

  test('a default of DO_NOTHING: such a history is refused as it is', async () => {
    const nearlyNothing = new AttributeActions({
      default: 'DO_NOTHING',
      attributes: { name: 'SIGN_ONLY', id: 'SIGN_ONLY', when: 'SIGN_ONLY' },
    })
    const error = await failureOf(
      () => itemEncryptor({ actions: [ALL, nearlyNothing] }),
      'INVALID_ACTIONS',
      /leaves attributes unsigned that the newest signs/,
    )
    expect(error.attributeName).toBeUndefined()
  })

  test('a default of DO_NOTHING in both is no danger', async () => {
    const older = new AttributeActions({ default: 'DO_NOTHING', attributes: { name: 'SIGN_ONLY', id: 'SIGN_ONLY', when: 'SIGN_ONLY' } })
    const newest = new AttributeActions({
      default: 'DO_NOTHING',
      attributes: { name: 'ENCRYPT_AND_SIGN', id: 'SIGN_ONLY', when: 'SIGN_ONLY' },
    })
    const stored = await store(older)
    expect(await itemEncryptor({ actions: [newest, older] }).decryptItem(stored)).toEqual(ITEM)
  })

  test('signed in the newest by name, left alone by a default in an older one', async () => {
    const older = new AttributeActions({ default: 'DO_NOTHING', attributes: { name: 'SIGN_ONLY' } })
    const newest = new AttributeActions({ default: 'DO_NOTHING', attributes: { name: 'SIGN_ONLY', role: 'SIGN_ONLY' } })
    const error = await failureOf(() => itemEncryptor({ actions: [newest, older] }), 'INVALID_ACTIONS', /leaves "role" unsigned/)
    expect(error.attributeName).toBe('role')
  })

  test('are left out of an old item unless named', async () => {
    const stored = await store(ROLE_ALONE)
    expect(await itemEncryptor({ actions: [ALL, former([])] }).decryptItem(stored)).toEqual(without(ITEM, 'role'))
    expect(await itemEncryptor({ actions: [ALL, former(['name'])] }).decryptItem(stored)).toEqual(without(ITEM, 'role'))
    expect(await itemEncryptor({ actions: [ALL, former(['role'])] }).decryptItem(stored)).toEqual(ITEM)
  })

  test('so that nobody can add one', async () => {
    const stored = await store(ROLE_ALONE, without(ITEM, 'role'))
    const planted = { ...stored, role: { S: 'admin' } }
    expect(await itemEncryptor({ actions: [ALL, former([])] }).decryptItem(planted)).toEqual(without(ITEM, 'role'))
    // Named, it is returned with whatever value it has been given: the caller was told.
    expect(await itemEncryptor({ actions: [ALL, former(['role'])] }).decryptItem(planted)).toEqual({ ...ITEM, role: { S: 'admin' } })
  })

  test('where the older default is DO_NOTHING, all but the named are left out', async () => {
    const older = new AttributeActions({
      default: 'DO_NOTHING',
      attributes: { name: 'ENCRYPT_AND_SIGN', id: 'SIGN_ONLY', when: 'SIGN_ONLY' },
    })
    const stored = { ...(await store(older)), ['__proto__x']: { S: 'y' } }
    expect(await itemEncryptor({ actions: [ALL, { actions: older, returnsUnsigned: ['note'] }] }).decryptItem(stored)).toEqual(
      without(ITEM, 'role'),
    )
  })

  test('what the newest leaves alone as well is returned', async () => {
    const both = keys({ attributes: { role: 'DO_NOTHING', note: 'DO_NOTHING' } })
    const stored = await store(both)
    expect(await itemEncryptor({ actions: [ROLE_ALONE, { actions: both, returnsUnsigned: [] }] }).decryptItem(stored)).toEqual(
      without(ITEM, 'note'),
    )
  })

  test('under the newest nothing is left out', async () => {
    const stored = await store(ROLE_ALONE)
    expect(await itemEncryptor({ actions: [ROLE_ALONE, { actions: SIGNED, returnsUnsigned: [] }] }).decryptItem(stored)).toEqual(ITEM)
  })

  test('plain options serve as a former entry`s actions', async () => {
    const stored = await store(ROLE_ALONE)
    const options = { attributes: { id: 'SIGN_ONLY', when: 'SIGN_ONLY', role: 'DO_NOTHING' } } as const
    expect(await itemEncryptor({ actions: [ALL, { actions: options, returnsUnsigned: ['role'] }] }).decryptItem(stored)).toEqual(ITEM)
  })
})

describe('a newest entry that does nothing', () => {
  const NOTHING = new AttributeActions({ default: 'DO_NOTHING' })
  test('still reads what was protected before, and passes the rest through', async () => {
    const encryptor = itemEncryptor({ actions: [NOTHING, ALL] })
    expect(await encryptor.decryptItem(await store(ALL))).toEqual(ITEM)
    expect(await encryptor.decryptItem(ITEM)).toEqual(ITEM)
    expect(await encryptor.encryptItem(ITEM)).toEqual(ITEM)
  })

  test('does not return a protected item that was changed', async () => {
    const stored = { ...(await store(ALL)), id: { S: '8' } }
    await failureOf(() => itemEncryptor({ actions: [NOTHING, ALL] }).decryptItem(stored), 'SIGNATURE_MISMATCH', /./)
  })
})

describe('histories that are refused', () => {
  const NOTHING = new AttributeActions({ default: 'DO_NOTHING' })
  test.each<[string, unknown, RegExp]>([
    ['an empty one', [], /needs at least one entry/],
    ['one of nine entries', Array.from({ length: 9 }, () => ALL), /has at most 8 entries; this one has 9/],
    ['one with an older entry that does nothing', [ALL, NOTHING], /does nothing to any attribute/],
    ['one with such an entry and returnsUnsigned', [ALL, { actions: NOTHING, returnsUnsigned: ['role'] }], /does nothing to any attribute/],
    ['one with an unknown action', [ALL, { attributes: { a: 'ENCRYPT' } }], /the action of "a"/],
    ['one with a hole', [ALL, undefined], /actions/],
    ['one with null', [ALL, null], /actions/],
    ['one with a string', [ALL, 'SIGN_ONLY'], /actions/],
    [
      'one with a key to be encrypted in an older entry',
      [ALL, { default: 'SIGN_ONLY', attributes: { id: 'ENCRYPT_AND_SIGN' } }],
      /the primary key attribute "id"/,
    ],
  ])('%s', async (_what, history, message) => {
    const actions = history as ActionsHistory
    await failureOf(() => itemEncryptor({ actions }), 'INVALID_ACTIONS', message)
    await failureOf(() => itemEncryptor().decryptItem(ITEM, { actions }), 'INVALID_ACTIONS', message)
    await failureOf(() => itemEncryptor().decryptItems([], { actions }), 'INVALID_ACTIONS', message)
  })

  test('eight entries are fine', async () => {
    const actions: ActionsHistory = [ALL, ALL, ALL, ALL, ALL, ALL, ALL, SIGNED]
    expect(await itemEncryptor({ actions }).decryptItem(await store(SIGNED))).toEqual(ITEM)
  })
})

test('reserved attributes are never returned, whatever the entry', async () => {
  const stored = await store(SIGNED)
  expect(Object.keys(stored)).toContain(SIGNATURE)
  const read = await itemEncryptor({ actions: [new AttributeActions({ default: 'DO_NOTHING' }), ALL, SIGNED] }).decryptItem({ ...stored })
  expect(Object.keys(read)).not.toContain(SIGNATURE)
  expect(Object.keys(read)).not.toContain(DESCRIPTION)
})
