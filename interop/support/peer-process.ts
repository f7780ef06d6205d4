// A peer as a process that answers lines with lines, in order. A request that it does not answer in time ends it, as some hostile items
// make the Java client loop for ever; it is started again for the requests behind that one.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'

export interface PeerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export type Answer = { readonly ok: unknown } | { readonly error: string }

interface Waiting {
  readonly line: string
  /** Undefined for what a process that starts again is told again. */
  readonly settle: ((answer: Answer) => void) | undefined
}

/** How the error of a request begins that ended the process. */
export const NO_ANSWER = 'NO ANSWER'

const ANSWERS_WITHIN_MS = 10_000
/** A process that starts also answers what it was told before. */
const STARTS_WITHIN_MS = 30_000
const KEPT_ERROR_TEXT = 4000

export class PeerProcess {
  readonly name: string
  readonly #command: PeerCommand
  readonly #answersWithinMs: number
  #child: ChildProcessWithoutNullStreams | undefined
  #waiting: Waiting[] = []
  #told: string[] = []
  #limit: NodeJS.Timeout | undefined
  #rest = ''
  #errorText = ''

  /** @param answersWithinMs - after this time without an answer the process counts as hanging */
  constructor(name: string, command: PeerCommand, answersWithinMs = ANSWERS_WITHIN_MS) {
    this.name = name
    this.#command = command
    this.#answersWithinMs = answersWithinMs
  }

  ask(request: unknown): Promise<Answer> {
    return new Promise((settle) => {
      this.#send({ line: `${JSON.stringify(request)}\n`, settle })
    })
  }

  /**
   * As `ask`, for what the process has to know: told again after a new start.
   *
   * @throws Error where the peer refuses it
   */
  async tell(request: unknown): Promise<void> {
    const answer = await this.ask(request)
    if ('error' in answer) throw new Error(`${this.name} refuses what it is told: ${answer.error}`)
    this.#told.push(`${JSON.stringify(request)}\n`)
  }

  async close(): Promise<void> {
    clearTimeout(this.#limit)
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
  }

  #send(waiting: Waiting): void {
    this.#waiting.push(waiting)
    if (this.#child === undefined) this.#start()
    else {
      this.#child.stdin.write(waiting.line)
      if (this.#waiting.length === 1) this.#watch(this.#answersWithinMs)
    }
  }

  #start(): void {
    const { command, args, env } = this.#command
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe' })
    this.#child = child
    this.#rest = ''
    this.#errorText = ''
    child.stdin.on('error', () => undefined) // it ended: `close` says so
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errorText = (this.#errorText + text).slice(-KEPT_ERROR_TEXT)))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (this.#child === child) this.#read(text)
    })
    child.once('error', (error) => {
      this.#failed(child, error.message)
    })
    child.once('close', (code, signal) => {
      this.#failed(child, `the process ended with ${signal ?? `status ${String(code)}`}: ${this.#errorText}`)
    })
    const again = this.#told.map((line): Waiting => ({ line, settle: undefined }))
    this.#waiting = [...again, ...this.#waiting]
    for (const { line } of this.#waiting) child.stdin.write(line)
    this.#watch(STARTS_WITHIN_MS)
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#waiting.shift()?.settle?.(answerOf(line))
    if (lines.length > 0) this.#watch(this.#answersWithinMs)
  }

  /** The oldest request has this long from now. */
  #watch(milliseconds: number): void {
    clearTimeout(this.#limit)
    if (this.#waiting.length === 0) return
    this.#limit = setTimeout(() => {
      if (this.#child !== undefined) this.#failed(this.#child, `no answer within ${String(milliseconds / 1000)} seconds`)
    }, milliseconds)
  }

  /** The oldest request gets the blame, and the rest is asked again; a process that could not even start gets none again. */
  #failed(child: ChildProcessWithoutNullStreams, reason: string): void {
    if (this.#child !== child) return
    this.#child = undefined
    clearTimeout(this.#limit)
    child.kill('SIGKILL')
    const started = this.#waiting[0]?.settle !== undefined
    const asked = this.#waiting.filter(({ settle }) => settle !== undefined)
    this.#waiting = started ? asked.slice(1) : []
    for (const { settle } of started ? asked.slice(0, 1) : asked) settle?.({ error: `${NO_ANSWER}: ${reason}` })
    if (this.#waiting.length > 0) this.#start()
  }
}

function answerOf(line: string): Answer {
  const answer: unknown = JSON.parse(line)
  if (typeof answer === 'object' && answer !== null) {
    if ('ok' in answer) return { ok: answer.ok }
    if ('error' in answer && typeof answer.error === 'string') return { error: answer.error }
  }
  throw new Error(`a peer answered ${line.slice(0, 200)}`)
}
