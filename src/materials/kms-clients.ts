// Which KMS client serves a key: one client a Region, made once.
import { KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBEncryptionError } from '../errors.js'
import { regionOfKeyId } from './kms-key-id.js'

export interface KmsClientOptions {
  /** Always used where given. */
  readonly client?: KMSClient | undefined
  /** For keys that are not named by an ARN. The SDK's default where left out. */
  readonly region?: string | undefined
  /** Makes the client of a Region; called once a Region. */
  readonly clientFor?: ((region: string) => KMSClient) | undefined
}

export class KmsClients {
  readonly #options: KmsClientOptions
  readonly #byRegion = new Map<string | undefined, KMSClient>()
  #givenRegion: Promise<string | undefined> | undefined

  constructor(options: KmsClientOptions) {
    this.#options = options
  }

  /** @throws `INVALID_CONFIGURATION` where the key's ARN names another Region than the client that was given has */
  async clientFor(keyId: string): Promise<KMSClient> {
    const { client, region, clientFor } = this.#options
    const keysRegion = regionOfKeyId(keyId)
    if (client !== undefined) {
      await this.#assertRegion(client, keysRegion)
      return client
    }
    const wanted = keysRegion ?? region
    let made = this.#byRegion.get(wanted)
    if (made === undefined) {
      if (clientFor === undefined) made = new KMSClient(wanted === undefined ? {} : { region: wanted })
      else if (wanted !== undefined) made = clientFor(wanted)
      else throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'clientFor needs a Region: give region, or name the key by its ARN')
      this.#byRegion.set(wanted, made)
    }
    return made
  }

  async #assertRegion(client: KMSClient, keysRegion: string | undefined): Promise<void> {
    if (keysRegion === undefined) return
    // A client without a configured Region finds out only when it sends; then KMS itself refuses.
    this.#givenRegion ??= Promise.resolve()
      .then(() => client.config.region())
      .catch(() => undefined)
    const clientsRegion = await this.#givenRegion
    if (clientsRegion !== undefined && clientsRegion !== keysRegion) {
      throw new DynamoDBEncryptionError(
        'INVALID_CONFIGURATION',
        `the key is in ${keysRegion} and the KMS client in ${clientsRegion}: leave client out, give clientFor, or name a key of the client's Region`,
      )
    }
  }
}
