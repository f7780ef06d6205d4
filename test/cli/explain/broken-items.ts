// Items whose signatures do not hold, each with its known causes: drawn by a seeded generator over all kinds, alone and in pairs, a fifth of
// them true alterations.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  AttributeActions,
  ItemEncryptor,
  LocalKey,
  StaticMaterialsProvider,
  type AttributeAction,
  type CryptographicMaterialsProvider,
  type Item,
} from 'dynamodb-encryption-client'
import { secretBytes } from '../../support/test-keys.js'

/** Numbers from a seed (mulberry32). */
export class Random {
  #state: number
  constructor(seed: number) {
    this.#state = seed
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  whole(below: number): number {
    return Math.floor(this.next() * below)
  }
  pick<T>(members: readonly [T, ...T[]]): T {
    return members[this.whole(members.length)] ?? members[0]
  }
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.whole(256))
  }
}

export const TABLE = 'People'
export const OTHER_TABLES = ['Archive', 'People-2019', 'Restored'] as const
export const KEY_NAMES = ['id', 'at'] as const

/** Signs with a key of its own for each version that a description names. */
function versioned(first: number): CryptographicMaterialsProvider {
  const of = (version: number): StaticMaterialsProvider =>
    new StaticMaterialsProvider({
      encryptionKey: LocalKey.aes(secretBytes(32, first)),
      signingKey: LocalKey.hmac(secretBytes(32, first + 10 + version)),
      materialDescription: { 'amzn-ddb-meta-id': `people#${String(version)}` },
    })
  return {
    encryptionMaterials: (context) => of(NOW).encryptionMaterials(context),
    decryptionMaterials: (context) => {
      const version = Number(context.materialDescription?.['amzn-ddb-meta-id']?.split('#')[1] ?? NOW)
      return of(version).decryptionMaterials(context)
    },
  }
}
export const NOW = 5
export const PROVIDER = versioned(1)
export const FORMER_PROVIDER = versioned(90)

export const ACTIONS = new AttributeActions({
  attributes: { city: 'SIGN_ONLY', tags: 'SIGN_ONLY', photo: 'SIGN_ONLY', visits: 'DO_NOTHING', notes: 'DO_NOTHING' },
})
/** Actions that the operator still knows. They differ in three attributes that every item has, so that no two single changes are the same. */
export const OLDER_ACTIONS = new AttributeActions({
  default: 'SIGN_ONLY',
  attributes: { diagnosis: 'ENCRYPT_AND_SIGN', photo: 'ENCRYPT_AND_SIGN', city: 'DO_NOTHING' },
})

export interface BrokenItem {
  readonly stored: Item
  /** A copy from before, where the operator has one. */
  readonly otherCopy: Item | undefined
  /** `kind` or `kind attribute`, ascending; none for a true alteration. */
  readonly causes: readonly string[]
  readonly isAltered: boolean
}

interface Draft {
  item: Item
  tableName: string
  provider: CryptographicMaterialsProvider
  actions: AttributeActions
  /** Done to the stored item. */
  readonly after: ((stored: Item) => void)[]
  needsCopy: boolean
  readonly touched: Set<string>
}

function wholeItem(random: Random): Item {
  const item: Item = {
    id: { S: `p${String(random.whole(1e6))}` },
    at: { N: String(random.whole(1e6)) },
    city: { S: random.pick(['Cork', 'Porto', 'Malmö']) },
    tags: { SS: ['b', 'a'] },
    photo: { B: random.bytes(48) },
    visits: { N: String(random.whole(90)) },
    notes: { S: 'long' },
    diagnosis: { S: 'influenza' },
    born: { N: '1990' },
    address: { M: { street: { S: 'Mill Lane' }, number: { N: '7' } } },
  }
  for (const name of ['tags', 'notes', 'born', 'address']) if (random.whole(4) === 0) Reflect.deleteProperty(item, name)
  return item
}

type Kind = (draft: Draft, random: Random) => string | undefined

/** An attribute of the item that nothing has been done to yet. */
function untouched(draft: Draft, random: Random, fits: (name: string, value: AttributeValue) => boolean): string | undefined {
  const names = Object.entries(draft.item).flatMap(([name, value]) => (!draft.touched.has(name) && fits(name, value) ? [name] : []))
  const name = names[random.whole(names.length)]
  if (name !== undefined) draft.touched.add(name)
  return name
}

function withAction(actions: AttributeActions, name: string, action: AttributeAction): AttributeActions {
  return new AttributeActions({ default: actions.default, attributes: new Map([...actions.attributes, [name, action]]) })
}

const isKey = (name: string): boolean => KEY_NAMES.some((key) => key === name)

