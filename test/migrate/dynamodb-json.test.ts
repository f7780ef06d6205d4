// Items as DynamoDB JSON: every type there and back, and what is no item is refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { itemFromJson, itemToJson } from '../../src/migrate/dynamodb-json.js'
import { item as anyItem } from '../support/arbitraries.js'
import { runs } from '../support/property-runs.js'

test('every item comes back', () => {
  fc.assert(
    fc.property(anyItem(), (item) => {
      const json = JSON.stringify(itemToJson(item))
      expect(JSON.stringify(itemToJson(itemFromJson(JSON.parse(json))))).toBe(json)
      expect(toPlain(itemFromJson(JSON.parse(json)))).toEqual(toPlain(item))
    }),
    runs(),
  )
})

/** Bytes in one form, whatever view of memory they were. */
function toPlain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([name, member]) => [name, toPlain(member)])
}

test('a name is data', () => {
  const item = itemFromJson(JSON.parse('{"__proto__":{"M":{"__proto__":{"S":"x"}}}}'))
  expect(Object.keys(item)).toEqual(['__proto__'])
  expect(JSON.stringify(itemToJson(item))).toBe('{"__proto__":{"M":{"__proto__":{"S":"x"}}}}')
})

describe('refused', () => {
  test.each([
    ['7', 'an item in DynamoDB JSON is an object'],
    ['[]', 'an item in DynamoDB JSON is an object'],
    ['{"a":"plain"}', '"a" holds something that is no value'],
    ['{"a":{}}', '"a" holds something that is no value'],
    ['{"a":{"S":"x","N":"1"}}', '"a" holds something that is no value'],
    ['{"a":{"N":1}}', '"a" holds something that is no value'],
    ['{"a":{"BOOL":"true"}}', '"a" holds something that is no value'],
    ['{"a":{"NULL":false}}', '"a" holds something that is no value'],
    ['{"a":{"SS":[1]}}', '"a" holds something that is no value'],
    ['{"a":{"SS":"x"}}', '"a" holds something that is no value'],
    ['{"a":{"L":{}}}', '"a" holds something that is no value'],
    ['{"a":{"M":[]}}', '"a" holds something that is no value'],
    ['{"a":{"M":{"b":{"X":"1"}}}}', '"b" holds something that is no value'],
    ['{"a":{"B":"*"}}', '"a" holds a binary value that is no Base64'],
    ['{"a":{"BS":["AA=A"]}}', '"a" holds a binary value that is no Base64'],
    [`{"a":${'{"L":['.repeat(50)}{"S":"x"}${']}'.repeat(50)}}`, '"a" holds something that is no value'],
  ])('%s', (json, message) => {
    expect(() => itemFromJson(JSON.parse(json))).toThrow(message)
  })
})
