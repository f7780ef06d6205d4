// The entry point `./testing`: real servers on loopback for the test suites of those who use this library.
export type { LocalClientConfig } from './client-config.js'
export type { LocalKmsCall } from './kms-calls.js'
export type { InjectedFault, LocalKmsFault, LocalKmsFaultKind, LocalKmsFaultScope } from './kms-faults.js'
export type { LocalKeySpec, LocalKeyUsage } from './kms-key-specs.js'
export type { LocalKmsOperation } from './kms-operations.js'
export {
  startLocalDynamoDb,
  type DynaliteOptions,
  type DynamoDbLocalOptions,
  type LocalDynamoDb,
  type LocalDynamoDbOptions,
  type RunningDynamoDbOptions,
} from './local-dynamodb.js'
export { startLocalKms, type LocalKeyOptions, type LocalKms, type LocalKmsKey, type LocalKmsOptions } from './local-kms.js'
