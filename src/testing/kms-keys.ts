import { randomBytes, randomUUID } from 'node:crypto'
import { accessDeniedError, HIDDEN_RESOURCE, KmsError, notFoundError } from './kms-errors.js'
import { ACCOUNT, CALLER, isKeyId, kmsArn, parseKeyName, type KeyName } from './kms-key-names.js'
import type { KeyKind } from './kms-key-specs.js'

/** Key states of the KMS guide, "Key states of AWS KMS keys", without those of imported keys and custom key stores. */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingReplicaDeletion'

/** A key in one Region. */
export interface Key extends KeyKind {
  readonly id: string
  readonly region: string
  readonly arn: string
  readonly description: string
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number
  /** What a key shares with its replicas. */
  readonly family: KeyFamily
  state: KeyState
  /** Set while a deletion is pending. Nothing is ever deleted here. */
  deletionAt: number | undefined
}

export interface KeyFamily {
  /** 32 bytes: the AES-256 key. */
  readonly material: Buffer
  readonly multiRegion: boolean
  /** The primary first; a key that is not multi-Region is alone in it. */
  readonly members: Key[]
}

export interface Alias {
  /** With its prefix: `alias/orders`. */
  readonly name: string
  readonly arn: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly target: Key
}

/** Every key and alias of every Region. */
export class KeyRing {
  readonly #keys = new Map<string, Key>() // by ARN
  readonly #aliases = new Map<string, Alias>() // by ARN

  create(region: string, kind: KeyKind, options: { readonly multiRegion: boolean; readonly description: string }): Key {
    const id = options.multiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID()
    const family = { material: randomBytes(32), multiRegion: options.multiRegion, members: [] }
    return this.#add(region, id, kind, options.description, family)
  }

  /** @throws KmsError `UnsupportedOperationException` unless `primary` is a multi-Region primary key, `AlreadyExistsException` */
  replicate(primary: Key, region: string, description: string): Key {
    const { family, id } = primary
    if (!family.multiRegion || family.members[0] !== primary) {
      throw new KmsError('UnsupportedOperationException', `${primary.arn} is not a multi-region primary key.`)
    }
    const arn = kmsArn(region, `key/${id}`)
    if (this.#keys.has(arn)) throw new KmsError('AlreadyExistsException', `${arn} already exists.`)
    return this.#add(region, id, primary, description, family)
  }

  #add(region: string, id: string, { spec, usage, algorithms }: KeyKind, description: string, family: KeyFamily): Key {
    const arn = kmsArn(region, `key/${id}`)
    const times = { createdAt: Date.now(), deletionAt: undefined }
    const key: Key = { id, region, arn, spec, usage, algorithms, description, ...times, family, state: 'Enabled' }
    family.members.push(key)
    this.#keys.set(arn, key)
    return key
  }

