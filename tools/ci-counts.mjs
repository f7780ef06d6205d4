// What a step of CI counted, read from what it printed: lines `N passed, N failed`, and the totals of vitest.
import { stripVTControlCharacters } from 'node:util'

/**
 * @param {string} output
 * @param {boolean} succeeded whether the exit code was 0
 * @returns {{ passed: number, failed: number }} a step that counts nothing is itself 1 passed or 1 failed
 */
export function countsOf(output, succeeded) {
  let [passed, failed] = [0, 0]
  for (const line of stripVTControlCharacters(output).split(/\r?\n/)) {
    if (!/^\d+ passed, \d+ failed$/.test(line) && !/^ *Tests {2}\d+ (passed|failed|skipped|todo)\b/.test(line)) continue
    passed += Number(/(\d+) passed/.exec(line)?.[1] ?? 0)
    failed += Number(/(\d+) failed/.exec(line)?.[1] ?? 0)
  }
  // A failing step without a failed test: a type error, a coverage floor, an unhandled rejection, a crash.
  if (!succeeded && failed === 0) failed = 1
  if (succeeded && passed + failed === 0) passed = 1
  return { passed, failed }
}
