// A row for each way in which local keys can protect an item.
import {
  LocalKey,
  StaticMaterialsProvider,
  WrappedMaterialsProvider,
  type ContentKey,
  type CryptographicMaterialsProvider,
  type EcdsaSigningAlgorithm,
  type HmacAlgorithm,
  type RsaSigningAlgorithm,
  type RsaWrappingAlgorithm,
  type SigningKey,
  type WrappingKey,
} from 'dynamodb-encryption-client'
import { CONTENT_KEY, ecPair, rsaPair, secretBytes } from './test-keys.js'

export interface ProviderRow {
  readonly name: string
  /** False where the provider has no encryption key. */
  readonly encrypts: boolean
  /** Whether a signing key is a MAC key, which Java does not name in the description. */
  readonly macs: boolean
  /** Whether the provider writes a description by itself, or was asked to. */
  readonly describes: boolean
  /** @param signer - providers of another number have another signing key, and otherwise the same keys */
  readonly make: (signer?: number) => CryptographicMaterialsProvider
}

const HMAC_NAMES = ['HmacSHA224', 'HmacSHA256', 'HmacSHA384', 'HmacSHA512'] as const satisfies HmacAlgorithm[]
const RSA_NAMES = ['SHA224withRSA', 'SHA256withRSA', 'SHA384withRSA', 'SHA512withRSA'] as const satisfies RsaSigningAlgorithm[]
const ECDSA_NAMES = ['SHA224withECDSA', 'SHA256withECDSA', 'SHA384withECDSA', 'SHA512withECDSA'] as const satisfies EcdsaSigningAlgorithm[]
const OAEP_HASHES = ['1', '224', '256', '384', '512'] as const

const CURVES = { SHA224withECDSA: 'P-256', SHA256withECDSA: 'P-256', SHA384withECDSA: 'P-384', SHA512withECDSA: 'P-521' } as const

/** Importing an asymmetric key costs more than what is done with it here. */
const keptKeys = new Map<string, SigningKey & WrappingKey>()
function kept(name: string, make: () => SigningKey & WrappingKey): SigningKey & WrappingKey {
  const key = keptKeys.get(name) ?? make()
  keptKeys.set(name, key)
  return key
}

type Signer = (signer?: number) => SigningKey
const hmac =
  (algorithm: HmacAlgorithm): Signer =>
  (signer = 0) =>
    LocalKey.hmac(secretBytes(32, 0x90 + signer), algorithm)
const rsa =
  (algorithm: RsaSigningAlgorithm): Signer =>
  (signer = 0) =>
    kept(`${algorithm} ${String(signer)}`, () => LocalKey.rsaSigning(rsaPair(2048, 10 + signer), algorithm))
const ecdsa =
  (algorithm: EcdsaSigningAlgorithm): Signer =>
  (signer = 0) =>
    kept(`${algorithm} ${String(signer)}`, () => LocalKey.ecdsaSigning(ecPair(CURVES[algorithm], 10 + signer), algorithm))

const SIGNERS: readonly { readonly name: string; readonly key: Signer; readonly macs: boolean }[] = [
  ...HMAC_NAMES.map((name) => ({ name, key: hmac(name), macs: true })),
  ...RSA_NAMES.map((name) => ({ name, key: rsa(name), macs: false })),
  ...ECDSA_NAMES.map((name) => ({ name, key: ecdsa(name), macs: false })),
]

const STATIC: readonly ProviderRow[] = [
  ...[16, 24, 32].flatMap((bytes) => SIGNERS.filter(({ macs }) => macs).map((signer) => ({ bytes, ...signer }))),
  ...SIGNERS.filter(({ macs }) => !macs).map((signer) => ({ bytes: 32, ...signer })),
].map(({ bytes, name, key, macs }) => ({
  name: `Static AES-${String(bytes * 8)} ${name}`,
  encrypts: true,
  macs,
  describes: true,
  make: (signer) => new StaticMaterialsProvider({ encryptionKey: LocalKey.aes(CONTENT_KEY.subarray(0, bytes)), signingKey: key(signer) }),
}))

const SIGN_ONLY: readonly ProviderRow[] = SIGNERS.filter(({ name }) => name.includes('256')).flatMap(({ name, key, macs }) =>
  [undefined, { purpose: 'sign-only' }].map((materialDescription) => ({
    name: `Static ${name}, sign-only, ${materialDescription === undefined ? 'nothing requested' : 'with a requested description'}`,
    encrypts: false,
    macs,
    describes: materialDescription !== undefined,
    make: (signer) => new StaticMaterialsProvider({ signingKey: key(signer), materialDescription }),
  })),
)

