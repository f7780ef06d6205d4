// The limit on a clock of the test's own: how long callers wait in all.
import { expect, test } from 'vitest'
import { CapacityLimit } from '../../src/migrate/capacity-limit.js'

class Clock {
  time = 0
  now(): number {
    return this.time
  }
  async sleep(milliseconds: number): Promise<void> {
    this.time += milliseconds
  }
}

test.each([
  { perSecond: 10, requests: 100, estimate: 1, actual: 1, seconds: 9 },
  { perSecond: 10, requests: 100, estimate: 1, actual: 2, seconds: 19 },
  { perSecond: 10, requests: 100, estimate: 4, actual: 2, seconds: 19 },
  { perSecond: 5, requests: 10, estimate: 0, actual: 10, seconds: 18 },
  { perSecond: Infinity, requests: 10, estimate: 1, actual: 1000, seconds: 0 },
])(
  '$requests requests of $actual units at $perSecond a second take $seconds seconds',
  async ({ perSecond, requests, estimate, actual, seconds }) => {
    const clock = new Clock()
    const limit = new CapacityLimit(perSecond, clock)
    for (let request = 0; request < requests; request++) (await limit.take(estimate))(actual)
    // What the last request cost is paid by the next.
    expect(clock.time / 1000).toBeGreaterThan(seconds - (2 * Math.max(estimate, actual)) / perSecond - 0.01)
    expect(clock.time / 1000).toBeLessThan(seconds + (2 * Math.max(estimate, actual)) / perSecond + 0.01)
  },
)

test('a server that does not tell what a request cost: the estimate counts', async () => {
  const clock = new Clock()
  const limit = new CapacityLimit(1, clock)
  for (let request = 0; request < 5; request++) (await limit.take(1))(undefined)
  expect(clock.time).toBe(4000)
})

test('an abort ends the wait', async () => {
  const limit = new CapacityLimit(0.001)
  await limit.take(0.001)
  const reason = new Error('enough')
  await expect(limit.take(1, AbortSignal.abort(reason))).rejects.toThrow()
})
