// The root's rules, for a folder that the root leaves out: linting by types needs the binding installed.
import root from '../eslint.config.js'

const KNOWN_SAFE = [{ from: 'package', name: ['test', 'describe', 'before', 'after'], package: 'node:test' }]

export default [
  ...root,
  // node:test waits for what it is given; its functions return promises that nobody has to.
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: KNOWN_SAFE }] } },
]
