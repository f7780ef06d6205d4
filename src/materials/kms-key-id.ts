// The four forms of a KMS key id, and whether two of them name one key.
// Source: AWS KMS developer guide, "Key identifiers" and "Multi-Region keys".

/** `arn:aws:kms:REGION:ACCOUNT:key/ID` in parts. */
interface KmsArn {
  readonly partition: string
  readonly region: string
  readonly account: string
  /** `key/…` or `alias/…` */
  readonly resource: string
}

function parseArn(keyId: string): KmsArn | undefined {
  const [arn, partition, service, region, account, ...resource] = keyId.split(':')
  if (arn !== 'arn' || service !== 'kms' || !partition || !region || account === undefined || resource.length === 0) return undefined
  return { partition, region, account, resource: resource.join(':') }
}

/** The Region that a key or alias ARN names. */
export function regionOfKeyId(keyId: string): string | undefined {
  return parseArn(keyId)?.region
}

/** An alias can be moved to another key, so it says nothing of the key that an item was written under. */
export function isAlias(keyId: string): boolean {
  return keyId.startsWith('alias/') || parseArn(keyId)?.resource.startsWith('alias/') === true
}

/** True where both name one key, or replicas of one multi-Region key. A bare key id matches the ARN that ends in it. */
export function isSameKey(a: string, b: string): boolean {
  if (a === b) return true
  const arnOfA = parseArn(a)
  const arnOfB = parseArn(b)
  const idOfA = (arnOfA?.resource ?? a).replace(/^key\//, '')
  const idOfB = (arnOfB?.resource ?? b).replace(/^key\//, '')
  if (idOfA !== idOfB) return false
  if (arnOfA === undefined || arnOfB === undefined) return true
  // Replicas share their id, and lie in one partition and account.
  return idOfA.startsWith('mrk-') && arnOfA.partition === arnOfB.partition && arnOfA.account === arnOfB.account
}
