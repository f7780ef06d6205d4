// The KMS that this folder's tests run against: the package's own, or the one at KMS_ENDPOINT, which `npm run suite:moto` sets.
import { randomUUID } from 'node:crypto'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  KMSClient,
  ReplicateKeyCommand,
  UpdateAliasCommand,
  type CreateKeyCommandInput,
  type KMSClientConfig,
} from '@aws-sdk/client-kms'
import { DirectKmsMaterialsProvider, type DirectKmsMaterialsProviderOptions } from 'dynamodb-encryption-client/kms'
import { startLocalKms, type InjectedFault, type LocalKmsFault } from 'dynamodb-encryption-client/testing'
import { afterEach, beforeEach } from 'vitest'
import { startKmsProxy, type KmsCall, type KmsProxy, type Rewrite } from './kms-proxy.js'

const OUTSIDE_ENDPOINT = process.env['KMS_ENDPOINT']

/** What moto (5.2.5) does otherwise than KMS; those tests run against the package's own alone. */
export const SIMULATES = {
  /** moto encrypts under disabled keys, keys that await deletion, and keys that are for signing. */
  keyStates: OUTSIDE_ENDPOINT === undefined,
  /** moto answers AccessDeniedException to a KeyId that is not the blob's. */
  incorrectKeys: OUTSIDE_ENDPOINT === undefined,
  /** moto cuts the key id in its blobs to 36 characters, and that of a multi-Region key has 40. */
  multiRegionKeys: OUTSIDE_ENDPOINT === undefined,
}

export const HOME = 'us-east-1'

export interface TestKey {
  readonly keyId: string
  readonly arn: string
}

type Running = Pick<KmsProxy, 'endpoint' | 'calls' | 'inject' | 'close'>

export class KmsUnderTest {
  readonly #clients: KMSClient[] = []
  readonly #proxies: KmsProxy[] = []
  #running: Running | undefined

  async start(): Promise<void> {
    this.#running = OUTSIDE_ENDPOINT === undefined ? await startLocalKms() : await startKmsProxy(OUTSIDE_ENDPOINT)
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy()
    await Promise.all(this.#proxies.splice(0).map((proxy) => proxy.close()))
    await this.#kms.close()
  }

  get #kms(): Running {
    if (this.#running === undefined) throw new Error('only inside a test')
    return this.#running
  }

  get endpoint(): string {
    return this.#kms.endpoint
  }

  /** The data keys asked for so far, oldest first. */
  get calls(): readonly KmsCall[] {
    return this.#kms.calls.filter(({ operation }) => operation === 'GenerateDataKey' || operation === 'Decrypt')
  }

  inject(fault: LocalKmsFault): InjectedFault {
    return this.#kms.inject(fault)
  }

  /** Sends each request once unless `maxAttempts` says otherwise. */
  client(region: string | undefined = HOME, config: KMSClientConfig = {}): KMSClient {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const client = new KMSClient({ endpoint: this.endpoint, region, credentials, maxAttempts: 1, ...config })
    this.#clients.push(client)
    return client
  }

  /** A client whose answers are rewritten on their way. */
  async clientBehind(rewrite: Rewrite): Promise<KMSClient> {
    const proxy = await startKmsProxy(this.endpoint, rewrite)
    this.#proxies.push(proxy)
    return this.client(HOME, { endpoint: proxy.endpoint })
  }

  provider(options: DirectKmsMaterialsProviderOptions): DirectKmsMaterialsProvider {
    return new DirectKmsMaterialsProvider({ client: this.client(), ...options })
  }

  async createKey(input: CreateKeyCommandInput = {}, region = HOME): Promise<TestKey> {
    const { KeyMetadata } = await this.client(region).send(new CreateKeyCommand(input))
    return testKey(KeyMetadata)
  }

  /** @returns the ARN of the replica */
  async replicate({ keyId }: TestKey, region: string): Promise<string> {
    const { ReplicaKeyMetadata } = await this.client().send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: region }))
    return testKey(ReplicaKeyMetadata).arn
  }

  /** @returns a new alias, `alias/orders-…` */
  async createAlias({ keyId }: TestKey): Promise<string> {
    const AliasName = `alias/orders-${randomUUID()}`
    await this.client().send(new CreateAliasCommand({ AliasName, TargetKeyId: keyId }))
    return AliasName
  }

  async moveAlias(AliasName: string, { keyId }: TestKey): Promise<void> {
    await this.client().send(new UpdateAliasCommand({ AliasName, TargetKeyId: keyId }))
  }
}

function testKey(metadata: { KeyId?: string | undefined; Arn?: string | undefined } | undefined): TestKey {
  if (metadata?.KeyId === undefined || metadata.Arn === undefined) throw new Error('KMS made no key')
  return { keyId: metadata.KeyId, arn: metadata.Arn }
}

/** A KMS for each test of a file. */
export function useKms(): KmsUnderTest {
  const kms = new KmsUnderTest()
  beforeEach(() => kms.start())
  afterEach(() => kms.stop())
  return kms
}
