// The faster way for a whole item that keys of this package have inside, and the item encryptor looks for. Keys held
// elsewhere have only the public interfaces; the symbols are registered, so that the ESM and the CommonJS build, loaded
// side by side, recognize each other's keys.

export const ONE_PASS: unique symbol = Symbol.for('dynamodb-encryption-client/one-pass')
export const MAC_IN_PLACE: unique symbol = Symbol.for('dynamodb-encryption-client/mac-in-place')
export const WIPE: unique symbol = Symbol.for('dynamodb-encryption-client/wipe')

/** A wrapping key in this process: it keeps and shows nothing of the keys it wraps. */
export const IN_PROCESS: unique symbol = Symbol.for('dynamodb-encryption-client/in-process')

export function isInProcess(key: object): boolean {
  return IN_PROCESS in key
}

/** A content key in this process: all of an item's attributes in one CBC call. */
export interface OnePassContentKey {
  readonly [ONE_PASS]: {
    /** @param blocks - for each attribute a random block and the padded value */
    encrypt(blocks: Uint8Array): Buffer
    /** @param blocks - stored values end to end */
    decrypt(blocks: Uint8Array): Buffer
  }
}

/** A MAC key in this process: no copy of the string to sign. */
export interface InPlaceMacKey {
  /** @param buffer - has `HMAC_HEADROOM` bytes before `start`, which are used and wiped */
  [MAC_IN_PLACE](buffer: Buffer, start: number, end: number): Buffer
}

/** A key that lives for one item. */
export interface WipeableKey {
  [WIPE](): void
}

export function isOnePass(key: object): key is OnePassContentKey {
  return ONE_PASS in key
}

export function isInPlaceMac(key: object): key is InPlaceMacKey {
  return MAC_IN_PLACE in key
}

export function wipeIfItemsOwn(key: unknown): void {
  if (isWipeable(key)) key[WIPE]()
}

function isWipeable(key: unknown): key is WipeableKey {
  return typeof key === 'object' && key !== null && WIPE in key
}
