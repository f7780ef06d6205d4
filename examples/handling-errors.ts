// examples/handling-errors.ts
import type { Item, ItemEncryptor } from 'dynamodb-encryption-client'

/** An item that somebody has changed is reported and left out; whatever else goes wrong is for the caller. */
export async function decryptOrReport(encryptor: ItemEncryptor, stored: Item, report: (line: string) => void): Promise<Item | undefined> {
  try {
    return await encryptor.decryptItem(stored)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SIGNATURE_MISMATCH') {
      report(error.message)
      return undefined
    }
    throw error
  }
}
