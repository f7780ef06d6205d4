// Answers some requests as a table does that has no capacity left.
import { startDynamoDbProxy, type DynamoDbProxy } from '../../support/dynamodb-proxy.js'

export interface ThrottlingProxy extends DynamoDbProxy {
  /** Requests that were refused. */
  readonly throttled: () => number
}

const CAPACITY = /\.(Scan|GetItem|PutItem|UpdateItem)$/
const ANSWER = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  message: 'The level of configured provisioned throughput for the table was exceeded',
})

/** @param every - one request of so many is refused */
export async function startThrottlingProxy(upstream: string, every: number): Promise<ThrottlingProxy> {
  let requests = 0
  let throttled = 0
  const proxy = await startDynamoDbProxy(upstream, {
    answer(target, incoming, outgoing) {
      if (!CAPACITY.test(target) || ++requests % every !== 0) return false
      throttled++
      incoming.resume()
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(ANSWER)
      return true
    },
  })
  return { ...proxy, throttled: () => throttled }
}
