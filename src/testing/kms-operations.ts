import { ALIAS_OPERATIONS } from './kms-alias-operations.js'
import { DATA_OPERATIONS } from './kms-data-operations.js'
import { KmsError } from './kms-errors.js'
import { readFlag, readTexts, type JsonObject } from './kms-input.js'
import { KEY_OPERATIONS } from './kms-key-operations.js'
import type { KmsHandler, KmsRequest } from './kms-request.js'

/** The operations that the local KMS answers. */
export type LocalKmsOperation = keyof typeof ALIAS_OPERATIONS | keyof typeof DATA_OPERATIONS | keyof typeof KEY_OPERATIONS

const OPERATIONS: ReadonlyMap<string, KmsHandler> = new Map(
  Object.entries<KmsHandler>({ ...ALIAS_OPERATIONS, ...DATA_OPERATIONS, ...KEY_OPERATIONS }),
)

/**
 * Runs one operation.
 *
 * @returns its answer
 * @throws KmsError what the real service would answer; `UnknownOperationException` for an operation that is not simulated
 */
export function runOperation(request: KmsRequest): JsonObject {
  const handler = OPERATIONS.get(request.operation)
  if (handler === undefined) throw new KmsError('UnknownOperationException', '')
  readTexts(request.input, 'GrantTokens') // any is good; what is not a list of texts is not
  const answer = handler(request)
  if (readFlag(request.input, 'DryRun') === true) {
    throw new KmsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.', 412)
  }
  return answer
}
