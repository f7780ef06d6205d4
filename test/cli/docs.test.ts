// The pages about the command: what they show is there, and what is there they name.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { useCliFolder } from './support/cli.js'

const folder = useCliFolder()
const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

test('the config of the page is the file of the examples', () => {
  expect(read('docs/ddbec.md')).toContain(`\`\`\`ts\n${read('examples/ddbec.config.ts')}\`\`\``)
})

test('every command is on the page, and every option of a migration on one of the two', async () => {
  const pages = read('docs/ddbec.md') + read('docs/migration.md')
  const commands = Array.from(
    (await folder.run(['--help'])).out.matchAll(/^ {2}([a-z-]+) \[options\]|^ {2}(store)/gm),
    ([, name, store]) => name ?? store,
  )
  expect(commands).toContain('encrypt-table')
  expect(commands).toContain('store')
  for (const command of commands) expect(pages).toContain(`ddbec ${String(command)}`)
  const options = Array.from((await folder.run(['encrypt-table', '--help'])).out.matchAll(/^ {2}(--[a-z-]+)/gm), ([, name]) => String(name))
  for (const option of options) if (!ELSEWHERE.has(option)) expect(pages).toContain(option)
})

/** Help alone tells them: there is nothing more to say. */
const ELSEWHERE = new Set(['--debug', '--report', '--migration', '--dry-run'])
