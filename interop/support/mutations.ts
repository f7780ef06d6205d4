// What can happen to a stored item: by a bad disk or program, by someone who may write to the table, or by someone who even has the keys.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { AttributeActions, Item } from 'dynamodb-encryption-client'
import fc, { type GeneratorValue } from 'fast-check'
import { attributeName, attributeValue } from '../../test/support/arbitraries.js'
import { byteFault } from '../../test/support/byte-faults.js'
import { changedValue } from '../../test/support/changed-value.js'
import { altered, attributeOf } from '../../test/support/protected-item.js'
import { describe as describeEntries, DESCRIPTION, readDescription, SIGNATURE } from '../../test/support/reference-format.js'
import type { PeerContext } from './peers.js'

export interface Target {
  readonly stored: Item
  readonly actions: AttributeActions
  readonly context: PeerContext
  /** The same item written again: other IVs, another content key where the provider makes one. */
  again(item?: Item): Promise<Item>
  readonly item: Item
}

/** What is read in the place of the stored item, or how. */
export interface Mutated {
  readonly stored?: Item
  readonly context?: PeerContext
}

/** Chooses by `gen`; skips the run where the item has nothing of the kind. */
export type Mutation = (target: Target, gen: GeneratorValue) => Mutated | Promise<Mutated>

function oneOf<T>(gen: GeneratorValue, choices: readonly T[]): T {
  fc.pre(choices.length > 0)
  return gen(() => fc.constantFrom(...choices))
}

const without = (item: Item, name: string): Item => altered(item, [[name, undefined]])
const bytesIn = (value: AttributeValue | undefined): Uint8Array => value?.B ?? new Uint8Array()
const withFault = (value: AttributeValue | undefined, gen: GeneratorValue): AttributeValue => ({
  B: new Uint8Array(gen(() => byteFault).apply(value?.B?.length === 0 ? new Uint8Array(1) : bytesIn(value))),
})

const namesWith = ({ item, actions }: Target, ...wanted: readonly string[]): string[] =>
  Object.keys(item).filter((name) => wanted.includes(actions.actionFor(name)))

/** The same bytes as another type. */
const retyped = (bytes: Uint8Array): AttributeValue[] => [
  { S: Buffer.from(bytes).toString('base64') },
  { BS: [bytes] },
  { L: [{ B: bytes }] },
  { NULL: true },
]

const ATTRIBUTES: Readonly<Record<string, Mutation>> = {
  'a byte of an encrypted value': (target, gen) => {
    const name = oneOf(gen, namesWith(target, 'ENCRYPT_AND_SIGN'))
    return { stored: altered(target.stored, [[name, withFault(target.stored[name], gen)]]) }
  },
  'an encrypted value as another type': (target, gen) => {
    const name = oneOf(gen, namesWith(target, 'ENCRYPT_AND_SIGN'))
    return { stored: altered(target.stored, [[name, oneOf(gen, retyped(bytesIn(attributeOf(target.stored, name))))]]) }
  },
  'an encrypted value of an earlier version': async (target, gen) => {
    const name = oneOf(gen, namesWith(target, 'ENCRYPT_AND_SIGN'))
    return { stored: altered(target.stored, [[name, attributeOf(await target.again(), name)]]) }
  },
  'a signed value': (target, gen) => {
    const name = oneOf(gen, namesWith(target, 'SIGN_ONLY'))
    return { stored: altered(target.stored, [[name, changedValue(attributeOf(target.stored, name), gen)]]) }
  },
  'an unsigned value': (target, gen) => {
    const name = oneOf(gen, namesWith(target, 'DO_NOTHING'))
    return { stored: altered(target.stored, [[name, changedValue(attributeOf(target.stored, name), gen)]]) }
  },
  'an attribute taken away': (target, gen) => ({ stored: without(target.stored, oneOf(gen, Object.keys(target.item))) }),
  'an attribute added': (target, gen) => {
    const name = gen(() => attributeName)
    fc.pre(!Object.hasOwn(target.stored, name))
    return { stored: altered(target.stored, [[name, gen(attributeValue, 28)]]) }
  },
  'two values exchanged': (target, gen) => {
    const [a, b] = [oneOf(gen, Object.keys(target.item)), oneOf(gen, Object.keys(target.item))]
    const [ofA, ofB] = [attributeOf(target.stored, a), attributeOf(target.stored, b)]
    return {
      stored: altered(target.stored, [
        [a, ofB],
        [b, ofA],
      ]),
    }
  },
  'another table': (target, gen) => ({ context: { ...target.context, tableName: gen(() => fc.string({ minLength: 1, maxLength: 8 })) } }),
}