const WRAPPED_AES: readonly ProviderRow[] = [16, 24, 32].map((bytes) => {
  // The content key's length crosswise to the wrapping key's.
  const contentKey = { 16: 'AES/256', 24: 'AES/128', 32: 'AES/192' }[bytes] ?? 'AES'
  return {
    name: `Wrapped AES-${String(bytes * 8)}, content key ${contentKey}, HmacSHA256`,
    encrypts: true,
    macs: true,
    describes: true,
    make: (signer) =>
      new WrappedMaterialsProvider({
        wrappingKey: LocalKey.aes(secretBytes(bytes, 0x21)),
        signingKey: hmac('HmacSHA256')(signer),
        materialDescription: { 'amzn-ddb-env-alg': contentKey },
      }),
  }
})

const PKCS1: RsaWrappingAlgorithm = 'RSA/ECB/PKCS1Padding'

const WRAPPED_RSA: readonly ProviderRow[] = [
  ...OAEP_HASHES.map((hash): RsaWrappingAlgorithm => `RSA/ECB/OAEPWithSHA-${hash}AndMGF1Padding`),
  PKCS1,
].map((algorithm, at) => {
  // Both kinds of signing key, in turn.
  const [name, key] = at % 2 === 0 ? (['SHA256withRSA', rsa('SHA256withRSA')] as const) : (['HmacSHA256', hmac('HmacSHA256')] as const)
  return {
    name: `Wrapped ${algorithm}, ${name}`,
    encrypts: true,
    macs: name === 'HmacSHA256',
    describes: true,
    make: (signer) =>
      new WrappedMaterialsProvider({
        wrappingKey: kept(algorithm, () =>
          LocalKey.rsaWrapping(rsaPair(2048, 1), algorithm, algorithm === PKCS1 ? { accept: [PKCS1] } : {}),
        ),
        signingKey: key(signer),
      }),
  }
})

/** Lets other work go first, as a call to an HSM would. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Keys that are known by their public interfaces alone, and whose every operation takes a while. */
const ELSEWHERE: readonly ProviderRow[] = ['Static', 'Wrapped'].map((kind) => ({
  name: `${kind}, keys held elsewhere`,
  encrypts: true,
  macs: true,
  describes: true,
  make: (signer) => {
    const aes = LocalKey.aes(CONTENT_KEY)
    const mac = hmac('HmacSHA256')(signer)
    const contentKey: ContentKey = {
      algorithm: 'AES',
      encrypt: (plaintext) => turn().then(() => aes.encrypt(plaintext)),
      decrypt: (stored) => turn().then(() => aes.decrypt(stored)),
    }
    const wrappingKey: WrappingKey = {
      algorithm: 'AESWrap',
      wrap: (key) => turn().then(() => aes.wrap(key)),
      unwrap: (wrapped) => turn().then(() => aes.unwrap(wrapped)),
    }
    const signingKey: SigningKey = {
      algorithm: 'HmacSHA256',
      sign: (data) => turn().then(() => mac.sign?.(data, 'HmacSHA256') ?? new Uint8Array()),
      verify: (data, signature) => turn().then(() => mac.verify?.(data, signature, 'HmacSHA256') ?? false),
    }
    return kind === 'Static'
      ? new StaticMaterialsProvider({ encryptionKey: contentKey, signingKey })
      : new WrappedMaterialsProvider({ wrappingKey, signingKey })
  },
}))

export const PROVIDER_ROWS: readonly ProviderRow[] = [...STATIC, ...SIGN_ONLY, ...WRAPPED_AES, ...WRAPPED_RSA, ...ELSEWHERE]

/** One row of each kind of provider and of signing key, where every row would take too long. */
export const A_ROW_OF_EACH_KIND: readonly ProviderRow[] = PROVIDER_ROWS.filter(({ name }) =>
  [
    'Static AES-128 HmacSHA256',
    'Static AES-256 SHA256withECDSA',
    'Static HmacSHA256, sign-only, nothing requested',
    'Wrapped AES-256, content key AES/192, HmacSHA256',
    'Wrapped RSA/ECB/OAEPWithSHA-256AndMGF1Padding, SHA256withRSA',
    'Wrapped, keys held elsewhere',
  ].includes(name),
)

/** For counterexamples that print a row's name in place of its functions. */
export function rowNamed(name: string): ProviderRow {
  const row = PROVIDER_ROWS.find((candidate) => candidate.name === name)
  if (row === undefined) throw new Error('no such row')
  return row
}
