// The error that DynamoDB answers with for an expression it does not accept. Callers cannot tell by the error who has refused it.
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb'

/** The parameter of a request that an expression came in: part of DynamoDB's messages. */
export type ExpressionKind =
  'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression' | 'ProjectionExpression' | 'UpdateExpression'

/**
 * A ValidationException as the SDK's client would throw it. The SDK has no class of that name: it throws its base class and sets `name`.
 *
 * @param message - DynamoDB's words. They may quote the caller's expression and attribute names, never a value.
 */
export function validationException(message: string): DynamoDBServiceException {
  // No attempt was made: nothing was sent.
  return new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    message,
    $metadata: { httpStatusCode: 400, attempts: 0, totalRetryDelay: 0 },
  })
}

/** By name: the application may have another copy of the SDK's classes. */
export function isValidationException(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ValidationException'
}

/** A ValidationException about one expression: `Invalid ProjectionExpression: The expression can not be empty;`. */
export function invalidExpression(kind: ExpressionKind, problem: string): DynamoDBServiceException {
  return validationException(`Invalid ${kind}: ${problem}`)
}