const KINDS: readonly [Kind, ...Kind[]] = [
  function tableName(draft, random) {
    if (draft.tableName !== TABLE) return undefined
    draft.tableName = random.pick(OTHER_TABLES)
    return 'table-name'
  },
  function provider(draft) {
    if (draft.provider !== PROVIDER) return undefined
    draft.provider = FORMER_PROVIDER
    return 'provider'
  },
  function keyVersion(draft, random) {
    if (draft.touched.has('*version')) return undefined
    draft.touched.add('*version')
    const version = random.pick([1, 3, 4, 6, 9])
    // Signed with another version than the description says in the end.
    draft.after.push((stored) => {
      stored['*amzn-ddb-map-desc*'] = describedAs(stored, version)
    })
    return 'key-version'
  },
  function olderActions(draft) {
    if (draft.actions !== ACTIONS || draft.touched.size > 0) return undefined
    draft.actions = OLDER_ACTIONS
    for (const name of Object.keys(draft.item)) draft.touched.add(name)
    return 'former-actions'
  },
  function otherAction(draft, random) {
    // What was signed with another action than it has now.
    const name = untouched(draft, random, (candidate) => !isKey(candidate))
    if (name === undefined) return undefined
    const now = draft.actions.actionFor(name)
    const then = random.pick<AttributeAction>(['ENCRYPT_AND_SIGN', 'SIGN_ONLY', 'DO_NOTHING'])
    if (then === now) return undefined
    draft.actions = withAction(draft.actions, name, then)
    return `${then === 'DO_NOTHING' ? 'not-covered' : 'action'} ${name}`
  },
  function added(draft, random) {
    const name = `extra${String(random.whole(9))}`
    if (draft.touched.has(name)) return undefined
    draft.touched.add(name)
    draft.after.push((stored) => {
      stored[name] = { S: 'added' }
    })
    return `not-covered ${name}`
  },
  function removed(draft, random) {
    const name = untouched(draft, random, (candidate) => !isKey(candidate) && draft.actions.actionFor(candidate) !== 'DO_NOTHING')
    if (name === undefined) return undefined
    draft.needsCopy = true
    draft.after.push((stored) => {
      Reflect.deleteProperty(stored, name)
    })
    return `missing ${name}`
  },
]

/** What nothing explains, by the attribute that must be signed for it. */
const ALTERATIONS: readonly [Alteration, ...Alteration[]] = [
  ['at', (stored) => void (stored['at'] = { N: '-1' })],
  ['city', (stored) => void (stored['city'] = { S: 'Elsewhere' })],
  ['diagnosis', (stored, random) => flip(stored, 'diagnosis', random)],
  ['photo', (stored, random) => flip(stored, 'photo', random)],
  ['at', (stored, random) => flip(stored, '*amzn-ddb-map-sig*', random)],
]
type Alteration = readonly [string, (stored: Item, random: Random) => void]

function flip(stored: Item, name: string, random: Random): void {
  const bytes = Uint8Array.from(stored[name]?.B ?? [])
  const at = random.whole(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 + random.whole(255))
  stored[name] = { B: bytes }
}

function describedAs(stored: Item, version: number): AttributeValue {
  const text = Buffer.from(stored['*amzn-ddb-map-desc*']?.B ?? []).toString('latin1')
  return { B: Buffer.from(text.replace(/people#\d/, `people#${String(version)}`), 'latin1') }
}

/** @returns undefined for a draw that does not go together */
export async function brokenItem(random: Random): Promise<BrokenItem | undefined> {
  const draft: Draft = {
    item: wholeItem(random),
    tableName: TABLE,
    provider: PROVIDER,
    actions: ACTIONS,
    after: [],
    needsCopy: false,
    touched: new Set(),
  }
  const causes: string[] = []
  const wanted = 1 + random.whole(2)
  while (causes.length < wanted) {
    const cause = random.pick(KINDS)(draft, random)
    if (cause === undefined) return undefined
    causes.push(cause)
  }
  const encryptor = new ItemEncryptor({
    materialsProvider: draft.provider,
    actions: draft.actions.withIndexKeys(...KEY_NAMES),
    context: { tableName: draft.tableName, partitionKeyName: 'id', sortKeyName: 'at' },
  })
  const stored = { ...(await encryptor.encryptItem(draft.item)) }
  const otherCopy = draft.needsCopy ? { ...stored } : undefined
  for (const change of draft.after) change(stored)
  const isAltered = random.whole(5) === 0
  if (isAltered) {
    const [name, alter] = random.pick(ALTERATIONS)
    if (stored[name]?.B === undefined && (name === 'diagnosis' || name === 'photo')) return undefined
    if (draft.actions.actionFor(name) === 'DO_NOTHING') return undefined
    alter(stored, random)
  }
  return { stored, otherCopy: isAltered ? undefined : otherCopy, causes: isAltered ? [] : causes.sort(), isAltered }
}
