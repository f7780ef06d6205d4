import { startAwsJsonServer } from './aws-json-server.js'
import { DEFAULT_REGION, LOCAL_CREDENTIALS, type LocalClientConfig } from './client-config.js'
import { assertAliasName } from './kms-alias-operations.js'
import type { LocalKmsCall } from './kms-calls.js'
import { notFoundError, validationError } from './kms-errors.js'
import type { InjectedFault, LocalKmsFault } from './kms-faults.js'
import { keyKind, type LocalKeySpec, type LocalKeyUsage } from './kms-key-specs.js'
import { assertEnabled, assertNotPendingDeletion, type Key, type KeyRing } from './kms-keys.js'
import { KmsService } from './kms-service.js'

/** Options of {@link startLocalKms}. */
export interface LocalKmsOptions {
  /** The Regions that exist, the default one first. Without it every Region exists and the default is `us-east-1`. */
  readonly regions?: readonly [string, ...string[]]
  /** Milliseconds before every answer; 0 unless given. */
  readonly latencyMs?: number
}

/** Options of `LocalKms.createKey`. */
export interface LocalKeyOptions {
  /** The default Region of this KMS unless given. */
  readonly region?: string
  /** Makes a primary key whose ID starts with `mrk-`, for `LocalKms.replicateKey`. */
  readonly multiRegion?: boolean
  /** An alias to give it, with its prefix: `alias/orders`. Moves the alias if the Region has it already. */
  readonly alias?: string
  /** `SYMMETRIC_DEFAULT` unless given. The others make keys that cannot encrypt here. */
  readonly spec?: LocalKeySpec
  /** What the key is for; needed with every spec but `SYMMETRIC_DEFAULT`. */
  readonly usage?: LocalKeyUsage
  readonly description?: string
}

/** A key of a local KMS. */
export interface LocalKmsKey {
  readonly keyId: string
  readonly arn: string
  readonly region: string
}

/**
 * A KMS on loopback, in this process. It speaks the protocol of the real one (AWS JSON 1.1), so any AWS SDK is its client. The Region
 * of a request is the one it is signed for: one server is all Regions. Signatures are not checked. Keys are lost when it closes.
 *
 * The methods here act at once and without a request. They take a key by any of its names: an ARN means that key alone, a key ID or
 * an alias all keys that have it in any Region, so that the ID of a multi-Region key means its replicas too. An error they throw has
 * the name that KMS would answer with: `NotFoundException` for an unknown key.
 */
export interface LocalKms {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /**
   * What `new KMSClient()` takes.
   *
   * @param region - the Region of the client; the default one unless given
   */
  clientConfig(region?: string): LocalClientConfig
  createKey(options?: LocalKeyOptions): LocalKmsKey
  /**
   * Makes a replica, which is enabled at once.
   *
   * @param keyId - a multi-Region primary key
   * @throws `UnsupportedOperationException` for any other key, `AlreadyExistsException`
   */
  replicateKey(keyId: string, region: string): LocalKmsKey
  /**
   * Makes an alias in the Region of the key, or moves it there from another key.
   *
   * @param alias - with its prefix: `alias/orders`
   */
  setAlias(alias: string, keyId: string): void
  /** From now on every use of the key is a `DisabledException`. */
  disable(keyId: string): void
  enable(keyId: string): void
  /**
   * Every request received since the start or since `clearCalls`, oldest first, and of each how it ended. Requests that were not
   * understood (bad JSON, no Region) are not here.
   */
  readonly calls: readonly LocalKmsCall[]
  /** Begins a new list of calls; one taken before stays as it was. */
  clearCalls(): void
  /**
   * Makes requests fail or wait until the fault is used up or removed. Of several that meet a request, the oldest decides; delays add up.
   */
  inject(fault: LocalKmsFault): InjectedFault
  /** Ends every connection and stops the server. Nothing happens the second time. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

function toLocalKey({ id, arn, region }: Key): LocalKmsKey {
  return { keyId: id, arn, region }
}

function needKeys(keys: KeyRing, name: string): readonly [Key, ...Key[]] {
  const [first, ...others] = keys.everywhere(name)
  if (first === undefined) throw notFoundError(`Key '${name}' does not exist`)
  return [first, ...others]
}

function setState(keys: KeyRing, name: string, state: 'Enabled' | 'Disabled'): void {
  for (const key of needKeys(keys, name)) {
    assertNotPendingDeletion(key)
    key.state = state
  }
}

/**
 * Starts a KMS on a free port of 127.0.0.1, for tests.
 *
 * It simulates CreateKey, ReplicateKey, DescribeKey, ListKeys, EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion,
 * CreateAlias, UpdateAlias, DeleteAlias, ListAliases, GenerateDataKey, GenerateDataKeyWithoutPlaintext, Encrypt, Decrypt and
 * ReEncrypt, with the errors of the real service; any other operation is an `UnknownOperationException`. Key policies and grants are
 * not simulated: every request is allowed unless a fault of kind `deny` meets it.
 *
 * @example
 * ```ts
 * const kms = await startLocalKms()
 * const { arn } = kms.createKey({ alias: 'alias/orders' })
 * const client = new KMSClient(kms.clientConfig())
 * afterAll(() => kms.close())
 * ```
 */
export async function startLocalKms(options: LocalKmsOptions = {}): Promise<LocalKms> {
  const { regions, latencyMs = 0 } = options
  const defaultRegion = regions?.[0] ?? DEFAULT_REGION
  const knowsRegion = (region: string): boolean => regions?.includes(region) ?? true
  const service = new KmsService(knowsRegion, latencyMs)
  const { keys, faults } = service
  const server = await startAwsJsonServer((request) => service.answer(request))

  function assertRegion(region: string): void {
    if (!knowsRegion(region)) throw validationError(`Region ${region} is not one of this local KMS`)
  }

  return {
    endpoint: server.endpoint,

    clientConfig(region = defaultRegion) {
      assertRegion(region)
      return { endpoint: server.endpoint, region, credentials: LOCAL_CREDENTIALS }
    },

    createKey({ region = defaultRegion, multiRegion = false, alias, spec, usage, description = '' } = {}) {
      assertRegion(region)
      const kind = keyKind(spec, usage)
      if (alias !== undefined) assertAliasName(alias)
      const key = keys.create(region, kind, { multiRegion, description })
      if (alias !== undefined) keys.setAlias(alias, key)
      return toLocalKey(key)
    },

    replicateKey(keyId, region) {
      assertRegion(region)
      const found = needKeys(keys, keyId)
      const primary = found.find((key) => key.family.members[0] === key) ?? found[0]
      assertEnabled(primary)
      return toLocalKey(keys.replicate(primary, region, ''))
    },

    setAlias(alias, keyId) {
      assertAliasName(alias)
      for (const key of needKeys(keys, keyId)) keys.setAlias(alias, key)
    },

    disable: (keyId) => setState(keys, keyId, 'Disabled'),
    enable: (keyId) => setState(keys, keyId, 'Enabled'),

    get calls() {
      return service.calls
    },
    clearCalls: () => service.clearCalls(),
    inject: (fault) => faults.add(fault),

    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  }
}
