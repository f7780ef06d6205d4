// The first 32 bytes of the string to sign: the table's name (format section 5).
import { LRUCache } from 'lru-cache'
import { sha256OfText } from '../crypto/digest.js'
import { DynamoDBEncryptionError } from '../errors.js'
import type { CompatibilityRow } from '../format/compatibility.js'

const digests = new LRUCache<string, Buffer>({ max: 1024 })

/** SHA-256 of `TABLE>name<TABLE`; of each library's own word where there is no name. */
export function tableDigest(tableName: string | undefined, form: CompatibilityRow): Buffer {
  const name = tableName ?? form.missingTableName
  let digest = digests.get(name)
  if (digest === undefined) {
    if (!name.isWellFormed()) throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'the table name holds a lone surrogate')
    digest = sha256OfText(`TABLE>${name}<TABLE`)
    digests.set(name, digest)
  }
  return digest
}
