// `<material name>#<version>` in a material description: what is read, and what is refused.
import { describe, expect, test } from 'vitest'
import { assertVersion, isVersionText, materialIdOf, materialIdText } from '../../src/store/material-id.js'

const ID = 'amzn-ddb-meta-id'

describe('a name and a version', () => {
  test.each([
    ['orders', 0, 'orders#0'],
    ['orders', 12, 'orders#12'],
    ['orders', 999_999_999_999_999, 'orders#999999999999999'],
    ['a#b', 3, 'a#b#3'],
    ['a#1', 2, 'a#1#2'],
    ['#', 0, '##0'],
    ['', 0, '#0'],
    ['__proto__', 0, '__proto__#0'],
    ['Zürich 🧾', 7, 'Zürich 🧾#7'],
    ['two\nlines', 1, 'two\nlines#1'],
  ])('%j, %d is %j, and is read again', (name, version, text) => {
    expect(materialIdText({ name, version })).toBe(text)
    expect(materialIdOf({ [ID]: text })).toEqual({ name, version })
  })
})

describe('a description that names no version', () => {
  test.each([{}, { 'amzn-ddb-env-alg': 'AES/256' }])('%j: it was written by another provider', (description) => {
    expect(() => materialIdOf(description)).toThrow(
      expect.objectContaining({
        code: 'INVALID_MATERIAL_DESCRIPTION',
        message: `the item's material description has no ${ID}: it was written by another provider`,
      }) as Error,
    )
  })

  test('a property that every object inherits is none', () => {
    const description = Object.create({ [ID]: 'orders#0' }) as Record<string, string>
    expect(() => materialIdOf(description)).toThrow(expect.objectContaining({ code: 'INVALID_MATERIAL_DESCRIPTION' }) as Error)
  })

  test.each([
    '',
    '#',
    'orders',
    'orders#',
    'orders#x',
    'orders#-0',
    'orders#00',
    'orders#1.0',
    'orders#1e1',
    'orders#0 ',
    'orders#1#',
    'orders#1\n',
  ])('%j: refused, and not shown', (text) => {
    expect(() => materialIdOf({ [ID]: text })).toThrow(
      expect.objectContaining({
        code: 'INVALID_MATERIAL_DESCRIPTION',
        message: `${ID} in the item's material description is not <name>#<version>`,
      }) as Error,
    )
  })
})

describe('versions are whole numbers from 0 that a number holds exactly', () => {
  test.each([0, 1, 10, 999_999_999_999_999])('%d', (version) => {
    expect(isVersionText(String(version))).toBe(true)
    expect(() => assertVersion(version)).not.toThrow()
  })

  test.each(['', '-0', '+1', '01', '1.0', ' 1', '1\n', '0x1', '1e2', '\u0661', '0.99999999999999999999'])('not the text %j', (text) => {
    expect(isVersionText(text)).toBe(false)
  })

  test.each([-1, -0.5, 0.5, 1e15, 1e21, Number.MAX_SAFE_INTEGER + 1, Number.NaN, Infinity, -Infinity])('not %d', (version) => {
    expect(isVersionText(String(version))).toBe(false)
    expect(() => assertVersion(version)).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIGURATION', message: 'a version is a whole number from 0 to 999999999999999' }) as Error,
    )
  })
})
