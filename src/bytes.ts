// Small helpers over bytes.

/** Overwrites key bytes with zeros once they have done their work. */
export function wipe(bytes: Uint8Array): void {
  bytes.fill(0)
}

/** The byte at a place that is known to be within bounds, as a number to the compiler too; 0 beyond them. */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

/** The same memory as a Buffer, for Buffer's faster copying and text methods. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The same memory as a plain Uint8Array, which is what the SDK hands out for type B. */
export function asUint8Array(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
