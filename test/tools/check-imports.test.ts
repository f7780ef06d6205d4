// The checker of imports has to fail where it should: each rule broken once in a small tree.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { checkImports } from '../../tools/check-imports.mjs'

const MANIFEST = {
  exports: { '.': { import: { default: './dist/esm/index.js' } }, './kms': { import: { default: './dist/esm/materials/kms.js' } } },
  dependencies: { 'lru-cache': '1' },
  peerDependencies: { '@aws-sdk/client-dynamodb': '1', '@aws-sdk/client-kms': '1' },
  peerDependenciesMeta: { '@aws-sdk/client-kms': { optional: true } },
}
const SOUND = {
  'index.ts': `export { a } from './item/a.js'`,
  'errors.ts': `export const e = 1`,
  'bytes.ts': `import { e } from './errors.js'`,
  'format/f.ts': `import { e } from '../errors.js'; import { g } from './g.js'`,
  'format/g.ts': `import { createHash } from 'node:crypto'`,
  'materials/kms.ts': `import { KMSClient } from '@aws-sdk/client-kms'`,
  'item/a.ts': `import { LRUCache } from 'lru-cache'; import { f } from '../format/f.js'; import { PutItemCommand } from '@aws-sdk/client-dynamodb'`,
  'testing/local.ts': `import { e } from '../errors.js'`,
}

function check(changed: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'check-imports-'))
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(MANIFEST))
    for (const [file, text] of Object.entries({ ...SOUND, ...changed })) {
      mkdirSync(dirname(join(folder, 'src', file)), { recursive: true })
      writeFileSync(join(folder, 'src', file), text)
    }
    return checkImports(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a sound tree passes, and value imports of the required peer are listed', () => {
  expect(check({})).toEqual({
    problems: [],
    notes: ['"." loads @aws-sdk/client-dynamodb: src/item/a.ts:1'],
    summary: '8 files, 10 imports, 5 files reached from ".": 0 problems',
  })
})

test.each([
  [
    'upward',
    { 'format/g.ts': `import { a } from '../item/a.js'` },
    'src/format/g.ts:1 imports ../item/a.js: upward, from level 1 to level 4',
  ],
  ['upward, type only', { 'errors.ts': `import type { f } from './format/f.js'` }, 'upward, from level 0 to level 1'],
  ['upward, to the index', { 'errors.ts': `import { a } from './index.js'` }, 'upward, from level 0 to level 8'],
  ['upward, import()', { 'errors.ts': `export const f = () => import('./format/f.js')` }, 'upward, from level 0 to level 1'],
  ['upward, in a type', { 'errors.ts': `export type F = import('./format/f.js').F` }, 'upward, from level 0 to level 1'],
  ['sideways', { 'crypto/c.ts': `export { f } from '../format/f.js'` }, 'sideways, from crypto to format in level 1'],
  ['above its ceiling', { 'testing/local.ts': `import { f } from '../format/f.js'` }, 'testing imports level 0 and its own folder only'],
  ['a cycle', { 'format/g.ts': `import { f } from './f.js'` }, 'in a circle: src/format/f.ts -> src/format/g.ts -> src/format/f.ts'],
  ['a cycle of types', { 'format/g.ts': `import type { f } from './f.js'` }, 'in a circle: src/format/f.ts'],
  ['itself', { 'format/g.ts': `import { g } from './g.js'` }, 'in a circle: src/format/g.ts -> src/format/g.ts'],
  ['a folder without a level', { 'misc/m.ts': `export const m = 1` }, 'src/misc has no level'],
  ['no suffix', { 'format/g.ts': `import { e } from '../errors'` }, 'a relative import names its file with `.js`'],
  ['no such file', { 'format/g.ts': `import { e } from '../error.js'` }, 'there is no such file'],
  ['out of src', { 'format/g.ts': `import { e } from '../../package.js'` }, 'leads out of'],
  ['an undeclared package', { 'format/g.ts': `import { e } from 'left-pad'` }, 'neither a dependency nor a peer'],
  ['a bare builtin', { 'format/g.ts': `import { createHash } from 'crypto'` }, 'write node:crypto'],
  [
    'an optional peer from the root',
    { 'item/a.ts': `import type { KMSClient } from '@aws-sdk/client-kms'` },
    'an optional peer, and "." reaches this file',
  ],
])('refused: %s', (_what, changed: Record<string, string>, message) => {
  expect(check(changed).problems.join('\n')).toContain(message)
})
