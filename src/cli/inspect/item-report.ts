// What can be said of a stored item: without keys what is stored, with keys whether it holds and how much of it is overhead.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { itemSize } from '../../client/item-size.js'
import type { ProtectedTable } from '../../client/protected-table.js'
import { keyOf } from '../../client/item-key.js'
import { FormatError } from '../../format/format-error.js'
import { readMaterialDescription, WRAPPED_KEY } from '../../format/material-description.js'
import type { AttributeAction } from '../../item/attribute-actions.js'
import { getOwn, setOwn, type Item } from '../../items.js'
import { itemToJson } from '../../migrate/dynamodb-json.js'
import { problemOf } from '../../migrate/item-problem.js'
import { MATERIAL_ID } from '../../store/provider-store.js'
import { mayBeCiphertext } from '../explain/signed-blocks.js'

export interface AttributeReport {
  readonly name: string
  /** As the config has it; where there is none, `encrypted?` is a guess from the value's form. */
  readonly action: AttributeAction | 'encrypted?' | 'plaintext'
  /** The type letter, as stored. */
  readonly type: string
  /** Bytes, as DynamoDB counts them. */
  readonly bytes: number
  /** With keys: as read. */
  readonly plaintextType?: string
  /** Only when asked for, as DynamoDB JSON. */
  readonly plaintext?: unknown
}

export interface ItemReport {
  readonly key: Record<string, unknown>
  readonly isSigned: boolean
  readonly signatureBytes: number
  /** The wrapped key as its length alone. */
  readonly description: Readonly<Record<string, string>> | undefined
  readonly descriptionProblem?: string
  /** `<material name>#<version>`, from a provider store. */
  readonly keyVersion?: string
  readonly storedBytes: number
  /** With keys. */
  readonly plaintextBytes?: number
  /** With keys: whether the signature holds and everything decrypts. */
  readonly verdict?: { readonly holds: true } | { readonly holds: false; readonly code: string; readonly message: string }
  readonly attributes: readonly AttributeReport[]
}

export const USUAL_NAMES = { signatureAttribute: '*amzn-ddb-map-sig*', materialDescriptionAttribute: '*amzn-ddb-map-desc*' }

/**
 * @param table - undefined where there are no keys
 * @param showsPlaintext - whether decrypted values are part of the report
 */
export async function reportItem(stored: Item, table: ProtectedTable | undefined, showsPlaintext: boolean): Promise<ItemReport> {
  const { signatureAttribute, materialDescriptionAttribute } = table?.settings ?? USUAL_NAMES
  const read = table === undefined ? undefined : await readItem(stored, table)
  const plaintext = read?.item
  const protection = table?.protectionOf(stored)
  const actionOf = (name: string, value: AttributeValue): AttributeReport['action'] => {
    if (protection === 'unprotected') return 'DO_NOTHING'
    if (table?.keyNames.includes(name) === true && protection?.takesAction === true) return 'SIGN_ONLY'
    return protection?.newestActionFor(name) ?? (mayBeCiphertext(value) ? 'encrypted?' : 'plaintext')
  }
  const attributes = Object.entries(stored).flatMap(([name, value]): AttributeReport[] => {
    if (name === signatureAttribute || name === materialDescriptionAttribute) return []
    const seen = plaintext === undefined ? undefined : getOwn(plaintext, name)
    return [
      {
        name,
        action: actionOf(name, value),
        type: typeOf(value),
        bytes: itemSize({ '': value }),
        ...(seen !== undefined && {
          plaintextType: typeOf(seen),
          ...(showsPlaintext && { plaintext: itemToJson({ value: seen })['value'] }),
        }),
      },
    ]
  })
  const described = describe(getOwn(stored, materialDescriptionAttribute)?.B)
  const keyVersion = described.description === undefined ? undefined : getOwn({ ...described.description }, MATERIAL_ID)
  return {
    key: itemToJson(table === undefined ? {} : keyOf(stored, table.keyNames)),
    isSigned: Object.hasOwn(stored, signatureAttribute),
    signatureBytes: getOwn(stored, signatureAttribute)?.B?.length ?? 0,
    ...described,
    ...(keyVersion !== undefined && { keyVersion }),
    storedBytes: itemSize(stored),
    ...(plaintext !== undefined && { plaintextBytes: itemSize(plaintext) }),
    ...(read !== undefined && { verdict: read.verdict }),
    attributes,
  }
}

async function readItem(stored: Item, table: ProtectedTable): Promise<{ item?: Item; verdict: NonNullable<ItemReport['verdict']> }> {
  try {
    return { item: await table.decrypt(stored, []), verdict: { holds: true } }
  } catch (error) {
    const problem = problemOf(error)
    if (problem === undefined) throw error
    return { verdict: { holds: false, ...problem } }
  }
}

function describe(bytes: Uint8Array | undefined): Pick<ItemReport, 'description' | 'descriptionProblem'> {
  if (bytes === undefined) return { description: undefined }
  try {
    const description: Record<string, string> = {}
    for (const [name, value] of Object.entries(readMaterialDescription(bytes))) {
      setOwn(description, name, name === WRAPPED_KEY ? `(${String(Buffer.from(value, 'base64').length)} bytes)` : value)
    }
    return { description }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { description: undefined, descriptionProblem: error.message }
  }
}

function typeOf(value: AttributeValue): string {
  return Object.entries(value).find(([, member]) => member !== undefined)?.[0] ?? ''
}
