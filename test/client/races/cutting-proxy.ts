// Cuts connections once DynamoDB has done what was asked.
import { startDynamoDbProxy, type DynamoDbProxy } from '../../support/dynamodb-proxy.js'

export interface CuttingProxy extends DynamoDbProxy {
  /** Writes that were done, and whose answers were cut off. */
  readonly cut: () => number
}

const WRITES = /\.(PutItem|UpdateItem|DeleteItem|TransactWriteItems)$/

/** @param share - of the writes that are cut, spread evenly */
export async function startCuttingProxy(upstream: string, share: number): Promise<CuttingProxy> {
  let writes = 0
  let cuts = 0
  const proxy = await startDynamoDbProxy(upstream, {
    cuts(target, status) {
      const isCut = WRITES.test(target) && status === 200 && Math.floor((writes + 1) * share) > Math.floor(writes++ * share)
      if (isCut) cuts++
      return isCut
    },
  })
  return { ...proxy, cut: () => cuts }
}
