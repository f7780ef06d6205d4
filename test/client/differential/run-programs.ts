// Runs many programs, several side by side, each in tables of its own.
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { canonical, type Tamper } from './answer.js'
import type { Call } from './call.js'
import { Coverage } from './coverage.js'
import { onBothSides, runProgram, type Finding, type ProgramOptions } from './program.js'
import { SHAPE_NAMES } from './shapes.js'
import { makeWorlds, type World } from './world.js'

export interface RunOptions extends Pick<ProgramOptions, 'server' | 'seed'> {
  readonly config: DynamoDBClientConfig
  /** Number of the first program. */
  readonly first: number
  readonly programs: number
  /** How many run side by side. */
  readonly lanes: number
  /** For control runs: stands between the encrypted client and the comparison. */
  readonly tamper?: Tamper | undefined
  /** Ends the run at the first finding. */
  readonly untilFound?: boolean
}

export interface Run {
  readonly coverage: Coverage
  /** The first of each kind, and how many there were of it. */
  readonly findings: readonly { readonly finding: Finding; readonly count: number }[]
}

export async function runPrograms(options: RunOptions): Promise<Run> {
  const coverage = new Coverage()
  const findings = new Map<string, { finding: Finding; count: number }>()
  let next = options.first
  const end = options.first + options.programs
  const lane = async (): Promise<void> => {
    const made = await makeWorlds(options.config)
    try {
      while (next < end && !(options.untilFound === true && findings.size > 0)) {
        const number = next++
        const { scopes } = options.server
        const scope = scopes[number % scopes.length] ?? scopes[0]
        const { encrypted, ...rest } = made.worlds[scope.name]
        const world: World = { ...rest, encrypted: { ...encrypted, tamper: options.tamper } }
        const found = await runProgram(number, world, {
          ...options,
          scope,
          onAnswer: (call, answer, label) => {
            coverage.addAnswer(call, answer, label)
          },
          onRefusal: (label) => {
            coverage.addRefusal(label)
          },
        })
        coverage.programs++
        if (found === undefined) continue
        const known = findings.get(found.kind)
        if (known !== undefined) known.count++
        else findings.set(found.kind, { finding: options.tamper === undefined ? await shrunk(found, world, options) : found, count: 1 })
      }
    } finally {
      await made.close()
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.lanes, options.programs) }, lane))
  return { coverage, findings: [...findings.values()] }
}

/** Without the calls that the difference does not need, as far as leaving them out one by one shows. */
async function shrunk(finding: Finding, world: World, options: Pick<ProgramOptions, 'server'>): Promise<Finding> {
  const last = finding.calls.at(-1)
  if (last === undefined) return finding
  let kept = finding.calls.slice(0, -1)
  for (const call of finding.calls.slice(0, -1)) {
    const fewer = kept.filter((each) => each !== call)
    if ((await replayed([...fewer, last], world, options)) !== undefined) kept = fewer
  }
  return { ...finding, calls: [...kept, last] }
}

/** @returns the difference of the last call, or undefined where there is none, or an earlier one */
async function replayed(calls: readonly Call[], world: World, { server }: Pick<ProgramOptions, 'server'>): Promise<unknown> {
  await world.clear()
  for (const [at, call] of calls.entries()) {
    world.touch(...SHAPE_NAMES)
    const [, difference] = await onBothSides(call, world, server)
    if (difference !== undefined) return at === calls.length - 1 ? difference : undefined
  }
  return undefined
}

/** What a person needs to see a finding again. */
export function reportOf({ finding, count }: Run['findings'][number], seed: number): string {
  const text = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(canonical(value)).slice(0, 3000))
  return [
    `${finding.kind} (${count} times)`,
    `DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_FIRST=${finding.program} DIFFERENTIAL_PROGRAMS=1 runs the program again`,
    ...finding.calls.map(({ operation, input }) => `  ${operation} ${text(input)}`),
    `  plain: ${text(finding.plain)}`,
    `  encrypted: ${text(finding.encrypted)}`,
  ].join('\n')
}
