// How much each random suite runs. A run of CI has INTEROP_SECONDS for all of them together, shared out below; INTEROP_ITEMS in its place
// is a number of items for the suite, however long they take (the nightly figure: 200000, half of which Python takes part in).
import fc from 'fast-check'

/** Parts of the time by suite. */
const SHARES = { directions: 60, mutations: 20, 'direct KMS': 8, stores: 6, helpers: 6 } as const
export type RandomSuite = keyof typeof SHARES

const { INTEROP_SECONDS = '120', INTEROP_ITEMS, FC_SEED, FC_PATH } = process.env
const SECONDS = Number(INTEROP_SECONDS)
const ITEMS = INTEROP_ITEMS === undefined ? undefined : Number(INTEROP_ITEMS)
if (!(SECONDS > 0) || (ITEMS !== undefined && !Number.isInteger(ITEMS))) {
  throw new Error('INTEROP_SECONDS is a number of seconds, INTEROP_ITEMS a whole number')
}

const AT_LEAST = 5
/** More than any share of the time has room for. */
const NO_END = 1_000_000

/**
 * Checks a property for one of `parts` equal parts of the suite's share. Prints the seed; FC_SEED and FC_PATH run a failure again.
 *
 * @param items - of the full figure, the part that this property stands for; 1 unless several properties share it
 * @param atLeast - runs of the property, however little its share is on a busy machine
 */
export async function checkFor<T>(
  suite: RandomSuite,
  title: string,
  property: fc.IAsyncProperty<T>,
  { parts, items = 1, atLeast = AT_LEAST }: { readonly parts: number; readonly items?: number; readonly atLeast?: number },
): Promise<void> {
  const seed = FC_SEED === undefined ? (Date.now() ^ (process.pid << 8)) | 0 : Number(FC_SEED)
  const parameters = { seed, ...(FC_PATH === undefined ? {} : { path: FC_PATH }) }
  const began = performance.now()
  const done = [
    await check(property, { ...parameters, numRuns: ITEMS === undefined ? atLeast : Math.max(atLeast, Math.ceil(ITEMS * items)) }),
  ]
  const total = Object.values(SHARES).reduce<number>((sum, share) => sum + share, 0)
  const left = (SECONDS * 1000 * SHARES[suite]) / total / parts - (performance.now() - began)
  if (ITEMS === undefined && left > 0) {
    // From the same seed: what ran already runs again, and one seed tells all.
    done.push(await check(property, { ...parameters, numRuns: NO_END, plugins: [fc.interruptAfterTimeLimit(left)] }))
  }
  console.log(`${suite}, ${title}: ${String(Math.max(...done))} runs, seed ${String(seed)}`)
}

/** @returns the number of runs */
async function check<T>(property: fc.IAsyncProperty<T>, parameters: fc.Parameters<T>): Promise<number> {
  const result = await fc.check(property, parameters)
  // Cut short before the first run of the second time is no failure.
  if (result.failed && !(result.interrupted && result.counterexample === null)) {
    throw new Error(fc.defaultReportMessage(result) ?? 'the property does not hold', { cause: result.errorInstance })
  }
  return result.numRuns
}
