// The material description is not signed. Whoever changes it gets the item refused, or the plaintext as it was: never another.
import { randomBytes, type KeyObject } from 'node:crypto'
import { LocalKey, type Item, type RsaWrappingAlgorithm } from 'dynamodb-encryption-client'
import fc, { type GeneratorValue } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { itemCase, text, type ItemCase } from '../support/arbitraries.js'
import { byteFault } from '../support/byte-faults.js'
import { canonicalItem } from '../support/canonical-form.js'
import { altered, attributeOf, ProtectedItem } from '../support/protected-item.js'
import { printedTally, runs } from '../support/property-runs.js'
import { PROVIDER_ROWS, rowNamed, type ProviderRow } from '../support/provider-rows.js'
import { describe as plainDescription, readDescription } from '../support/reference-format.js'
import { rsaPair, secretBytes } from '../support/test-keys.js'

const tally = printedTally('description tampering')

/** Codes that say so; `INVALID_CONFIGURATION` would blame the reader for what the item's writer did. */
const REFUSALS = ['SIGNATURE_MISMATCH', 'INVALID_CIPHERTEXT', 'INVALID_MATERIAL_DESCRIPTION', 'ALGORITHM_NOT_ALLOWED']

type Pair = readonly [name: string, value: string]

/** What an attacker would write: every name and value with a meaning somewhere, and some that have none. */
const KNOWN_NAMES = ['sym-mode', 'signingAlg'].map((suffix) => `amzn-ddb-map-${suffix}`)
const PROVIDERS_NAMES = [
  'amzn-ddb-env-key',
  'amzn-ddb-env-alg',
  'amzn-ddb-wrap-alg',
  'amzn-ddb-sig-alg',
  'amzn-ddb-meta-id',
  'aws-kms-ec-attr',
]
const KNOWN_VALUES = [
  ...['/CBC/PKCS5Padding', '/CBC/NoPadding', '/CTR/NoPadding', '/ECB/PKCS5Padding', '/GCM/NoPadding'],
  ...['AES', 'AES/64', 'AES/128', 'AES/192', 'AES/256', 'AES/CBC/PKCS5Padding', 'DES', 'AESWrap', 'kms'],
  ...['RSA', 'RSA/ECB/PKCS1Padding', 'RSA/ECB/NoPadding', 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding', 'RSA/ECB/OAEPWithSHA-256AndMGF1Padding'],
  ...[
    'HmacSHA256',
    'HmacSHA512',
    'HmacSHA256/256',
    'HmacMD5',
    'MD5withRSA',
    'NONEwithRSA',
    'SHA1withRSA',
    'SHA256withRSA',
    'SHA512withRSA',
  ],
  ...['SHA256withECDSA', 'SHA384withECDSA', 'NONEwithECDSA', 'constructor', '__proto__', '', 'AAAA', '*keys*', 'name#0'],
]

const RSA_NAMES: readonly RsaWrappingAlgorithm[] = [
  'RSA/ECB/OAEPWithSHA-1AndMGF1Padding',
  'RSA/ECB/OAEPWithSHA-224AndMGF1Padding',
  'RSA/ECB/OAEPWithSHA-256AndMGF1Padding',
  'RSA/ECB/OAEPWithSHA-384AndMGF1Padding',
  'RSA/ECB/OAEPWithSHA-512AndMGF1Padding',
  'RSA/ECB/PKCS1Padding',
]

const sha2 = (suffix: string): string[] => ['SHA224', 'SHA256', 'SHA384', 'SHA512'].map((hash) => hash + suffix)
const KINDS: readonly (readonly string[])[] = [
  sha2('withRSA'),
  sha2('withECDSA'),
  ['HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512'],
  ['AES', 'AES/128', 'AES/192', 'AES/256'],
  RSA_NAMES,
]

/** @returns the bytes to store in the description's place; undefined to store none */
type Attacker = (pairs: readonly Pair[], gen: GeneratorValue, target: ProtectedItem) => Uint8Array | undefined | Promise<Uint8Array>

function oneOf<T>(gen: GeneratorValue, choices: readonly T[]): T {
  fc.pre(choices.length > 0)
  return gen(() => fc.constantFrom(...choices))
}

const anyName = (gen: GeneratorValue): string => (gen(fc.boolean) ? oneOf(gen, [...KNOWN_NAMES, ...PROVIDERS_NAMES]) : gen(() => text))
const anyValue = (gen: GeneratorValue): string => (gen(fc.boolean) ? oneOf(gen, KNOWN_VALUES) : gen(() => text))

/** One character of a text changed, added or removed. */
function misspelled(given: string, gen: GeneratorValue): string {
  const characters = Array.from(given)
  const at = gen(fc.nat, { max: characters.length })
  const replacement = gen(() => fc.string({ maxLength: 1, unit: 'binary' }))
  return [...characters.slice(0, at), replacement, ...characters.slice(gen(fc.boolean) ? at : at + 1)].join('')
}

const except = (pairs: readonly Pair[], pair: Pair): Pair[] => pairs.filter((other) => other !== pair)

const ENTRIES: Record<string, Attacker> = {
  'an entry removed': (pairs, gen) => plainDescription(except(pairs, oneOf(gen, pairs))),
  'an entry renamed': (pairs, gen) => {
    const pair = oneOf(gen, pairs)
    const name = gen(fc.boolean) ? anyName(gen) : misspelled(pair[0], gen)
    return plainDescription([...except(pairs, pair), [name, pair[1]]])
  },
  'an entry given another value': (pairs, gen) => {
    const pair = oneOf(gen, pairs)
    const value = gen(fc.boolean) ? anyValue(gen) : misspelled(pair[1], gen)
    return plainDescription([...except(pairs, pair), [pair[0], value]])
  },
  'an entry added': (pairs, gen) => plainDescription([...pairs, [anyName(gen), anyValue(gen)]]),
  'an entry repeated with another value': (pairs, gen) => {
    const [name] = oneOf(gen, pairs)
    return plainDescription(gen(fc.boolean) ? [...pairs, [name, anyValue(gen)]] : [[name, anyValue(gen)], ...pairs])
  },
  'an algorithm exchanged for another of its kind': (pairs, gen) => {
    const [pair, kind] = oneOf(
      gen,
      pairs.flatMap((each) => KINDS.filter((names) => names.includes(each[1])).map((names) => [each, names] as const)),
    )
    return plainDescription([...except(pairs, pair), [pair[0], oneOf(gen, kind)]])
  },
  'two values exchanged': (pairs, gen) => {
    const [a, b] = [oneOf(gen, pairs), oneOf(gen, pairs)]
    return plainDescription([...except(except(pairs, a), b), [a[0], b[1]], [b[0], a[1]]])
  },
}

const BYTES: Record<string, Attacker> = {
  'a byte changed, added or removed': (pairs, gen) => gen(() => byteFault).apply(plainDescription(pairs)),
  emptied: () => plainDescription([]),
  'the attribute emptied': () => new Uint8Array(),
  'the attribute removed': () => undefined,
  'of another version': (pairs) => Buffer.concat([Buffer.from([0, 0, 0, 1]), plainDescription(pairs).subarray(4)]),
}

const KEY = 'amzn-ddb-env-key'

function withKey(pairs: readonly Pair[], wrapped: Uint8Array): Uint8Array {
  return plainDescription([...pairs.filter(([name]) => name !== KEY), [KEY, Buffer.from(wrapped).toString('base64')]])
}

/** A key of the attacker's own choice, wrapped as the item names it: by an RSA public key, or by an AES key of his own. */
function attackersKey(pairs: readonly Pair[], gen: GeneratorValue, publicKey: KeyObject): Uint8Array {
  const contentKey = randomBytes(oneOf(gen, [1, 15, 16, 24, 32, 33, 64]))
  const algorithm = RSA_NAMES.find((name) => name === new Map(pairs).get('amzn-ddb-wrap-alg'))
  if (algorithm === undefined) return LocalKey.aes(secretBytes(32, 0x77)).wrap(randomBytes(oneOf(gen, [16, 24, 32])))
  return LocalKey.rsaWrapping({ publicKey }, algorithm, { accept: [algorithm] }).wrap(contentKey)
}

const WRAPPED_KEYS: Record<string, Attacker> = {
  "another item's": async (pairs, _gen, target) => {
    const other = await target.storedLikewise(target.given.item)
    return withKey(
      pairs,
      Buffer.from(readDescription(attributeOf(other, target.descriptionName).B ?? new Uint8Array())[KEY] ?? '', 'base64'),
    )
  },
  // Under AES there is no public key: this, too, is a key of his own.
  'made with the public wrapping key': (pairs, gen) => withKey(pairs, attackersKey(pairs, gen, rsaPair(2048, 1).publicKey)),
  'made with another wrapping key': (pairs, gen) => withKey(pairs, attackersKey(pairs, gen, rsaPair(2048, 2).publicKey)),
  'a byte of it changed, added or removed': (pairs, gen) => {
    const wrapped = Buffer.from(new Map(pairs).get(KEY) ?? '', 'base64')
    return withKey(pairs, gen(() => byteFault).apply(wrapped))
  },
  'random bytes': (pairs, gen) => withKey(pairs, randomBytes(gen(fc.nat, { max: 300 }))),
}

const isMode = ([, value]: Pair): boolean => value === '/CBC/PKCS5Padding'

const MODES: Record<string, Attacker> = {
  'taken away': (pairs) => plainDescription(pairs.filter((pair) => !isMode(pair))),
  'another one': (pairs, gen) => {
    const other = anyValue(gen)
    fc.pre(other !== '/CBC/PKCS5Padding')
    return plainDescription(pairs.map((pair) => [pair[0], isMode(pair) ? other : pair[1]]))
  },
}

/** Refused, or as it was: anything else fails the test. */
async function outcomeOf(target: ProtectedItem, stored: Item): Promise<'refused' | 'as it was'> {
  let read: Item
  try {
    read = await target.read(stored)
  } catch (error) {
    expect(error).toMatchObject({ name: 'DynamoDBEncryptionError', code: expect.toBeOneOf(REFUSALS) as unknown })
    tally.add('codes', error instanceof Error && 'code' in error ? String(error.code) : '')
    return 'refused'
  }
  expect(canonicalItem(read)).toEqual(canonicalItem(target.given.item))
  return 'as it was'
}

/** @returns the outcome, and whether the item has anything to decrypt */
async function attack(
  kind: string,
  attacker: Attacker,
  row: ProviderRow,
  given: ItemCase,
  gen: GeneratorValue,
): Promise<{ outcome: 'refused' | 'as it was'; decrypts: boolean }> {
  fc.pre(given.actions.takesAction)
  const target = await ProtectedItem.from(given, row)
  fc.pre(Object.hasOwn(target.stored, target.descriptionName))
  const bytes = attributeOf(target.stored, target.descriptionName).B ?? new Uint8Array()
  const pairs: Pair[] = Object.entries(readDescription(bytes))
  const description = await attacker(pairs, gen, target)

  const unchanged = canonicalItem(given.item)
  expect(canonicalItem(await target.read(target.stored))).toEqual(unchanged)
  const replaced = description === undefined ? undefined : { B: new Uint8Array(description) }
  const outcome = await outcomeOf(target, altered(target.stored, [[target.descriptionName, replaced]]))
  expect(canonicalItem(await target.read(target.stored))).toEqual(unchanged)

  tally.addItem(given.item)
  tally.add('modes', given.compatibility)
  tally.add('outcomes', outcome)
  tally.add(kind, outcome)
  const decrypts = target.namesWith('ENCRYPT_AND_SIGN').length > 0
  tally.add(decrypts ? 'with encrypted attributes' : 'without', outcome)
  return { outcome, decrypts }
}

const casesOf = (rows: readonly ProviderRow[]): fc.Arbitrary<[row: string, given: ItemCase]> =>
  fc.constantFrom(...rows).chain(({ name, encrypts }) => fc.tuple(fc.constant(name), itemCase({ encrypting: encrypts })))

// Every way of wrapping, and of the rest one row of each kind of key.
const WRAPPING_ROWS = PROVIDER_ROWS.filter(({ name }) => name.startsWith('Wrapped'))
const OTHER_ROWS = PROVIDER_ROWS.filter(({ name }) => /^Static.*(HmacSHA256|SHA256withRSA|SHA256withECDSA|elsewhere)/.test(name))

describe('the description', () => {
  test.each(Object.entries({ ...ENTRIES, ...BYTES }))('%s', async (kind, attacker) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(casesOf(WRAPPING_ROWS), casesOf(OTHER_ROWS)), fc.gen(), async ([row, given], gen) => {
        await attack(kind, attacker, rowNamed(row), given, gen)
      }),
      runs(0.25),
    )
  })
})

/** What is decrypted depends on these, so that an item with anything encrypted is refused, and any other is as it was. */
describe.each<[string, Record<string, Attacker>]>([
  ['the wrapped key', WRAPPED_KEYS],
  ['the mode', MODES],
])('%s', (_what, attackers) => {
  test.each(Object.entries(attackers))('%s', async (kind, attacker) => {
    await fc.assert(
      fc.asyncProperty(casesOf(WRAPPING_ROWS), fc.gen(), async ([row, given], gen) => {
        const { outcome, decrypts } = await attack(kind, attacker, rowNamed(row), given, gen)
        expect(outcome).toBe(decrypts ? 'refused' : 'as it was')
      }),
      runs(0.25),
    )
    expect(tally.of(kind, 'refused')).toBeGreaterThan(0)
    expect(tally.of(kind, 'as it was')).toBeGreaterThan(0)
  })
})

test('both outcomes occurred', () => {
  expect(tally.of('outcomes', 'refused')).toBeGreaterThan(0)
  expect(tally.of('outcomes', 'as it was')).toBeGreaterThan(0)
})
