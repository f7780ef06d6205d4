import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from './loopback.js'

/** Where DynamoDB Local is, as AWS packs it (a jar beside the folder `DynamoDBLocal_lib`) or as Maven fetches it (a class path). */
export type DynamoDbLocalPlace =
  { readonly jar: string; readonly classpath?: never } | { readonly jar?: never; readonly classpath: string | readonly string[] }

/** How its process is started. */
export interface DynamoDbLocalSettings {
  readonly region: string
  readonly libraryPath: string | undefined
  readonly java: string
  readonly javaArgs: readonly string[]
  /** Milliseconds until it must answer. */
  readonly startTimeoutMs: number
}

/** A running DynamoDB Local. */
export interface DynamoDbLocalProcess {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** Ends the process and waits until it is gone. Nothing happens the second time. */
  close(): Promise<void>
}

const MAIN_CLASS = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner'
const POLL_MS = 50
const KILL_AFTER_MS = 2000
const KEPT_OUTPUT = 2000 // characters of each of its streams, for the error

type Child = ChildProcessByStdio<null, Readable, Readable>

function javaArguments(place: DynamoDbLocalPlace, { region, libraryPath, javaArgs }: DynamoDbLocalSettings, port: number): string[] {
  const besideJar = place.jar === undefined ? undefined : join(dirname(place.jar), 'DynamoDBLocal_lib')
  const library = libraryPath ?? (besideJar !== undefined && existsSync(besideJar) ? besideJar : undefined)
  return [
    // sqlite4java has a property of its own for the folder of its native library; the guide of DynamoDB Local gives the JVM's.
    ...(library === undefined ? [] : [`-Dsqlite4java.library.path=${library}`, `-Djava.library.path=${library}`]),
    `-Daws.region=${region}`, // it does not start without a Region
    ...javaArgs,
    ...(place.jar === undefined ? ['-cp', [place.classpath].flat().join(delimiter), MAIN_CLASS] : ['-jar', place.jar]),
    ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
  ]
}

/** Collects the end of what a process prints; reading it keeps the process from blocking on a full pipe. */
function tailOf(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-KEPT_OUTPUT)
  })
  return () => text.trim()
}

/** Any answer will do: an unsigned request gets an error, but from a server that is up. */
async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint, { signal: AbortSignal.timeout(1000), headers: { connection: 'close' } })
    await response.arrayBuffer()
    return true
  } catch {
    return false
  }
}

/** Resolves to what happened, once the process is gone, or never came, and all it printed is read. */
function ending(child: Child): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(`ended with ${signal ?? `status ${code ?? '?'}`}`))
  })
}

async function stop(child: Child, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => {
    child.kill('SIGKILL')
    // If `java` is a script, what it started may still hold the pipes.
    child.stdout.destroy()
    child.stderr.destroy()
  }, KILL_AFTER_MS)
  await ended
  clearTimeout(timer)
}

/**
 * Starts DynamoDB Local on a free port, in memory and with one database for all credentials and Regions, and waits until it answers.
 *
 * @throws Error with what it printed, when it ends or does not answer in time
 */
export async function startDynamoDbLocal(place: DynamoDbLocalPlace, settings: DynamoDbLocalSettings): Promise<DynamoDbLocalProcess> {
  const port = await findFreePort()
  const endpoint = `http://127.0.0.1:${port}`
  const child = spawn(settings.java, javaArguments(place, settings, port), { stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = [tailOf(child.stdout), tailOf(child.stderr)]
  const ended = ending(child)
  let end: string | undefined
  void ended.then((how) => (end = how))
  const close = (): Promise<void> => stop(child, ended)

  const deadline = Date.now() + settings.startTimeoutMs
  while (!(await answers(endpoint))) {
    if (end === undefined && Date.now() < deadline) {
      await sleep(POLL_MS)
      continue
    }
    const what = end ?? `did not answer within ${settings.startTimeoutMs} ms`
    await close()
    throw new Error(`DynamoDB Local (${settings.java}) ${what}: ${[stdout(), stderr()].join('\n').trim()}`)
  }
  return { endpoint, close }
}
