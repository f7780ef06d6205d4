// Finds secrets in whatever an error shows of itself: message, stack, properties, hidden ones too, JSON.
import { inspect } from 'node:util'
import { expect } from 'vitest'

/** A word that stands in every plaintext value which an error must not repeat. */
export const MARKER = 'xyzzy-plugh'

/** The ways in which bytes turn up in text: hex as Buffers print it and run together, Base64 at each offset, characters, numbers. */
export function textsOf(secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret)
  // A prefix of two bytes or one shifts the Base64; the characters at either end mix with the neighbours and are cut off.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes.subarray(0, bytes.length - ((bytes.length + shift) % 3))])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4),
  )
  const hex = bytes.toString('hex')
  return [
    hex,
    hex.toUpperCase(),
    (hex.match(/../g) ?? []).join(' '),
    bytes.toString('latin1'),
    [...bytes].join(', '),
    [...bytes].join(','),
    ...base64,
  ]
}

/** Everything that a log line could show of a value. */
export function shown(value: unknown): string {
  const asError = value instanceof Error ? [value.message, String(value.stack), JSON.stringify(value.cause)] : []
  return [
    inspect(value, { depth: 20, showHidden: true, maxArrayLength: 1000, maxStringLength: 100_000, breakLength: Infinity }),
    inspect(value, { depth: 20 }),
    JSON.stringify(value),
    String(value),
    ...asError,
  ].join('\n')
}

export function expectNoSecrets(value: unknown, secrets: readonly Uint8Array[] = [Buffer.from(MARKER)]): void {
  const text = shown(value)
  for (const secret of secrets) for (const form of textsOf(secret)) expect(text).not.toContain(form)
}
