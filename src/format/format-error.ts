/**
 * Bytes or a value that the item format does not allow. Internal to the package: the item encryptor turns it into a
 * `DynamoDBEncryptionError` with the attribute's name. The message says what is wrong and never holds the value.
 */
export class FormatError extends Error {
  override readonly name = 'FormatError'
}
