#!/usr/bin/env node
// The command `ddbec` as a process: the only file of the package that knows there is one.
import { once } from 'node:events'
import type { CliOutput } from './io.js'
import { runCli } from './program.js'

// On Node 20 the SDK announces, in the middle of the output, when it will stop supporting it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const controller = new AbortController()
process.once('SIGINT', () => {
  // A second one ends the process at once.
  controller.abort(new Error('interrupted'))
})
// `ddbec ... | head` closes the pipe: nobody reads any more.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const { stdin, stdout, stderr, env } = process
const output: CliOutput = {
  write: (text) => stdout.write(text),
  isTTY: stdout.isTTY,
  columns: stdout.columns,
  hasColors: () => stdout.isTTY && stdout.hasColors(),
  async drained() {
    if (stdout.writableNeedDrain) await once(stdout, 'drain')
  },
}
void runCli(process.argv.slice(2), { stdin, stdout: output, stderr, env, folder: process.cwd(), signal: controller.signal }).then(
  (code) => {
    process.exitCode = code
  },
)
