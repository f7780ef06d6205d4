// A row of a MetaStore's table, and the keys in it (format section 6, "MetaStore").
import { AES_KEY_BYTES, hmacNames } from '../crypto/algorithms.js'
import { randomKey } from '../crypto/random-pool.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { Item } from '../items.js'
import { LocalKey } from '../keys/local-key.js'
import type { CryptographicMaterialsProvider } from '../materials/materials.js'
import { WrappedMaterialsProvider } from '../materials/wrapped.js'
import { wipe } from '../bytes.js'
import { materialIdText, type MaterialId } from './material-id.js'
import { MATERIAL_ID } from './provider-store.js'

/** The primary key: material name and version. */
export const NAME = 'N'
export const VERSION = 'V'

const TYPE = 't'
const ENCRYPTION_KEY = 'enc'
const ENCRYPTION_ALGORITHM = 'encAlg'
const SIGNING_KEY = 'int'
const SIGNING_ALGORITHM = 'intAlg'
/** The one type of row there is, as Java and Python write it. */
const ROW_TYPE = '0'
const KEY_BYTES = 32

/** Names that extra data cannot have. */
export const RESERVED_ROW_NAMES: readonly string[] = [
  NAME,
  VERSION,
  TYPE,
  ENCRYPTION_KEY,
  ENCRYPTION_ALGORITHM,
  SIGNING_KEY,
  SIGNING_ALGORITHM,
]

export function rowKey({ name, version }: MaterialId): Item {
  return { [NAME]: { S: name }, [VERSION]: { N: String(version) } }
}

/** A row with fresh keys. */
export function newRow(id: MaterialId): Item {
  return {
    ...rowKey(id),
    [TYPE]: { S: ROW_TYPE },
    [ENCRYPTION_KEY]: { B: randomKey(KEY_BYTES) },
    [ENCRYPTION_ALGORITHM]: { S: 'AES' },
    [SIGNING_KEY]: { B: randomKey(KEY_BYTES) },
    [SIGNING_ALGORITHM]: { S: 'HmacSHA256' },
  }
}

/** @throws `MATERIALS_UNAVAILABLE` for a row of another type, or without keys that this version of the store knows */
export function providerOfRow(id: MaterialId, row: Item, tableName: string): CryptographicMaterialsProvider {
  const encryptionKey = row[ENCRYPTION_KEY]?.B
  const signingKey = row[SIGNING_KEY]?.B
  const signingAlgorithm = hmacNames().find((name) => name === row[SIGNING_ALGORITHM]?.S)
  if (
    row[TYPE]?.S !== ROW_TYPE ||
    row[ENCRYPTION_ALGORITHM]?.S !== 'AES' ||
    encryptionKey === undefined ||
    !AES_KEY_BYTES.includes(encryptionKey.length) ||
    signingKey === undefined ||
    signingKey.length === 0 ||
    signingAlgorithm === undefined
  ) {
    throw new DynamoDBEncryptionError(
      'MATERIALS_UNAVAILABLE',
      'the store has an item of a type, or with algorithms, that this version does not know',
      {
        tableName,
        key: rowKey(id),
      },
    )
  }
  return new WrappedMaterialsProvider({
    wrappingKey: LocalKey.aes(encryptionKey),
    signingKey: LocalKey.hmac(signingKey, signingAlgorithm),
    materialDescription: { [MATERIAL_ID]: materialIdText(id) },
  })
}

/** True where two decrypted rows hold the same keys. */
export function sameKeys(a: Item, b: Item): boolean {
  return [ENCRYPTION_KEY, SIGNING_KEY].every((name) => {
    const [ofA, ofB] = [a[name]?.B, b[name]?.B]
    return ofA !== undefined && ofB !== undefined && Buffer.compare(ofA, ofB) === 0
  })
}

/** Zeroes the keys of a decrypted row. */
export function wipeRow(row: Item): void {
  for (const name of [ENCRYPTION_KEY, SIGNING_KEY]) {
    const bytes = row[name]?.B
    if (bytes !== undefined) wipe(bytes)
  }
}
