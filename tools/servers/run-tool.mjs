// Runs a tool of another language (java, mvn, python3) and gets what it prints.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} missing what to say where the machine has no such command
 * @returns {Promise<string>} what it printed, on either stream
 */
export async function runTool(command, args, missing) {
  try {
    const { stdout, stderr } = await execute(command, args, { maxBuffer: 0x1000000 })
    return `${stdout}\n${stderr}`.trim()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if ('code' in error && error.code === 'ENOENT') throw new Error(`${command} is missing: ${missing}`, { cause: error })
    const said = 'stdout' in error && 'stderr' in error ? `${String(error.stdout)}\n${String(error.stderr)}`.trim() : error.message
    throw new Error(`${command} ${args.join(' ')} failed:\n${said}`, { cause: error })
  }
}
