// What a projection leaves of an item. random.test.ts compares many more with DynamoDB Local.
import { expect, test } from 'vitest'
import { parseProjection } from '../../src/expressions/parse-projection.js'
import { projectItem } from '../../src/expressions/project-item.js'
import { setOwn, type Item } from '../../src/items.js'

const item: Item = {
  n: { N: '5' },
  s: { S: 'text' },
  l: { L: [{ S: 'x' }, { N: '1' }, { L: [{ S: 'y' }, { S: 'z' }] }, { M: { q: { S: 'w' }, r: { N: '2' } } }] },
  m: { M: { a: { S: '1' }, b: { M: { c: { N: '7' } } }, 'x.y': { S: 'dot' } } },
}
setOwn(item, '__proto__', { M: Object.fromEntries([['__proto__', { S: 'deep' }]]) })

test.each<[string, Item]>([
  ['n', { n: { N: '5' } }],
  ['nothing', {}],
  ['toString, m.hasOwnProperty, l.forEach', {}],
  ['s.a, ss[0], n', { n: { N: '5' } }],
  ['l[3].q, l[0]', { l: { L: [{ S: 'x' }, { M: { q: { S: 'w' } } }] } }],
  ['l[2][1], l[1]', { l: { L: [{ N: '1' }, { L: [{ S: 'z' }] }] } }],
  ['l[9], l[2][5], l[3].z', {}],
  ['m.b.c, m.a', { m: { M: { a: { S: '1' }, b: { M: { c: { N: '7' } } } } } }],
  ['m.b.z, m.z.b', {}],
  ['m[0], l.a', {}],
  ['m.#dot', { m: { M: { 'x.y': { S: 'dot' } } } }],
  ['#proto.#proto', Object.fromEntries([['__proto__', { M: Object.fromEntries([['__proto__', { S: 'deep' }]]) }]])],
])('%s', (text, expected) => {
  const names = { '#dot': 'x.y', '#proto': '__proto__' }
  const projected = projectItem(item, parseProjection(text, { names }).paths)
  expect(projected).toEqual(expected)
  expect(Object.keys(projected).sort()).toEqual(Object.keys(expected).sort())
  expect(Object.getPrototypeOf(projected)).toBe(Object.prototype)
})
