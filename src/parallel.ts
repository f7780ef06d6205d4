// Work on a list with bounded concurrency: order kept by index, stopped by the first failure or by an AbortSignal.

/** How long work that never waits may hold the event loop, in milliseconds. */
const LONGEST_TURN = 10

/**
 * Calls `work` for each member, at most `concurrency` at once.
 *
 * After the first failure no further call begins; the promise rejects with it once those under way have ended. Calls that
 * complete without waiting (local keys) still let other events of the process through every {@link LONGEST_TURN} ms.
 *
 * @param signal - when it aborts, no further call begins and the promise rejects with its reason
 */
export async function forEachParallel<T>(
  members: readonly T[],
  concurrency: number,
  work: (member: T, index: number) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted()
  const entries = members.entries()
  let turnBegan = performance.now()
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    for (const entry of entries) {
      if (failures.length > 0) return
      const [index, member] = entry
      try {
        signal?.throwIfAborted()
        await work(member, index)
      } catch (error) {
        failures.push(error)
        return
      }
      if (performance.now() - turnBegan > LONGEST_TURN) {
        await new Promise((resolve) => setImmediate(resolve))
        turnBegan = performance.now()
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, members.length) }, lane))
  if (failures.length > 0) throw failures[0]
}
