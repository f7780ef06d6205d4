// Errors of definition time: what they are, and whom they name.
import { expect } from 'vitest'

/** Asserts that a definition is refused with a code, and with every text in its message. */
export function expectRefused(define: () => unknown, code: string, ...texts: readonly string[]): void {
  let error: unknown
  try {
    define()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toMatchObject({ name: 'DynamoDBEncryptionError', code })
  for (const text of texts) expect(error).toHaveProperty('message', expect.stringContaining(text))
}
