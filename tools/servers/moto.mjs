// moto's server, an AWS in Python that we did not write, from PyPI: servers/moto/requirements.txt pins it. Needs Python 3.10 or newer.
import { join } from 'node:path'
import { preparedFolder } from './prepared-folder.mjs'
import { runTool } from './run-tool.mjs'
import { startServer } from './server-process.mjs'

const OLDEST_PYTHON = 10 // 3.10
const NEEDED = `the suites against moto need Python 3.${OLDEST_PYTHON} or newer with venv and pip (Debian: python3-venv)`

const [PYTHON, IN_VENV] = process.platform === 'win32' ? ['python', 'Scripts/python.exe'] : ['python3', 'bin/python']

/** @returns {Promise<string>} `Python 3.11.7` */
async function pythonVersion() {
  const said = await runTool(PYTHON, ['--version'], NEEDED)
  const minor = Number(/^Python 3\.(\d+)/.exec(said)?.[1] ?? 0)
  if (minor < OLDEST_PYTHON) throw new Error(`${PYTHON} is too old: ${NEEDED}; this one says ${said}`)
  return said
}

/** @param {string} folder */
const pythonIn = (folder) => join(folder, '.venv', IN_VENV)

/**
 * @param {string} folder
 * @param {string} requirements
 */
async function install(folder, requirements) {
  await runTool(PYTHON, ['-m', 'venv', join(folder, '.venv')], NEEDED)
  await runTool(pythonIn(folder), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements], NEEDED)
}

async function start() {
  const folder = await preparedFolder('moto', 'servers/moto/requirements.txt', await pythonVersion(), install)
  // By its module: the script that pip makes for it holds the path of the folder that the venv was made in.
  const run = 'import sys; from moto.server import main; main(sys.argv[1:])'
  return startServer('moto', pythonIn(folder), (port) => ['-c', run, '-H', '127.0.0.1', '-p', String(port)])
}

/** @type {import('./run-beside.mjs').OutsideServer} */
export const moto = { name: 'moto', variable: 'KMS_ENDPOINT', start }
