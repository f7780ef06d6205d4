// Items a second, over the same items again and again for a while. For figures to rely on there is `npm run bench`.
import type { Item, ItemEncryptor } from 'dynamodb-encryption-client'

export interface Speed {
  readonly encrypt: number
  readonly decrypt: number
}

/** @param milliseconds - how long each direction runs, once it is warm */
export async function measureSpeed(encryptor: ItemEncryptor, items: readonly Item[], milliseconds: number): Promise<Speed> {
  const stored = await encryptor.encryptItems(items)
  return {
    encrypt: await itemsASecond(items.length, milliseconds, () => encryptor.encryptItems(items)),
    decrypt: await itemsASecond(items.length, milliseconds, () => encryptor.decryptItems(stored)),
  }
}

async function itemsASecond(itemsAPass: number, milliseconds: number, pass: () => Promise<unknown>): Promise<number> {
  await pass()
  const began = performance.now()
  let passes = 0
  let took: number
  do {
    await pass()
    passes++
    took = performance.now() - began
  } while (took < milliseconds)
  return (passes * itemsAPass * 1000) / took
}
