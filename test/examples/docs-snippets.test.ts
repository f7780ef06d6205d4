// The programs of docs/ run, and print what their page says; a page shows the program that runs.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { blocksOf, docPages, readRepositoryFile, root, type FencedBlock } from './support/doc-pages.js'

const FOLDER = 'examples/docs'

/** By file name. Written out, since the compiler and the bundler follow only what is. */
const programs: Record<string, () => Promise<unknown>> = {
  'access-ends.ts': () => import('../../examples/docs/access-ends.js'),
  'actions-by-key.ts': () => import('../../examples/docs/actions-by-key.js'),
  'caching-most-recent.ts': () => import('../../examples/docs/caching-most-recent.js'),
  'calls-per-item.ts': () => import('../../examples/docs/calls-per-item.js'),
  'calls-per-minute.ts': () => import('../../examples/docs/calls-per-minute.js'),
  'direct-kms.ts': () => import('../../examples/docs/direct-kms.js'),
  'direct-kms-moved-alias.ts': () => import('../../examples/docs/direct-kms-moved-alias.js'),
  'direct-kms-several-keys.ts': () => import('../../examples/docs/direct-kms-several-keys.js'),
  'direct-kms-two-regions.ts': () => import('../../examples/docs/direct-kms-two-regions.js'),
  'document-client.ts': () => import('../../examples/docs/document-client.js'),
  'encrypted-table.ts': () => import('../../examples/docs/encrypted-table.js'),
  'material-per-tenant.ts': () => import('../../examples/docs/material-per-tenant.js'),
  'move-to-another-key.ts': () => import('../../examples/docs/move-to-another-key.js'),
  'past-bad-items.ts': () => import('../../examples/docs/past-bad-items.js'),
  'rotate.ts': () => import('../../examples/docs/rotate.js'),
  'rotate-by-count.ts': () => import('../../examples/docs/rotate-by-count.js'),
  'rotate-in-two-regions.ts': () => import('../../examples/docs/rotate-in-two-regions.js'),
  'rotate-on-schedule.ts': () => import('../../examples/docs/rotate-on-schedule.js'),
  'static-provider.ts': () => import('../../examples/docs/static-provider.js'),
  'store-went-back.ts': () => import('../../examples/docs/store-went-back.js'),
  'stream-record.ts': () => import('../../examples/docs/stream-record.js'),
  'table-info.ts': () => import('../../examples/docs/table-info.js'),
  'unfinished-batch.ts': () => import('../../examples/docs/unfinished-batch.js'),
  'what-cloudtrail-shows.ts': () => import('../../examples/docs/what-cloudtrail-shows.js'),
  'wrapped-aes.ts': () => import('../../examples/docs/wrapped-aes.js'),
  'wrapped-rsa.ts': () => import('../../examples/docs/wrapped-rsa.js'),
}

test('every program of the folder is run here', () => {
  expect(readdirSync(join(root, FOLDER)).sort()).toEqual(Object.keys(programs).sort())
})

/** Blocks of all pages, each page's followed by an end, so that an output is never taken from the next page. */
const END: FencedBlock = { language: '', text: '', heading: '' }
const blocks = docPages.flatMap((page) => [...blocksOf(page), END])

describe.each(Object.entries(programs))('%s', (file, run) => {
  const at = blocks.findIndex(({ language, text }) => language === 'ts' && text.startsWith(`// ${FOLDER}/${file}\n`))
  const [shown, output] = blocks.slice(at, at + 2)

  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('is shown on a page, as it is', () => {
    expect(at).not.toBe(-1)
    expect(readRepositoryFile(`${FOLDER}/${file}`)).toContain(shown?.text)
  })

  test('runs, and prints what the page says', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(format(...values)))
    await run()
    expect(output?.language).toBe('text')
    expect(`${lines.join('\n')}\n`).toBe(output?.text)
  })
})
