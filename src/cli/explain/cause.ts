// What made a signature hold that did not: each of these is said of an item, alone or together with another.
import { quote } from '../../errors.js'
import type { AttributeAction } from '../../item/attribute-actions.js'

export type Cause =
  | { readonly kind: 'table-name'; readonly tableName: string | undefined }
  | { readonly kind: 'compatibility' }
  | { readonly kind: 'former-actions'; readonly label: string }
  | { readonly kind: 'provider'; readonly label: string }
  | { readonly kind: 'key-version'; readonly version: number }
  /** Signed with another action than it has now. */
  | { readonly kind: 'action'; readonly attributeName: string; readonly signedAs: AttributeAction }
  /** Added after the item was signed, or DO_NOTHING then: a signature cannot tell the two apart. */
  | { readonly kind: 'not-covered'; readonly attributeName: string }
  | { readonly kind: 'missing'; readonly attributeName: string }
  | { readonly kind: 'changed'; readonly attributeName: string }

/** A sentence, with the way out. */
export function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case 'table-name':
      return cause.tableName === undefined
        ? 'it was signed without a table name in the encryption context'
        : `it was signed as an item of the table ${quote(cause.tableName)}: read it with overrideTableName, or re-encrypt it`
    case 'compatibility':
      return `it was signed by the Python client, which rounds numbers to 28 digits: read it with compatibility 'python'`
    case 'former-actions':
      return `it was signed under ${cause.label}: add these actions to the history`
    case 'provider':
      return `it was signed with the keys of ${cause.label}`
    case 'key-version':
      return `it was signed with version ${String(cause.version)} of the material, and its material description names another one`
    case 'action':
      return `the attribute ${quote(cause.attributeName)} was signed as ${cause.signedAs}, and has another action now`
    case 'not-covered':
      return `the attribute ${quote(cause.attributeName)} is not covered by the signature: it was added after the item was signed, or had the action DO_NOTHING then`
    case 'missing':
      return `the attribute ${quote(cause.attributeName)} was there when the item was signed, and has been removed since`
    case 'changed':
      return `the attribute ${quote(cause.attributeName)} was changed after the item was signed: with the value of the other copy the signature holds`
  }
}
