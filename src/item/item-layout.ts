// What depends on an item's attribute names alone: order, actions, and the constant part of the string to sign. Items of one
// table have few sets of names, so layouts are kept; for ten attributes that saves sorting, twenty digests and twenty copies.
import { LRUCache } from 'lru-cache'
import { DIGEST_BYTES, HMAC_HEADROOM, sha256OfText } from '../crypto/digest.js'
import { FormatError } from '../format/format-error.js'
import { inOrder, type MemberOrder } from '../format/member-orders.js'
import type { AttributeAction, AttributeActions } from './attribute-actions.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import type { Blank } from './blank-items.js'

/** Where the string to sign begins in its buffer: a MAC key's block goes before it. */
export const STRING_START = HMAC_HEADROOM
const BYTES_A_NAME = 3 * DIGEST_BYTES
/** Where the first value's digest goes: behind the table's digest, the name's, and the word's. */
const FIRST_VALUE = STRING_START + 3 * DIGEST_BYTES

const WORDS = { encrypted: sha256OfText('ENCRYPTED'), plaintext: sha256OfText('PLAINTEXT') }

export interface SignedAttribute {
  readonly name: string
  /** Its place among the item's names. */
  readonly index: number
  readonly encrypted: boolean
  /** Where the digest of the stored value goes in a copy of the template. */
  readonly digestAt: number
}

/** The names of the attributes that the item encryptor adds. */
export interface ReservedAttributes {
  readonly materialDescription: string
  readonly signature: string
}

export interface ItemLayout {
  /** The item's names in its own order: what the layout is found by. */
  readonly names: readonly string[]
  /** In the order of the string to sign. */
  readonly signed: readonly SignedAttribute[]
  /** Those of `signed` that are encrypted, in the same order. */
  readonly encrypted: readonly SignedAttribute[]
  /** Places of what is stored in plaintext, signed or not, reserved attributes left out. */
  readonly plaintext: readonly number[]
  /** Places of all but the reserved attributes. */
  readonly own: readonly number[]
  /** Places of the reserved attributes; -1 where the item has none. */
  readonly signatureAt: number
  readonly materialDescriptionAt: number
  /** Names of what is stored unsigned. */
  readonly unsignedNames: readonly string[]
  /** Headroom, room for the table name's digest, then name, word and room for the value's digest, for each signed attribute. */
  readonly template: Buffer
  /** An item of all but the reserved attributes, to be cloned. */
  readonly blank: Blank
}

const nameDigests = new LRUCache<string, Buffer>({ max: 4096 })
const LONGEST_KEPT_NAME = 255

function digestOfName(name: string): Buffer {
  const known = nameDigests.get(name)
  if (known !== undefined) return known
  if (!name.isWellFormed()) throw new FormatError('its name holds a lone surrogate, which has no UTF-8 form')
  const digest = sha256OfText(name)
  if (name.length <= LONGEST_KEPT_NAME) nameDigests.set(name, digest)
  return digest
}

function layOut(names: readonly string[], actions: AttributeActions, order: MemberOrder, reserved: ReservedAttributes): ItemLayout {
  const own = [...names.keys()].filter((index) => names[index] !== reserved.signature && names[index] !== reserved.materialDescription)
  const nameAt = (index: number): string => names[index] ?? ''
  const actionAt = (index: number): AttributeAction => actions.actionFor(nameAt(index))
  const signedIndexes = inOrder(
    own.filter((index) => actionAt(index) !== 'DO_NOTHING'),
    (a, b) => order.text(nameAt(a), nameAt(b)),
  )
  const template = Buffer.alloc(STRING_START + DIGEST_BYTES + signedIndexes.length * BYTES_A_NAME)
  const signed = signedIndexes.map((index, position): SignedAttribute => {
    const name = nameAt(index)
    const encrypted = actionAt(index) === 'ENCRYPT_AND_SIGN'
    const digestAt = FIRST_VALUE + position * BYTES_A_NAME
    template.set(placed(name, digestOfName), digestAt - 2 * DIGEST_BYTES)
    template.set(encrypted ? WORDS.encrypted : WORDS.plaintext, digestAt - DIGEST_BYTES)
    return { name, index, encrypted, digestAt }
  })
  return {
    names,
    signed,
    encrypted: signed.filter((attribute) => attribute.encrypted),
    plaintext: own.filter((index) => actionAt(index) !== 'ENCRYPT_AND_SIGN'),
    own,
    signatureAt: names.indexOf(reserved.signature),
    materialDescriptionAt: names.indexOf(reserved.materialDescription),
    unsignedNames: own.filter((index) => actionAt(index) === 'DO_NOTHING').map(nameAt),
    template,
    blank: { uses: 0, item: undefined },
  }
}

function placed<T>(name: string, work: (name: string) => T): T {
  try {
    return work(name)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw new DynamoDBEncryptionError('INVALID_ITEM', `attribute ${quote(name)}: ${error.message}`, { attributeName: name })
  }
}

/** Layouts for one set of actions, one order and one pair of reserved names. */
class Layouts {
  readonly order: MemberOrder
  readonly reserved: ReservedAttributes
  /** The most recently used first. */
  readonly #recent: ItemLayout[] = []
  #namesKept = 0

  constructor(order: MemberOrder, reserved: ReservedAttributes) {
    this.order = order
    this.reserved = reserved
  }

  of(names: readonly string[], actions: AttributeActions): ItemLayout {
    const recent = this.#recent
    for (let at = 0; at < recent.length; at++) {
      const layout = recent[at]
      if (layout === undefined || !sameNames(layout.names, names)) continue
      if (at > 0) {
        recent.splice(at, 1)
        recent.unshift(layout)
      }
      return layout
    }
    const layout = layOut(names, actions, this.order, this.reserved)
    recent.unshift(layout)
    this.#namesKept += names.length
    while (recent.length > MOST_LAYOUTS || this.#namesKept > MOST_NAMES) this.#namesKept -= recent.pop()?.names.length ?? 0
    return layout
  }
}

const MOST_LAYOUTS = 16
/** Of all layouts together: some 2 MB. DynamoDB's largest item has room for fewer than half as many attributes of 100 bytes. */
const MOST_NAMES = 8192

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** A bounded cache of layouts, for one set of actions. */
export class LayoutCache {
  readonly #byOrder: Layouts[] = []

  layoutOf(names: readonly string[], actions: AttributeActions, order: MemberOrder, reserved: ReservedAttributes): ItemLayout {
    let layouts = this.#byOrder.find((candidate) => candidate.order === order && candidate.reserved === reserved)
    if (layouts === undefined) {
      layouts = new Layouts(order, reserved)
      this.#byOrder.push(layouts)
    }
    return layouts.of(names, actions)
  }
}
