// A checkpoint in a file: there is always a whole one, whenever the process or the machine stops.
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isPlainObject } from '../assert.js'
import {
  assertSamePlan,
  stateFromJson,
  stateToJson,
  unreadable,
  type Checkpoint,
  type MigrationPlan,
  type SegmentState,
} from './checkpoint.js'

const VERSION = 1

export class CheckpointFile implements Checkpoint {
  readonly place: string
  readonly #plan: MigrationPlan
  readonly #states = new Map<string, SegmentState>()
  /** The write that has not begun yet, shared by all that wait for it. */
  #next: Promise<void> | undefined
  #current: Promise<void> = Promise.resolve()

  constructor(path: string, plan: MigrationPlan) {
    this.place = path
    this.#plan = plan
  }

  async load(): Promise<readonly SegmentState[]> {
    const text = await readFile(this.place, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    })
    this.#states.clear()
    if (text === undefined) return []
    const json = parse(text, this.place)
    if (!isPlainObject(json) || json['version'] !== VERSION || !Array.isArray(json['segments'])) throw unreadable(this.place)
    assertSamePlan(json, this.#plan, this.place)
    for (const state of json['segments']) this.#keep(stateFromJson(state, this.place))
    return [...this.#states.values()]
  }

  /** Segments that save at the same time share a write. */
  save(state: SegmentState): Promise<void> {
    this.#keep(state)
    this.#next ??= this.#current
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        this.#current = this.#write()
        return this.#current
      })
    return this.#next
  }

  async clear(): Promise<void> {
    this.#states.clear()
    await rm(this.place, { force: true })
  }

  #keep(state: SegmentState): void {
    this.#states.set(`${state.phase} ${String(state.segment)}`, state)
  }

  /** Written beside the old one, on disk before it takes its name, and the name on disk as well. */
  async #write(): Promise<void> {
    const temporary = `${this.place}.tmp`
    const text = JSON.stringify({ version: VERSION, ...this.#plan, segments: Array.from(this.#states.values(), stateToJson) })
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(`${text}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, this.place)
    await syncFolder(dirname(this.place))
  }
}

/** Windows cannot open a folder, and needs none of this. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  try {
    await folder?.sync()
  } catch {
    // Some file systems have no such thing.
  } finally {
    await folder?.close()
  }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable(place)
  }
}
