// Items and error messages in a form in which what DynamoDB Local says and what is computed here are the same text.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../src/items.js'

/** The same text for items that differ only in the order of members, and in how their numbers are spelt. */
export function comparable(item: Readonly<Item>): string {
  const entries = Object.entries(item).map(([name, value]) => `${JSON.stringify(name)}:${comparableValue(value)}`)
  return `{${entries.sort().join()}}`
}

function comparableValue(value: AttributeValue): string {
  if (value.N !== undefined) return number(value.N)
  if (value.B !== undefined) return `B${Buffer.from(value.B).toString('hex')}`
  if (value.SS !== undefined) return `SS${set(value.SS, JSON.stringify)}`
  if (value.NS !== undefined) return `NS${set(value.NS, number)}`
  if (value.BS !== undefined) return `BS${set(value.BS, (bytes) => Buffer.from(bytes).toString('hex'))}`
  if (value.L !== undefined) return `[${value.L.map(comparableValue).join()}]`
  if (value.M !== undefined) return comparable(value.M)
  return JSON.stringify(value)
}

function set<T>(members: readonly T[], text: (member: T) => string): string {
  return `(${members.map(text).sort().join()})`
}

/** Plain decimal notation, by moving the point in the text. */
function number(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(mantissa) ?? []
  const digits = `${'0'.repeat(200)}${whole}${fraction}${'0'.repeat(200)}`
  const point = 200 + whole.length + Number(exponent)
  const plain = `${digits.slice(0, point)}.${digits.slice(point)}`.replace(/^0+/, '').replace(/\.?0+$/, '')
  return plain === '' ? '0' : `${sign.replace('+', '')}${plain}`
}

/**
 * DynamoDB quotes values, messages from here never do. Of more than two paths DynamoDB Local names two that need not be the ones: for
 * `s, n, b, s` it says [s] and [n]. It lists unused placeholders and the types that a path may have in the order of its hash map.
 */
export function comparableMessage(message: string): string {
  return message
    .replaceAll(/(AttributeValue: \{\w+):.*?\}(?=, upper|$)/gs, '$1}')
    .replace(/(type name found); type: [^,]*,/, '$1;')
    .replace(/operand type: \{.*\}/, 'operand type: {}')
    .replace(/; path one: .*/s, '')
    .replace(/keys: \{(.*)\}/, (_, keys: string) => `keys: {${keys.split(', ').sort().join(', ')}}`)
}
