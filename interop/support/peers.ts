// What the suites ask the peers for. The Java and the Python client are alike here but for what rows and predictions say of them.
import type { AttributeActions, Item, ItemEncryptorOptions } from 'dynamodb-encryption-client'
import { itemOf, itemToJson } from './item-json.js'
import { PeerProcess, type PeerCommand } from './peer-process.js'

export type PeerName = 'Java' | 'Python'

/** A key that a peer is told of: bytes, or the halves of a pair in SPKI and PKCS#8. */
export interface PeerKey {
  readonly name: string
  /** JCA name of a signing key's algorithm; `AES` and `RSA` for keys that encrypt or wrap. */
  readonly algorithm: string
  readonly secret?: Uint8Array
  readonly publicKey?: Uint8Array
  readonly privateKey?: Uint8Array
}

type Description = Readonly<Record<string, string>>

/** A materials provider as a peer is to make it. Keys, stores and kept providers go by the names that it was told. */
export type PeerProvider =
  | { readonly kind: 'static'; readonly encryptionKey?: string; readonly signingKey: string; readonly description?: Description }
  | { readonly kind: 'wrapped'; readonly wrappingKey: string; readonly signingKey: string; readonly description?: Description }
  | { readonly kind: 'kms'; readonly endpoint: string; readonly keyId: string; readonly description?: Description }
  | { readonly kind: 'mostRecent'; readonly store: string; readonly materialName: string; readonly ttl: number }
  | { readonly kind: 'kept'; readonly name: string }

export interface PeerContext {
  readonly tableName?: string | undefined
  readonly partitionKeyName?: string | undefined
  readonly sortKeyName?: string | undefined
}

/** How an item is written or read. */
export interface PeerSetup {
  readonly provider: PeerProvider
  readonly actions: AttributeActions
  readonly context: PeerContext
  /** Java's alone. */
  readonly names?: Pick<ItemEncryptorOptions, 'signatureAttribute' | 'materialDescriptionAttribute' | 'descriptionPrefix'>
}

/** An item, or why there is none. */
export type Outcome = { readonly item: Item } | { readonly refusal: string }

export interface Timing {
  readonly count: number
  readonly nanoseconds: number
}

export class Peer {
  readonly name: PeerName
  readonly process: PeerProcess

  constructor(name: PeerName, command: PeerCommand, answersWithinMs?: number) {
    this.name = name
    this.process = new PeerProcess(name, command, answersWithinMs)
  }

  async learn(keys: Iterable<PeerKey>): Promise<void> {
    const base64 = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString('base64')
    for (const { name, algorithm, secret, publicKey, privateKey } of keys) {
      const halves = { secret: base64(secret), public: base64(publicKey), private: base64(privateKey) }
      await this.process.tell({ do: 'key', name, algorithm, ...halves })
    }
  }

  encrypt(item: Item, setup: PeerSetup): Promise<Outcome> {
    return this.#item('encrypt', item, setup)
  }

  decrypt(item: Item, setup: PeerSetup): Promise<Outcome> {
    return this.#item('decrypt', item, setup)
  }

  /** The item through the encryptor for some time, over and over, in one thread. */
  async bench(direction: 'encrypt' | 'decrypt', item: Item, setup: PeerSetup, milliseconds: number): Promise<Timing> {
    const answer = await this.call({ do: 'bench', direction, milliseconds, item: itemToJson(item), ...setupJson(setup) })
    if (typeof answer === 'object' && answer !== null && 'count' in answer && 'nanoseconds' in answer) {
      return { count: Number(answer.count), nanoseconds: Number(answer.nanoseconds) }
    }
    throw new Error(`${this.name} answered no times`)
  }

  /** @throws Error where the peer refuses */
  async call(request: Readonly<Record<string, unknown>>): Promise<unknown> {
    const answer = await this.process.ask(request)
    if ('error' in answer) throw new Error(`${this.name}: ${answer.error}`)
    return answer.ok
  }

  async #item(direction: 'encrypt' | 'decrypt', item: Item, setup: PeerSetup): Promise<Outcome> {
    const answer = await this.process.ask({ do: direction, item: itemToJson(item), ...setupJson(setup) })
    return 'error' in answer ? { refusal: answer.error } : { item: itemOf(answer.ok) }
  }
}

function setupJson({ provider, actions, context, names }: PeerSetup): Record<string, unknown> {
  return { provider, actions: actionsJson(actions), context, names: names ?? {} }
}

export function actionsJson(actions: AttributeActions): Record<string, unknown> {
  return { default: actions.default, attributes: Object.fromEntries(actions.attributes) }
}