  /** The keys of one Region. */
  keysIn(region: string): readonly Key[] {
    return [...this.#keys.values()].filter((key) => key.region === region)
  }

  /** The aliases of one Region. */
  aliasesIn(region: string): readonly Alias[] {
    return [...this.#aliases.values()].filter(({ target }) => target.region === region)
  }

  alias(region: string, name: string): Alias | undefined {
    return this.#aliases.get(kmsArn(region, name))
  }

  /** Makes an alias in the Region of its target, or moves it there from another key of that Region. */
  setAlias(name: string, target: Key): void {
    const now = Date.now()
    const arn = kmsArn(target.region, name)
    this.#aliases.set(arn, { name, arn, target, updatedAt: now, createdAt: this.#aliases.get(arn)?.createdAt ?? now })
  }

  deleteAlias(alias: Alias): void {
    this.#aliases.delete(alias.arn)
  }

  /** A key by any of its names, as a request in `region` would find it. */
  find(name: string, region: string): Key | undefined {
    const parsed = parseKeyName(name)
    if (parsed.kind === 'malformed-arn' || elsewhere(parsed, region)) return undefined
    return parsed.kind === 'alias' ? this.alias(region, parsed.value)?.target : this.#keys.get(kmsArn(region, `key/${parsed.value}`))
  }

  /**
   * @param operation - named in the error about a key of another account
   * @throws KmsError `NotFoundException`, `InvalidArnException` or `AccessDeniedException`, as KMS words them
   */
  get(name: string, region: string, operation: string): Key {
    const key = this.find(name, region)
    if (key === undefined) throw missing(name, region, operation)
    return key
  }

  /** An ARN's key, or those that have this key ID or alias in any Region. */
  everywhere(name: string): readonly Key[] {
    const regions = new Set([...this.#keys.values()].map((key) => key.region))
    return [...regions].flatMap((region) => this.find(name, region) ?? [])
  }

  /** Every name that leads to a key: ID, ARN, aliases and alias ARNs. */
  namesOf(key: Key): readonly string[] {
    const aliases = this.aliasesIn(key.region).filter(({ target }) => target === key)
    return [key.id, key.arn, ...aliases.flatMap(({ name, arn }) => [name, arn])]
  }
}

function elsewhere({ region = '', account = '' }: Extract<KeyName, { value: string }>, here: string): boolean {
  return (region !== '' || account !== '') && (region !== here || account !== ACCOUNT)
}

function missing(name: string, region: string, operation: string): KmsError {
  const parsed = parseKeyName(name)
  if (parsed.kind === 'malformed-arn') return new KmsError('InvalidArnException', 'Invalid arn')
  // KMS looks for a key only in the Region that is asked: it names the Region of the ARN.
  if (parsed.region !== undefined && parsed.region !== region) return notFoundError(`Invalid arn ${parsed.region}`)
  if (parsed.account !== undefined && parsed.account !== ACCOUNT) return accessDeniedError(CALLER, operation, name, HIDDEN_RESOURCE)
  if (parsed.kind === 'alias') return notFoundError(`Alias ${kmsArn(region, parsed.value)} is not found.`)
  if (!isKeyId(parsed.value)) return notFoundError(`Invalid keyId '${parsed.value}'`)
  return notFoundError(`Key '${kmsArn(region, `key/${parsed.value}`)}' does not exist`)
}

/** Why a key in a state cannot be used (KMS guide, "Key state: Effect on your KMS key", notes 1 and 3). */
const UNUSABLE: Readonly<Record<KeyState, ((arn: string) => KmsError) | undefined>> = {
  Enabled: undefined,
  Disabled: (arn) => new KmsError('DisabledException', `${arn} is disabled.`),
  PendingDeletion: (arn) => new KmsError('KMSInvalidStateException', `${arn} is pending deletion.`),
  PendingReplicaDeletion: (arn) => new KmsError('KMSInvalidStateException', `${arn} is pending replica deletion.`),
}

/** @throws KmsError `DisabledException` or `KMSInvalidStateException` unless the key is enabled */
export function assertEnabled(key: Key): void {
  const error = UNUSABLE[key.state]
  if (error !== undefined) throw error(key.arn)
}

/** @throws KmsError `KMSInvalidStateException` when the key waits for its deletion */
export function assertNotPendingDeletion(key: Key): void {
  if (key.state !== 'Disabled') assertEnabled(key)
}

/** @throws KmsError `InvalidKeyUsageException` unless the key encrypts data, `DisabledException`, `KMSInvalidStateException` */
export function assertEncrypts(key: Key, operation: string): void {
  if (key.usage !== 'ENCRYPT_DECRYPT') {
    throw new KmsError('InvalidKeyUsageException', `${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`)
  }
  if (key.spec !== 'SYMMETRIC_DEFAULT') {
    throw new KmsError('InvalidKeyUsageException', `Algorithm SYMMETRIC_DEFAULT is incompatible with key spec ${key.spec}.`)
  }
  assertEnabled(key)
}
