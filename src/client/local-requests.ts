// Requests whose conditions and updates are worked out here: what the caller wrote is taken out of them.
interface CallersExpressions {
  ConditionExpression?: string | undefined
  UpdateExpression?: string | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: object | undefined
  Expected?: object | undefined
  ConditionalOperator?: string | undefined
  AttributeUpdates?: object | undefined
}

/** The request without its condition and update, in whichever form, and without all placeholders. */
export function withoutConditions<T extends CallersExpressions>(request: T): T {
  const rest = { ...request }
  delete rest.ConditionExpression
  delete rest.UpdateExpression
  delete rest.ExpressionAttributeNames
  delete rest.ExpressionAttributeValues
  delete rest.Expected
  delete rest.ConditionalOperator
  delete rest.AttributeUpdates
  return rest
}
