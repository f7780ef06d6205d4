// From KMS's data key to the keys of an item: HKDF, the algorithms that a description requests, and known answers, against computations
// that use nothing of the package (format section 6, "Direct KMS").
import { createHmac } from 'node:crypto'
import { DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms'
import type { Item } from 'dynamodb-encryption-client'
import { describe, expect, test } from 'vitest'
import { hkdf } from '../../src/crypto/hkdf.js'
import { failureOf } from '../support/failures.js'
import { decryptBytes, JAVA_FORM, serialize, SIGNATURE, stringToSign } from '../support/reference-format.js'
import { useKms } from './support/kms-under-test.js'
import {
  blobOf,
  bytesOf,
  descriptionOf,
  encryptorWith,
  keysSigned,
  ORDER,
  ORDER_CONTEXT,
  ORDERS,
  withDescription,
} from './support/orders.js'
import { referenceHkdf } from './support/reference-hkdf.js'
import { bytesNamed, writtenElsewhere } from './support/written-elsewhere.js'

const kms = useKms()

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const upFrom = (first: number, length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => first + at))

describe('HKDF', () => {
  // RFC 5869, appendix A: its test cases with SHA-256.
  const RFC_5869 = [
    {
      name: 'test case 1, basic',
      secret: Buffer.alloc(22, 0x0b),
      salt: upFrom(0x00, 13),
      info: upFrom(0xf0, 10),
      output: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    },
    {
      name: 'test case 2, longer',
      secret: upFrom(0x00, 80),
      salt: upFrom(0x60, 80),
      info: upFrom(0xb0, 80),
      output:
        'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
        'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    },
    {
      name: 'test case 3, no salt and no info',
      secret: Buffer.alloc(22, 0x0b),
      salt: undefined,
      info: Buffer.of(),
      output: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    },
  ]

  test.each(RFC_5869)('$name: the reference', ({ secret, salt, info, output }) => {
    expect(referenceHkdf(secret, info, output.length / 2, salt).toString('hex')).toBe(output)
  })

  // The package's takes no salt, so of the RFC's cases it can meet the third alone; the reference carries the others over.
  test.each(RFC_5869.filter(({ salt }) => salt === undefined))('$name: the package`s', ({ secret, output }) => {
    expect(hkdf(secret, '', output.length / 2).toString('hex')).toBe(output)
  })

  test.each(['Encryption', 'Signing'].flatMap((info) => [16, 24, 32, 64, 128].map((length) => ({ info, length }))))(
    '$info, $length bytes: the package`s as the reference`s',
    ({ info, length }) => {
      expect(hkdf(upFrom(3, 32), info, length)).toEqual(referenceHkdf(upFrom(3, 32), info, length))
    },
  )
})

describe('known answers from the data key 00 01 .. 1f', () => {
  const dataKey = upFrom(0, 32)
  // Made by OpenSSL: openssl kdf -keylen N -kdfopt digest:SHA256 -kdfopt hexkey:0001..1f -kdfopt info:I HKDF
  const ENCRYPTION = hex('781ddf3715c39edff39465b0bdc122575ccc03d55a2bb23a3c2abadc853f0a78')
  const SIGNING = hex(
    '1ce18b7e6ba3388e72a987d0c3b7993222c321f3cd78aefc2c846699a325a157' + '57ae47f2bf9d1c983b4625332f4b0523debb254777b4ec26f48abebb85281858',
  )

  test.each([
    { contentAlgorithm: 'AES/256', signingAlgorithm: 'HmacSHA256/256', macHash: 'sha256' },
    { contentAlgorithm: 'AES/128', signingAlgorithm: 'HmacSHA512/512', macHash: 'sha512' },
  ])('$contentAlgorithm and $signingAlgorithm', async (algorithms) => {
    const key = await kms.createKey()
    const contentKey = ENCRYPTION.subarray(0, bytesNamed(algorithms.contentAlgorithm))
    const macKey = SIGNING.subarray(0, bytesNamed(algorithms.signingAlgorithm))
    const stored = await writtenElsewhere(kms, key, { ...algorithms, dataKey, contentKey, macKey })
    expect(await encryptorWith(kms.provider({ keyId: key.keyId })).decryptItem(stored)).toEqual(ORDER)
  })
})

interface Requested {
  readonly name: string
  readonly requested: Readonly<Record<string, string>>
  readonly content?: string
  readonly signing?: string
  readonly hash?: string
}

const REQUESTED: readonly Requested[] = [
  { name: 'nothing', requested: {} },
  ...['AES/128', 'AES/192', 'AES/256'].map((content) => ({ name: content, requested: { 'amzn-ddb-env-alg': content }, content })),
  ...['224', '256', '384', '512'].map((bits) => {
    const signing = `HmacSHA${bits}/${bits}`
    return { name: signing, requested: { 'amzn-ddb-sig-alg': signing }, signing, hash: `sha${bits}` }
  }),
  { name: 'a MAC key longer than its hash', requested: { 'amzn-ddb-sig-alg': 'HmacSHA256/1024' }, signing: 'HmacSHA256/1024' },
  {
    name: 'both',
    requested: { 'amzn-ddb-env-alg': 'AES/128', 'amzn-ddb-sig-alg': 'HmacSHA512/512' },
    content: 'AES/128',
    signing: 'HmacSHA512/512',
    hash: 'sha512',
  },
]

describe.each(['the provider', 'the context'])('algorithms requested by %s', (by) => {
  test.each(REQUESTED.map((row) => [row.name, row] as const))(
    '%s',
    async (_name, { requested, content = 'AES/256', signing = 'HmacSHA256/256', hash = 'sha256' }) => {
      const { keyId } = await kms.createKey()
      const materialDescription = requested
      const provider = kms.provider(by === 'the provider' ? { keyId, materialDescription } : { keyId })
      const stored = await encryptorWith(provider, by === 'the context' ? { ...ORDERS, materialDescription } : ORDERS).encryptItem(ORDER)

      expect(descriptionOf(stored)).toMatchObject({ 'amzn-ddb-env-alg': content, 'amzn-ddb-sig-alg': signing })
      const EncryptionContext = { ...ORDER_CONTEXT, '*amzn-ddb-env-alg*': content, '*amzn-ddb-sig-alg*': signing }
      expect(kms.calls[0]?.input['EncryptionContext']).toEqual(EncryptionContext)

      const CiphertextBlob = Buffer.from(blobOf(stored), 'base64')
      const { Plaintext = Buffer.of() } = await kms.client().send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
      expect(Plaintext).toHaveLength(32)
      expectWrittenUnder(stored, {
        contentKey: referenceHkdf(Plaintext, 'Encryption', bytesNamed(content)),
        macKey: referenceHkdf(Plaintext, 'Signing', bytesNamed(signing)),
        hash,
      })
      // A reader need not request what the writer did.
      expect(await encryptorWith(kms.provider({ keyId })).decryptItem(stored)).toEqual(ORDER)
    },
  )
})

/** By an independent computation: the signature holds, and every attribute decrypts to what was written. */
function expectWrittenUnder(stored: Item, { contentKey, macKey, hash }: { contentKey: Buffer; macKey: Buffer; hash: string }): void {
  const own = Object.fromEntries(Object.keys(ORDER).flatMap((name) => (stored[name] === undefined ? [] : [[name, stored[name]]])))
  const string = stringToSign(own, (name) => keysSigned(ORDERS).actionFor(name), ORDERS.tableName, JAVA_FORM)
  expect(Buffer.from(bytesOf(stored[SIGNATURE]))).toEqual(createHmac(hash, macKey).update(string).digest())
  for (const name of ['card', 'lines']) {
    expect(decryptBytes(contentKey, bytesOf(stored[name]))).toEqual(serialize(ORDER[name] ?? { NULL: true }, JAVA_FORM))
  }
}

test('the context`s request wins over the provider`s, name by name', async () => {
  const { keyId } = await kms.createKey()
  const provider = kms.provider({
    keyId,
    materialDescription: { 'amzn-ddb-env-alg': 'AES/128', 'amzn-ddb-sig-alg': 'HmacSHA384/384' },
  })
  const context = { ...ORDERS, materialDescription: { 'amzn-ddb-env-alg': 'AES/192' } }
  const stored = await encryptorWith(provider, context).encryptItem(ORDER)
  expect(descriptionOf(stored)).toMatchObject({ 'amzn-ddb-env-alg': 'AES/192', 'amzn-ddb-sig-alg': 'HmacSHA384/384' })
})

test.each([
  ['amzn-ddb-env-alg', 'AES', 'AES/256'],
  ['amzn-ddb-sig-alg', 'HmacSHA512', 'HmacSHA512/256'],
])('%s: a request of bare %s is written as %s', async (name, bare, full) => {
  const { keyId } = await kms.createKey()
  const encryptor = encryptorWith(kms.provider({ keyId, materialDescription: { [name]: bare } }))
  const stored = await encryptor.encryptItem(ORDER)
  expect(descriptionOf(stored)).toMatchObject({ [name]: full })
  expect(kms.calls[0]?.input['EncryptionContext']).toEqual({ ...ORDER_CONTEXT, [`*${name}*`]: full })
  expect(await encryptor.decryptItem(stored)).toEqual(ORDER)
})

// Both libraries: the names go to KMS as they stand in the description, and a name without a length means 256 bits.
test.each([
  { contentAlgorithm: 'AES', signingAlgorithm: 'HmacSHA256/256', macHash: 'sha256' },
  { contentAlgorithm: 'AES/256', signingAlgorithm: 'HmacSHA256', macHash: 'sha256' },
  { contentAlgorithm: 'AES', signingAlgorithm: 'HmacSHA512', macHash: 'sha512' },
])('what Java and Python write when $contentAlgorithm and $signingAlgorithm are requested is read', async (algorithms) => {
  const key = await kms.createKey()
  const stored = await writtenElsewhere(kms, key, algorithms)
  expect(await encryptorWith(kms.provider({ keyId: key.keyId })).decryptItem(stored)).toEqual(ORDER)
})

describe('algorithms that are refused, before KMS is asked', () => {
  const CONTENT = ['AES/64', 'AES/512', 'AES/', 'AES/256/CBC', 'AES/CBC/PKCS5Padding', 'DES/56', 'DESede', 'aes/256', 'constructor', '']
  const SIGNING = [
    ...['HmacMD5/128', 'HmacSHA1/160', 'SHA256withRSA/2048', 'MD5withRSA', 'NONEwithRSA', 'HmacSHA256/', 'HmacSHA256/0', 'HmacSHA256/8'],
    ...[
      'HmacSHA256/120',
      'HmacSHA256/257',
      'HmacSHA256/1032',
      'HmacSHA256/99999999',
      'HmacSHA256/-256',
      'HmacSHA256/2e2',
      'HmacSHA256/256/x',
      'constructor/256',
      '',
    ],
  ]

  test.each([
    ...CONTENT.map((value) => ({ name: 'amzn-ddb-env-alg', value })),
    ...SIGNING.map((value) => ({ name: 'amzn-ddb-sig-alg', value })),
  ])('$name "$value", requested or in an item', async ({ name, value }) => {
    const { keyId } = await kms.createKey()
    const stored = await encryptorWith(kms.provider({ keyId })).encryptItem(ORDER)
    const asked = kms.calls.length
    const writer = encryptorWith(kms.provider({ keyId, materialDescription: { [name]: value } }))
    const refusal = [
      'ALGORITHM_NOT_ALLOWED',
      /the material description names the (content key algorithm|signing key) ".*"; allowed are/,
    ] as const
    await failureOf(() => writer.encryptItem(ORDER), ...refusal)
    await failureOf(() => encryptorWith(kms.provider({ keyId })).decryptItem(withDescription(stored, { [name]: value })), ...refusal)
    expect(kms.calls).toHaveLength(asked)
  })
})

test.each([0x10, 31, 33, 64])('a data key of %i bytes, which neither library makes, is refused', async (length) => {
  const { keyId } = await kms.createKey()
  const Plaintext = Buffer.alloc(length, 7)
  const { CiphertextBlob = Buffer.of() } = await kms
    .client()
    .send(new EncryptCommand({ KeyId: keyId, Plaintext, EncryptionContext: ORDER_CONTEXT }))
  const encryptor = encryptorWith(kms.provider({ keyId }))
  const stored = withDescription(await encryptor.encryptItem(ORDER), { 'amzn-ddb-env-key': Buffer.from(CiphertextBlob).toString('base64') })
  await failureOf(() => encryptor.decryptItem(stored), 'INVALID_MATERIAL_DESCRIPTION', /data key is not of 32 bytes/)
})
