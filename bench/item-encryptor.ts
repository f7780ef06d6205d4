// Items a second through the public asynchronous API, and the ratio to the floor.
import { generateKeyPairSync } from 'node:crypto'
import { AttributeActions, ItemEncryptor, LocalKey, StaticMaterialsProvider, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import type { CryptographicMaterialsProvider } from 'dynamodb-encryption-client'
import { floorInput, staticFloor, wrappedAesFloor, wrappedRsaFloor, type Floor, type FloorInput } from './floor.js'
import { KEY_NAMES, SIZES } from './items.js'
import { awaited, inTurn, measure } from './measure.js'

interface Mode {
  readonly name: string
  readonly provider: CryptographicMaterialsProvider
  floor(input: FloorInput): Floor
  /** Highest ratio to the floor, by number of attributes. */
  readonly limits: Readonly<Record<number, number>>
}

const AES_LIMITS = { 4: 1.8, 10: 1.5, 100: 1.5 }
const RSA_LIMITS = { 4: 1.1, 10: 1.1, 100: 1.1 }

function modes(): Mode[] {
  const hmac = LocalKey.generate('HmacSHA256/256')
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return [
    {
      name: 'Static',
      provider: new StaticMaterialsProvider({ encryptionKey: LocalKey.generate('AES/256'), signingKey: hmac }),
      floor: staticFloor,
      limits: AES_LIMITS,
    },
    {
      name: 'Wrapped AES',
      provider: new WrappedMaterialsProvider({ wrappingKey: LocalKey.generate('AES/256'), signingKey: hmac }),
      floor: wrappedAesFloor,
      limits: AES_LIMITS,
    },
    {
      name: 'Wrapped RSA',
      provider: new WrappedMaterialsProvider({
        wrappingKey: LocalKey.rsaWrapping({ publicKey, privateKey }),
        signingKey: LocalKey.rsaSigning({ publicKey, privateKey }),
      }),
      floor: (input) => wrappedRsaFloor(input, publicKey, privateKey),
      limits: RSA_LIMITS,
    },
  ]
}

export interface Row {
  readonly mode: string
  readonly item: string
  readonly direction: 'encrypt' | 'decrypt'
  readonly itemsPerSecond: number
  readonly ratio: number
  readonly limit: number
}

/** @param only - words that a line's provider or item contains; every line where empty */
export async function benchItemEncryptor(rounds: number, milliseconds: number, only: readonly string[]): Promise<Row[]> {
  const rows: Row[] = []
  const actions = new AttributeActions().withIndexKeys(...KEY_NAMES)
  for (const mode of modes()) {
    const encryptor = new ItemEncryptor({
      materialsProvider: mode.provider,
      actions,
      context: { tableName: 'Visits', partitionKeyName: KEY_NAMES[0], sortKeyName: KEY_NAMES[1] },
    })
    for (const { name, count, item } of SIZES) {
      if (!only.every((word) => `${mode.name} ${name}`.includes(word))) continue
      const stored = await encryptor.encryptItem(item)
      const encryptedNames = new Set(Object.keys(item).filter((attribute) => actions.actionFor(attribute) === 'ENCRYPT_AND_SIGN'))
      const floor = mode.floor(floorInput(stored, encryptedNames, [20, 16]))
      const times = await measure(
        [
          inTurn('floor encrypt', () => {
            floor.encrypt()
          }),
          awaited('encrypt', () => encryptor.encryptItem(item)),
          inTurn('floor decrypt', () => {
            floor.decrypt()
          }),
          awaited('decrypt', () => encryptor.decryptItem(stored)),
        ],
        rounds,
        milliseconds,
      )
      for (const direction of ['encrypt', 'decrypt'] as const) {
        const time = times.get(direction) ?? Number.NaN
        rows.push({
          mode: mode.name,
          item: name,
          direction,
          itemsPerSecond: 1e9 / time,
          ratio: time / (times.get(`floor ${direction}`) ?? Number.NaN),
          limit: mode.limits[count] ?? Number.NaN,
        })
      }
    }
  }
  return rows
}