const SIGNATURES: Readonly<Record<string, Mutation>> = {
  'a byte of the signature': ({ stored }, gen) => ({ stored: altered(stored, [[SIGNATURE, withFault(stored[SIGNATURE], gen)]]) }),
  'the signature as another type, or empty': ({ stored }, gen) => {
    const value = oneOf(gen, [{ B: new Uint8Array() }, ...retyped(bytesIn(stored[SIGNATURE]))])
    return { stored: altered(stored, [[SIGNATURE, value]]) }
  },
  'the signature taken away': ({ stored }) => ({ stored: without(stored, SIGNATURE) }),
  "another item's signature": async (target) => {
    const other = await target.again(altered(target.item, [['another attribute', { S: 'x' }]]))
    return { stored: altered(target.stored, [[SIGNATURE, other[SIGNATURE]]]) }
  },
}

/** Everything that an algorithm's name or a mode could be mistaken for. */
const NAMES = [
  ...['AES', 'AES/128', 'AES/192', 'AES/256', 'AES/512', 'AES/x', 'AESWrap', 'Blowfish', 'DES', 'ChaCha20', 'kms', '', 'constructor'],
  ...['RSA', 'RSA/ECB/PKCS1Padding', 'RSA/ECB/NoPadding', 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding'],
  ...['RSA/ECB/OAEPWithSHA-256AndMGF1Padding', 'AES/ECB/PKCS5Padding', 'AES/ECB/NoPadding'],
  ...['HmacSHA256', 'HmacSHA512', 'HmacMD5', 'HmacSHA1', 'SHA256withRSA', 'SHA512withRSA', 'MD5withRSA', 'NONEwithRSA', 'SHA256withECDSA'],
  ...['/CBC/PKCS5Padding', '/ECB/PKCS5Padding', '/CTR/NoPadding', '/CBC/NoPadding', '/GCM/NoPadding'],
]

function entriesOf({ stored }: Target): [string, string][] {
  fc.pre(stored[DESCRIPTION] !== undefined)
  return Object.entries(readDescription(bytesIn(stored[DESCRIPTION])))
}

const described = ({ stored }: Target, bytes: Uint8Array): Mutated => ({
  stored: altered(stored, [[DESCRIPTION, { B: new Uint8Array(bytes) }]]),
})

const DESCRIPTIONS: Readonly<Record<string, Mutation>> = {
  'a byte of the description': (target, gen) => {
    fc.pre(target.stored[DESCRIPTION] !== undefined)
    return { stored: altered(target.stored, [[DESCRIPTION, withFault(target.stored[DESCRIPTION], gen)]]) }
  },
  'the description taken away': (target) => ({ stored: without(target.stored, DESCRIPTION) }),
  'the description as another type, or empty': (target, gen) => {
    const bytes = bytesIn(target.stored[DESCRIPTION])
    return { stored: altered(target.stored, [[DESCRIPTION, oneOf(gen, [{ B: new Uint8Array() }, ...retyped(bytes)])]]) }
  },
  "another item's description": async (target) => ({
    stored: altered(target.stored, [[DESCRIPTION, (await target.again())[DESCRIPTION]]]),
  }),
  'an entry taken away': (target, gen) => {
    const entries = entriesOf(target)
    const [gone] = oneOf(gen, entries)
    return described(target, describeEntries(entries.filter(([name]) => name !== gone)))
  },
  'an entry with another value': (target, gen) => {
    const entries = entriesOf(target)
    const [changed] = oneOf(gen, entries)
    const value = gen(() => fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ maxLength: 6 })))
    return described(target, describeEntries(entries.map(([name, old]) => [name, name === changed ? value : old])))
  },
  'an entry twice, the second with another value': (target, gen) => {
    const entries = entriesOf(target)
    const [name] = oneOf(gen, entries)
    return described(target, describeEntries([...entries, [name, oneOf(gen, NAMES)]]))
  },
  'an entry twice, the first with another value': (target, gen) => {
    const entries = entriesOf(target)
    const [name] = oneOf(gen, entries)
    return described(target, describeEntries([[name, oneOf(gen, NAMES)], ...entries]))
  },
  'an unknown entry added': (target, gen) => {
    const unknown = gen(() => fc.tuple(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 })))
    return described(target, describeEntries([unknown, ...entriesOf(target)]))
  },
  'the entries in another order': (target, gen) => {
    const entries = entriesOf(target)
    return described(target, describeEntries(gen(() => fc.shuffledSubarray(entries, { minLength: entries.length }))))
  },
  'another version': (target, gen) => {
    const bytes = Buffer.from(describeEntries(entriesOf(target)))
    bytes.writeUInt32BE(gen(fc.integer, { min: 1, max: 0xffffffff }))
    return described(target, bytes)
  },
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = { ...ATTRIBUTES, ...SIGNATURES, ...DESCRIPTIONS }
