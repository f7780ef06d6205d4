// The closing line of CI is only as good as what it reads from the steps.
import { expect, test } from 'vitest'
import { countsOf } from '../../tools/ci-counts.mjs'

test.each([
  ['nothing counted', 'done\n', true, 1, 0],
  ['nothing counted, failed', 'done\n', false, 0, 1],
  ['a counted line', 'ok - a\nnot ok - b\n5 passed, 2 failed\n', false, 5, 2],
  ['two counted lines', '5 passed, 2 failed\r\n1 passed, 0 failed', false, 6, 2],
  ['not alone on its line', 'ok 1.0 s  lint: 5 passed, 2 failed\n  3 passed, 0 failed\n', true, 1, 0],
  ['vitest', ' Test Files  3 passed (3)\n      Tests  20 passed (20)\n', true, 20, 0],
  ['vitest, failed', ' Test Files  1 failed | 2 passed (3)\n      Tests  2 failed | 17 passed | 1 skipped (20)\n', false, 17, 2],
  [
    'vitest, coloured',
    '\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m18 passed\u001b[39m\u001b[22m\u001b[90m (18)\u001b[39m\n',
    true,
    18,
    0,
  ],
  ['vitest, all passed below a coverage floor', '      Tests  20 passed (20)\nERROR: Coverage for lines\n', false, 20, 1],
  ['vitest, no test', 'No test files found, exiting with code 1\n', false, 0, 1],
])('%s', (_what, output, succeeded, passed, failed) => {
  expect(countsOf(output, succeeded)).toEqual({ passed, failed })
})
