// Layouts are kept, and what is kept is bounded: by their number, and by the names in all of them.
import { describe, expect, test } from 'vitest'
import { AttributeActions } from '../../src/index.js'
import { JAVA_ORDER } from '../../src/format/member-orders.js'
import { LayoutCache, type ItemLayout } from '../../src/item/item-layout.js'

const actions = new AttributeActions()
const reserved = { materialDescription: 'description', signature: 'signature' }
const names = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, at) => prefix + String(at))

describe('what is kept', () => {
  const cache = (): ((of: readonly string[]) => ItemLayout) => {
    const layouts = new LayoutCache()
    return (of) => layouts.layoutOf(of, actions, JAVA_ORDER, reserved)
  }

  test('the layouts of the same names in the same order', () => {
    const of = cache()
    const first = of(['a', 'b'])
    expect(of(['a', 'b'])).toBe(first)
    expect(of(['b', 'a']) === first).toBe(false)
    expect(of(['a', 'b', 'c']) === first).toBe(false)
    expect(of(['a', 'b'])).toBe(first)
  })

  test.each([
    { others: 15, size: 2, kept: true },
    { others: 16, size: 2, kept: false },
    { others: 1, size: 4096, kept: true },
    { others: 2, size: 4096, kept: false },
    { others: 1, size: 8191, kept: false },
  ])('after $others others of $size names: $kept', ({ others, size, kept }) => {
    const of = cache()
    const first = of(names(size === 8191 ? 2 : Math.min(size, 4096), 'first'))
    for (let other = 0; other < others; other++) of(names(size, `${String(other)}-`))
    const again = of(first.names)
    expect(again === first).toBe(kept)
    expect(again.template.equals(first.template)).toBe(true)
  })

  test('one of too many names is not kept, and is right each time; the next ones are kept', () => {
    const of = cache()
    const many = names(8193, 'a')
    const layout = of(many)
    expect(layout.signed).toHaveLength(8193)
    expect(of(many) === layout).toBe(false)
    expect(of(many).template.equals(layout.template)).toBe(true)
    const few = of(['a'])
    expect(of(['a'])).toBe(few)
  })
})
