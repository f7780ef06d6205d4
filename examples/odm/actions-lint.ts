// examples/odm/actions-lint.ts
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { lintActions, type ActionsByModel } from 'dynamodb-encryption-client'

/** For a test: fails where a change would leave stored items unreadable, and where the file is not up to date. */
export function checkActions(file: string, models: ActionsByModel, mayWrite: boolean): void {
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  const { problems, changes, snapshot } = lintActions(kept, models)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  for (const { advice } of Object.values(changes).flat()) console.log(advice)
  if (snapshot === kept) return
  if (!mayWrite) throw new Error(`${file} is not up to date: run the tests on your machine and commit it`)
  writeFileSync(file, snapshot)
}
