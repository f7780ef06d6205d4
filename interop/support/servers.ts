// moto and DynamoDB Local as `npm run interop` has started them (tools/servers): where they answer, and credentials that mean nothing.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll } from 'vitest'

export const LOCAL_CLIENT = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } as const

/** @throws Error where the suite runs without the servers */
export function endpointOf(variable: 'KMS_ENDPOINT' | 'DYNAMODB_ENDPOINT'): string {
  const endpoint = process.env[variable]
  if (endpoint === undefined) throw new Error(`${variable} is not set: run these suites with \`npm run interop\``)
  return endpoint
}

/** To be called at the top of a file. A plain client; it ends with the file. */
export function useDynamoDb(): DynamoDBClient {
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: endpointOf('DYNAMODB_ENDPOINT') })
  afterAll(() => {
    client.destroy()
  })
  return client
}
