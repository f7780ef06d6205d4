// DynamoDB Local, AWS's own DynamoDB for tests, from Maven Central: servers/dynamodb-local/pom.xml pins it. Needs a JDK 17 and Maven.
// Native library of its SQLite: Linux and macOS on x86-64, Windows. Elsewhere run its Docker image and set DYNAMODB_ENDPOINT instead.
import { join } from 'node:path'
import { preparedFolder } from './prepared-folder.mjs'
import { runTool } from './run-tool.mjs'
import { startServer } from './server-process.mjs'

const OLDEST_JAVA = 17
const NEEDED = `the suites against DynamoDB Local need a JDK ${OLDEST_JAVA} or newer and Maven (Debian: openjdk-17-jdk-headless, maven)`

async function assertJava() {
  const said = await runTool('java', ['-version'], NEEDED)
  const version = Number(/version "(\d+)/.exec(said)?.[1] ?? 0)
  if (version < OLDEST_JAVA) throw new Error(`java is too old: ${NEEDED}; this one says ${said.split('\n', 1).join()}`)
}

/**
 * @param {string} folder
 * @param {string} pom
 */
async function fetchJars(folder, pom) {
  const mavenArgs = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]
  await runTool('mvn', mavenArgs, NEEDED)
}

/** In memory, and one database for all Regions and credentials. */
async function start() {
  await assertJava()
  const folder = await preparedFolder('dynamodb-local', 'servers/dynamodb-local/pom.xml', '', fetchJars)
  return startServer('DynamoDB Local', 'java', (port) => [
    `-Dsqlite4java.library.path=${folder}`,
    '-Daws.region=us-east-1', // it does not start without a Region
    ...['-cp', join(folder, '*'), 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner'],
    ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
  ])
}

/** @type {import('./run-beside.mjs').OutsideServer} */
export const dynamodbLocal = { name: 'dynamodb-local', variable: 'DYNAMODB_ENDPOINT', start }
