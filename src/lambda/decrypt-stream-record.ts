// Stream records of an encrypted table: their images are stored items, and are read as such.
import { isPlainObject } from '../assert.js'
import { keyText } from '../client/item-key.js'
import { ItemReader } from '../client/item-reader.js'
import type { ProtectedTable } from '../client/protected-table.js'
import { DynamoDBEncryptionError } from '../errors.js'
import { binaryFormOf, imageOfItem, itemOfImage, type StreamImage } from './stream-images.js'
import { tableOfRecord, type DecryptStreamRecordOptions } from './stream-tables.js'

/** What is looked at of a record: `_Record` of `@aws-sdk/client-dynamodb-streams` and `DynamoDBRecord` of Lambda's types both have it. */
export interface StreamRecord {
  /** Lambda's alone. */
  readonly eventSourceARN?: string | undefined
  readonly dynamodb?: StreamRecordData | undefined
}

/** What a record says of the item that has changed. */
export interface StreamRecordData {
  readonly Keys?: StreamImage | undefined
  readonly OldImage?: StreamImage | undefined
  readonly NewImage?: StreamImage | undefined
}

const IMAGES = ['OldImage', 'NewImage'] as const

/**
 * Verifies and decrypts the images of a record of DynamoDB Streams, as the SDK reads it or as Lambda gets it. What is known of tables is
 * kept with the options object: make it once, for all records.
 *
 * @param record - not changed. One without images (KEYS_ONLY) comes back as it is
 * @returns the same record with its images in plaintext; binaries are bytes or base64 as they were. An image that `onItemError` skips is
 *   left out
 * @throws DynamoDBEncryptionError: `NOT_ENCRYPTED` for an image without a signature (see `allowPlaintextReads`), `SIGNATURE_MISMATCH` and the
 *   other codes of reading an item; `INVALID_CONFIGURATION` where the options do not say which table it is, or which key attribute is
 *   the partition key; `OPERATION_NOT_SUPPORTED` for a table that `tables` does not name
 *
 * @example
 * ```ts
 * const options = { materialsProvider }
 * export const handler = async (event: DynamoDBStreamEvent) => {
 *   for (const record of event.Records) console.log((await decryptStreamRecord(record, options)).dynamodb?.NewImage)
 * }
 * ```
 */
export async function decryptStreamRecord<R extends StreamRecord>(record: R, options: DecryptStreamRecordOptions): Promise<R> {
  const given: unknown = record
  if (!isPlainObject(given)) throw new DynamoDBEncryptionError('INVALID_ITEM', 'a stream record is an object with the property dynamodb')
  const data = record.dynamodb
  if (data?.OldImage === undefined && data?.NewImage === undefined) return record
  const { Keys: keys = {} } = data
  const table = await tableOfRecord(record.eventSourceARN, Object.keys(keys), options)
  if (table === undefined) return record
  const reader = new ItemReader({ concurrency: IMAGES.length })
  const decrypted: Record<string, unknown> = { ...data }
  for (const name of IMAGES) {
    const image = data[name]
    if (image === undefined) continue
    const plaintext = await decryptImage(image, keys, table, reader)
    if (plaintext === undefined) Reflect.deleteProperty(decrypted, name)
    else decrypted[name] = plaintext
  }
  return { ...record, dynamodb: decrypted }
}

async function decryptImage(
  image: StreamImage,
  keys: StreamImage,
  table: ProtectedTable,
  reader: ItemReader,
): Promise<StreamImage | undefined> {
  const stored = itemOfImage(image)
  const { keyNames } = table
  if (Object.keys(keys).length > 0 && keyText(stored, keyNames) !== keyText(itemOfImage(keys), keyNames)) {
    throw new DynamoDBEncryptionError(
      'INVALID_ITEM',
      'an image of the stream record has another primary key than its Keys',
      table.placeOf(stored),
    )
  }
  const item = await reader.read(table, stored)
  return item === undefined ? undefined : imageOfItem(item, binaryFormOf(image))
}
