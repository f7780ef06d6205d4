/** The account of every key here: the one that the AWS guides use in examples. */
export const ACCOUNT = '111122223333'

/** The caller of every request here. */
export const CALLER = `arn:aws:iam::${ACCOUNT}:user/local`

/** A key or an alias as a request names it; `region` and `account` only in an ARN. */
export type KeyName =
  | { readonly kind: 'key' | 'alias'; readonly value: string; readonly region?: string; readonly account?: string }
  | { readonly kind: 'malformed-arn' }

const ARN = /^arn:aws(?:-[a-z]+)*:kms:(?<region>[a-z0-9-]*):(?<account>[0-9]*):(?:key\/(?<key>[^/]+)|(?<alias>alias\/.+))$/

// A key ID is a UUID; a multi-Region one is `mrk-` and 32 digits (KMS guide, "Key identifiers (KeyId)").
const KEY_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/

/** Reads a key ID, a key ARN, an alias name or an alias ARN. */
export function parseKeyName(name: string): KeyName {
  if (!name.startsWith('arn:')) return { kind: name.startsWith('alias/') ? 'alias' : 'key', value: name }
  const groups = ARN.exec(name)?.groups
  const value = groups?.['key'] ?? groups?.['alias']
  if (groups === undefined || value === undefined) return { kind: 'malformed-arn' }
  const { region = '', account = '' } = groups
  return { kind: groups['key'] === undefined ? 'alias' : 'key', value, region, account }
}

export function isKeyId(value: string): boolean {
  return KEY_ID.test(value)
}

const PARTITIONS = [
  { prefix: 'cn-', partition: 'aws-cn' },
  { prefix: 'us-gov-', partition: 'aws-us-gov' },
]

/** @param resource - `key/<id>` or `alias/<name>` */
export function kmsArn(region: string, resource: string): string {
  const partition = PARTITIONS.find(({ prefix }) => region.startsWith(prefix))?.partition ?? 'aws'
  return `arn:${partition}:kms:${region}:${ACCOUNT}:${resource}`
}
