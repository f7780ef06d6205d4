// The check of docs/changing-your-data-model.md, as a user's test suite runs it from one change to the next.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AttributeActionsOptions } from 'dynamodb-encryption-client'
import { checkActions } from '../../examples/odm/actions-lint.js'

const FIRST: AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN' } }
const WITH_LINK: AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN', link: 'SIGN_ONLY' } }
const CHANGED: AttributeActionsOptions = { attributes: { id: 'SIGN_ONLY', email: 'SIGN_ONLY', link: 'SIGN_ONLY' } }

let folder = ''
let lines: unknown[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actions-'))
  lines = []
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

test('from the first model to a changed one', () => {
  const file = join(folder, 'actions.json')
  const check = (Person: Parameters<typeof checkActions>[1][string], mayWrite = true) => {
    checkActions(file, { Person }, mayWrite)
  }
  expect(() => {
    check(FIRST, false)
  }).toThrow('not up to date')
  check(FIRST)
  check(FIRST, false)
  check(WITH_LINK)
  expect(lines).toEqual([expect.stringContaining('deploy the action SIGN_ONLY of "link"')])
  const before = readFileSync(file, 'utf8')
  expect(() => {
    check(CHANGED)
  }).toThrow('"email" as ENCRYPT_AND_SIGN')
  expect(readFileSync(file, 'utf8')).toBe(before)
  check([CHANGED, WITH_LINK])
  check([CHANGED, WITH_LINK], false)
})
