// The two peers, ready to be started: what they need is fetched from Maven Central and PyPI at pinned versions (interop/java/pom.xml,
// interop/python/requirements.txt) into .servers, once, in the manner of tools/servers. The Java program is compiled there, too.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { preparedFolder } from '../tools/servers/prepared-folder.mjs'
import { runTool } from '../tools/servers/run-tool.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const JAVA_SOURCES = join(ROOT, 'interop/java/src/main/java/interop')
const POM = 'interop/java/pom.xml'
const REQUIREMENTS = 'interop/python/requirements.txt'

const OLDEST_JAVA = 17
const OLDEST_PYTHON = 10 // 3.10
const JAVA_NEEDED = `the Java peer takes a JDK ${OLDEST_JAVA} or newer and Maven (Debian: openjdk-17-jdk-headless, maven)`
const PYTHON_NEEDED = `the Python peer takes Python 3.${OLDEST_PYTHON} or newer with venv and pip (Debian: python3-venv)`

const [PYTHON, IN_VENV] = process.platform === 'win32' ? ['python', 'Scripts/python.exe'] : ['python3', 'bin/python']

/**
 * @typedef {object} PeerCommand
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} env what it takes besides the environment of who starts it
 */

/** @param {string} folder every file in it, by name and content */
function hashOf(folder) {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @param {string} pom
 */
async function fetchJars(folder, pom) {
  const copy = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]
  await runTool('mvn', ['-q', '-B', '-f', pom, ...copy], JAVA_NEEDED)
}

/**
 * @param {string} folder
 * @param {string} pom
 */
async function compile(folder, pom) {
  await runTool('mvn', ['-q', '-B', '-f', pom, 'compile', `-Dbuild.folder=${folder}`], JAVA_NEEDED)
}

/** @returns {Promise<PeerCommand>} */
async function java() {
  const said = await runTool('java', ['-version'], JAVA_NEEDED)
  const version = Number(/version "(\d+)/.exec(said)?.[1] ?? 0)
  if (version < OLDEST_JAVA) throw new Error(`java is too old: ${JAVA_NEEDED}; this one says ${said.split('\n', 1).join()}`)
  const jars = await preparedFolder('interop-java-jars', POM, '', fetchJars)
  const build = await preparedFolder('interop-java-classes', POM, hashOf(JAVA_SOURCES), compile)
  const settings = [
    '-Xmx512m', // an attacker's counts end in an OutOfMemoryError, soon
    '-XX:+UseSerialGC', // one thread for what is measured
    '-XX:TieredStopAtLevel=4',
    '-Dcom.amazonaws.sdk.disableEc2Metadata=true',
    '-Dfile.encoding=UTF-8',
  ]
  return { command: 'java', args: [...settings, '-cp', [join(build, 'classes'), join(jars, '*')].join(delimiter), 'interop.Main'], env: {} }
}

/**
 * @param {string} folder
 * @param {string} requirements
 */
async function install(folder, requirements) {
  const venv = join(folder, '.venv')
  await runTool(PYTHON, ['-m', 'venv', venv], PYTHON_NEEDED)
  await runTool(join(venv, IN_VENV), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements], PYTHON_NEEDED)
}

/** @returns {Promise<PeerCommand>} */
async function python() {
  const said = await runTool(PYTHON, ['--version'], PYTHON_NEEDED)
  const minor = Number(/^Python 3\.(\d+)/.exec(said)?.[1] ?? 0)
  if (minor < OLDEST_PYTHON) throw new Error(`${PYTHON} is too old: ${PYTHON_NEEDED}; this one says ${said}`)
  const folder = await preparedFolder('interop-python', REQUIREMENTS, said, install)
  return {
    command: join(folder, '.venv', IN_VENV),
    args: ['-m', 'interop_peer'],
    env: { PYTHONPATH: join(ROOT, 'interop/python'), PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0' },
  }
}

/**
 * @returns {Promise<{ readonly java: PeerCommand, readonly python: PeerCommand }>}
 * @throws an Error that names everything that is missing on this machine
 */
export async function preparePeers() {
  const [forJava, forPython] = await Promise.allSettled([java(), python()])
  const missing = [forJava, forPython].flatMap((each) => (each.status === 'rejected' ? [messageOf(each.reason)] : []))
  if (forJava.status === 'rejected' || forPython.status === 'rejected') throw new Error(missing.join('\n'))
  return { java: forJava.value, python: forPython.value }
}

/** @param {unknown} reason */
function messageOf(reason) {
  return reason instanceof Error ? reason.message : String(reason)
}
