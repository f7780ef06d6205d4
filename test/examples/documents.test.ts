// Documents stay true: their code is that of the examples, which run; their links lead somewhere; every error code has its section.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ItemEncryptor, LocalKey, StaticMaterialsProvider } from 'dynamodb-encryption-client'
import { decryptOrReport } from '../../examples/handling-errors.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-')
const anchorsOf = (page: string): string[] => [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

describe.each(pages)('%s', (page) => {
  test('has the code of the examples, word for word', () => {
    for (const [, code = ''] of read(page).matchAll(/^```ts\n(.*?)^```$/gms)) {
      const [, file = 'a first line that names a file of examples/'] = /^\/\/ (examples\/\S+)\n/.exec(code) ?? []
      expect(code).toBe(read(file))
    }
  })

  test('has links that lead somewhere', () => {
    for (const [, target = ''] of read(page).matchAll(/\]\((?!https:)([^)]+)\)/g)) {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      expect(existsSync(join(root, file)), target).toBe(true)
      if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor)
    }
  })
})

test('docs/errors.md has a section for each code, and for nothing else', () => {
  const [union = ''] = /type DynamoDBEncryptionErrorCode =[^\n]*\n(?: {2}\| '[A-Z_]+'\n)+/.exec(read('src/errors.ts')) ?? []
  const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code)
  expect(codes).toContain('SIGNATURE_MISMATCH')
  expect([...read('docs/errors.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(codes)
})

test('ARCHITECTURE.md names files of src that exist', () => {
  const [tree = ''] = /^```\nsrc\/\n.*?^```$/ms.exec(read('ARCHITECTURE.md')) ?? []
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((file) => file.replace(/.*[\\/]/, ''))
  const named = [...tree.matchAll(/[\w-]+(?:\.d)?\.ts\b/g)].map(([name]) => name)
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter((name) => !sources.includes(name))).toEqual([])
})

describe('examples/first-example.ts', () => {
  const lines: unknown[] = []
  beforeEach(() => {
    lines.length = 0
    vi.spyOn(console, 'log').mockImplementation((...line) => lines.push(line))
  })

  test('prints the plaintext, and what is stored', async () => {
    await import('../../examples/first-example.js')
    expect(lines).toEqual([
      ['read: ', { personId: 'p-1', name: 'Ada Nowak', visits: 2 }],
      [
        'stored: ',
        {
          personId: 'p-1',
          name: expect.any(Uint8Array) as Uint8Array,
          visits: expect.any(Uint8Array) as Uint8Array,
          '*amzn-ddb-map-desc*': expect.any(Uint8Array) as Uint8Array,
          '*amzn-ddb-map-sig*': expect.any(Uint8Array) as Uint8Array,
        },
      ],
    ])
  })
})

describe('examples/handling-errors.ts', () => {
  const encryptor = new ItemEncryptor({
    materialsProvider: new StaticMaterialsProvider({
      encryptionKey: LocalKey.generate('AES/256'),
      signingKey: LocalKey.generate('HmacSHA256/256'),
    }),
  })
  const reports: string[] = []
  const report = (line: string): void => void reports.push(line)
  beforeEach(() => {
    reports.length = 0
  })

  test('an item that was changed is reported, and is not returned', async () => {
    const stored = await encryptor.encryptItem({ name: { S: 'Ada' } })
    expect(await decryptOrReport(encryptor, { ...stored, more: { S: 'x' } }, report)).toBeUndefined()
    expect(reports).toEqual([expect.stringContaining('the signature does not hold')])
    expect(await decryptOrReport(encryptor, stored, report)).toEqual({ name: { S: 'Ada' } })
  })

  test('another error is passed on', async () => {
    await expect(decryptOrReport(encryptor, { name: { S: 'Ada' } }, report)).rejects.toMatchObject({ code: 'NOT_ENCRYPTED' })
    expect(reports).toEqual([])
  })
})
