// The way a check script reports: a line for each check, then `N passed, N failed` and the exit code. tools/ci.mjs adds those figures up.

let passed = 0
let failed = 0

/**
 * Runs one check and prints its line; a failing check does not stop those after it.
 *
 * @param {string} name
 * @param {() => unknown} run throws (or rejects) with what is wrong
 * @returns {Promise<boolean>} whether it held
 */
export async function check(name, run) {
  try {
    await run()
    passed += 1
    console.log(`ok - ${name}`)
    return true
  } catch (error) {
    failed += 1
    const reason = error instanceof Error ? error.message : String(error)
    console.log(`not ok - ${name}\n${reason.trim().replace(/^/gm, '    ')}`)
    return false
  }
}

/** Prints the totals and sets the exit code. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}
