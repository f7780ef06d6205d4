// One random program: calls that follow from a seed and from what the calls before them answered, each made on both sides.
import type { Item } from 'dynamodb-encryption-client'
import { answerOf, type Answer } from './answer.js'
import { batchGetItem, batchWriteItem } from './batch-calls.js'
import type { Call, OperationName } from './call.js'
import { differenceOf, type Difference } from './compare.js'
import { INVALID_ROWS } from './invalid-kinds.js'
import type { InvalidRow, RowContext } from './invalid-rows.js'
import { nextPage, query, scan } from './page-calls.js'
import { ProgramState } from './program-state.js'
import { Random } from './random.js'
import { refusalsFor, type Refusal } from './refusals.js'
import type { Scope } from './scope.js'
import type { Server } from './servers.js'
import { SHAPE_NAMES, SHAPES, type ShapeName, type TableShape } from './shapes.js'
import { deleteItem, getItem, putItem, updateItem } from './single-item-calls.js'
import { transactGetItems, transactWriteItems } from './transaction-calls.js'
import type { World } from './world.js'

export interface ProgramOptions {
  readonly scope: Scope
  readonly server: Server
  /** Seed of the whole run; with the program's number it gives the program's own. */
  readonly seed: number
  /** Told of each call and the plain side's answer. `label`: of a row of invalid requests. */
  readonly onAnswer: (call: Call, answer: Answer, label: string | undefined) => void
  /** Told of each refusal by the encrypted client alone. */
  readonly onRefusal: (label: string) => void
}

/** A difference, and the calls that led to it, itself the last. */
export interface Finding extends Difference {
  readonly program: number
  readonly calls: readonly Call[]
}

const CALLS = 12
const INVALID_CALLS = 3
const REFUSED_CALLS = 2
const MOST_PAGES = 5

type Maker = (state: ProgramState) => Call | undefined

const MAKERS: readonly (readonly [number, OperationName, Maker])[] = [
  [12, 'PutItem', putItem],
  [14, 'GetItem', getItem],
  [11, 'UpdateItem', updateItem],
  [9, 'DeleteItem', deleteItem],
  [10, 'BatchGetItem', batchGetItem],
  [5, 'BatchWriteItem', batchWriteItem],
  [24, 'Query', query],
  [14, 'Scan', scan],
  [9, 'TransactGetItems', transactGetItems],
  [9, 'TransactWriteItems', transactWriteItems],
]

/** Runs until the first difference. */
class Program {
  readonly #number: number
  /** Its number among those of its scope. */
  readonly #turn: number
  readonly #world: World
  readonly #options: ProgramOptions
  readonly #random: Random
  readonly #state: ProgramState
  /** Those that may have changed something. */
  readonly #calls: Call[] = []
  finding: Finding | undefined

  constructor(number: number, world: World, options: ProgramOptions) {
    this.#number = number
    this.#world = world
    this.#options = options
    this.#random = new Random(Math.imul(options.seed, 0x10001) + Math.imul(number, 0x9e3779b1))
    this.#turn = Math.floor(number / options.server.scopes.length)
    this.#state = new ProgramState(this.#random, options, shapeAt(this.#turn), this.#random.pick(SHAPE_NAMES))
  }

  async run(): Promise<void> {
    const { server } = this.#options
    await this.#world.clear()
    const { main, other } = this.#state
    await this.#make(batchWriteItem(this.#state, 1, [...new Set([main, other])]))
    const makers = MAKERS.filter(([, operation]) => server.operations.includes(operation)).map(
      ([weight, , maker]) => [weight, maker] as const,
    )
    const steps = this.#random.shuffled<() => Promise<void>>([
      ...Array.from({ length: CALLS }, () => () => this.#makePages(this.#random.weighted(makers)(this.#state))),
      ...Array.from({ length: INVALID_CALLS }, (_, at) => () => this.#makeInvalid(this.#number * INVALID_CALLS + at)),
      ...Array.from({ length: REFUSED_CALLS }, (_, at) => () => this.#makeRefused(this.#turn * REFUSED_CALLS + at)),
    ])
    for (const step of steps) {
      await step()
      if (this.finding !== undefined) return
    }
    await this.#make({ operation: 'Scan', input: { TableName: main.name } })
  }

  async #make(call: Call, row?: InvalidRow): Promise<Answer | undefined> {
    const { operation } = call
    this.#world.touch(this.#state.main.name, this.#state.other.name, ...(row?.on === undefined ? [] : [row.on]))
    const [answer, difference] = await onBothSides(call, this.#world, this.#options.server, row)
    if (difference !== undefined) {
      this.#find(row === undefined ? difference : { ...difference, kind: `${row.label} (${difference.kind})` })
      return undefined
    }
    if (row !== undefined && 'ok' in answer) {
      this.#find({ kind: `${row.label} (${operation}) is no invalid request`, call, plain: answer.ok, encrypted: undefined })
    }
    if (row === undefined) this.#calls.push(call)
    this.#options.onAnswer(call, answer, row?.label)
    if ('ok' in answer) await this.#state.follow(call, this.#world)
    return answer
  }

  async #makePages(first: Call | undefined): Promise<void> {
    let call = first
    for (let page = 0; call !== undefined && page < MOST_PAGES; page++) {
      const answer = await this.#make(call)
      call = answer && nextPage(call, lastEvaluatedKey(answer))
    }
  }

