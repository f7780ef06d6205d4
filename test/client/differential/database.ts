// The DynamoDB of these suites: the server that DYNAMODB_ENDPOINT names, which is DynamoDB Local, or dynalite in this process.
import { startLocalDynamoDb, type LocalDynamoDb } from 'dynamodb-encryption-client/testing'
import { DYNALITE, DYNAMODB_LOCAL, type Server } from './servers.js'

const endpoint = process.env['DYNAMODB_ENDPOINT']

export const SERVER: Server = endpoint === undefined ? DYNALITE : DYNAMODB_LOCAL

export function startDatabase(): Promise<LocalDynamoDb> {
  return startLocalDynamoDb(endpoint === undefined ? {} : { endpoint })
}
