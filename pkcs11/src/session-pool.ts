// A fixed number of sessions, lent out one operation at a time: a PKCS#11 session has room for one operation of a kind.
import type { Handle } from 'pkcs11js'

export class SessionPool {
  readonly #size: number
  readonly #open: () => Handle
  readonly #close: (session: Handle) => void
  readonly #free: Handle[]
  readonly #waiting: ((session: Handle) => void)[] = []

  constructor(size: number, open: () => Handle, close: (session: Handle) => void) {
    this.#size = size
    this.#open = open
    this.#close = close
    this.#free = Array.from({ length: size }, open)
  }

  /** Waits for a free session, first come, first served. One in which `work` failed is replaced: the operation can be stuck in it. */
  async use<T>(work: (session: Handle) => T | Promise<T>): Promise<T> {
    let session = await this.#take()
    try {
      return await work(session)
    } catch (error) {
      session = this.#replacementOf(session)
      throw error
    } finally {
      this.#giveBack(session)
    }
  }

  /** Takes every session, once those who came before are done with them: what calls `use` after that waits for ever. */
  async drain(): Promise<void> {
    await Promise.all(Array.from({ length: this.#size }, () => this.#take()))
  }

  async #take(): Promise<Handle> {
    return this.#free.pop() ?? new Promise((resolve) => this.#waiting.push(resolve))
  }

  #giveBack(session: Handle): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(session)
    else next(session)
  }

  /** The session itself where no other is to be had: whoever uses it next is told why. */
  #replacementOf(session: Handle): Handle {
    try {
      const other = this.#open()
      this.#close(session)
      return other
    } catch {
      return session
    }
  }
}