  /** Kinds of faults come one after the other, so that all come equally often. */
  async #makeInvalid(turn: number): Promise<void> {
    const { invalidKinds, operations } = this.#options.server
    const rows = INVALID_ROWS.get(invalidKinds[turn % invalidKinds.length] ?? '') ?? []
    for (let tries = 0; tries < 5; tries++) {
      const row = this.#random.pick(rows)
      await this.#seed(row)
      if (this.finding !== undefined) return
      const call = row.call(this.#contextFor(row))
      if (!operations.includes(call.operation)) continue
      await this.#make(call, row)
      return
    }
  }

  /** Without local evaluation alone; one after the other, as the invalid ones. */
  async #makeRefused(turn: number): Promise<void> {
    if (this.#options.scope.localEvaluation) return
    const refusals = refusalsFor(this.#options.server)
    const refusal = refusals[turn % refusals.length]
    if (refusal === undefined) return
    await this.#seed(refusal)
    if (this.finding !== undefined) return
    const call = refusal.call(this.#contextFor(refusal))
    const answer = await answerOf(this.#world.encrypted, call)
    if ('failure' in answer && answer.failure.code === refusal.code) this.#options.onRefusal(refusal.label)
    else this.#find({ kind: `${refusal.label} is not refused`, call, plain: refusal.code, encrypted: answer })
  }

  /** Puts items into the table that a row needs, where there are none. */
  async #seed(row: Pick<InvalidRow | Refusal, 'on'>): Promise<void> {
    const shape = this.#shapeFor(row)
    if (this.#state.itemsOf(shape).length > 0) return
    this.#world.touch(shape.name)
    await this.#make(batchWriteItem(this.#state, 1, [shape]))
  }

  /** Where actions are a function of the key, what is refused depends on the key. */
  #shapeFor({ on }: Pick<InvalidRow | Refusal, 'on'>): TableShape {
    const { main } = this.#state
    return SHAPES[on ?? (main.name === 'entities' ? 'hash-range' : main.name)]
  }

  #contextFor(row: Pick<InvalidRow | Refusal, 'on'>): RowContext {
    const { random } = this.#state
    const shape = this.#shapeFor(row)
    const key = this.#state.someKey(shape, 1)
    return { random, shape, key, item: this.#state.newItem(shape, key) }
  }

  #find(difference: Difference): void {
    this.finding ??= { ...difference, program: this.#number, calls: [...this.#calls, difference.call] }
  }
}

/** @returns the first difference; the program ends there */
export async function runProgram(number: number, world: World, options: ProgramOptions): Promise<Finding | undefined> {
  const program = new Program(number, world, options)
  await program.run()
  return program.finding
}

function shapeAt(number: number): ShapeName {
  // Indexes have more to them than keys.
  const shapes: readonly ShapeName[] = [...SHAPE_NAMES, 'indexed', 'indexed']
  return shapes[number % shapes.length] ?? 'indexed'
}

/** @param row - of invalid requests, some of which the encrypted client refuses in its own way */
export async function onBothSides(
  call: Call,
  { plain, encrypted }: World,
  server: Server,
  row?: InvalidRow,
): Promise<[Answer, Difference | undefined]> {
  const [one, other] = await Promise.all([answerOf(plain, call), answerOf(encrypted, call)])
  const refusal = row?.byDesign?.refusal
  if (refusal !== undefined && 'failure' in one && 'failure' in other && (other.failure.code ?? other.failure.error) === refusal) {
    return [one, undefined]
  }
  return [one, differenceOf(call, [plain, one], [encrypted, other], server)]
}

function lastEvaluatedKey(answer: Answer): Item | undefined {
  return 'ok' in answer && 'LastEvaluatedKey' in answer.ok ? answer.ok.LastEvaluatedKey : undefined
}
