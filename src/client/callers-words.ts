// What the caller's request says of conditions and updates, whichever of DynamoDB's two forms it is written in.
import type { AttributeValueUpdate, ConditionalOperator, ExpectedAttributeValue } from '@aws-sdk/client-dynamodb'
import type { Condition } from '../expressions/condition.js'
import { conditionOfExpected, conditionOfFilter, updateOfAttributeUpdates } from '../expressions/legacy-parameters.js'
import type { Update } from '../expressions/update.js'
import type { FilterFields } from './conditions.js'
import type { RequestExpressions } from './request-expressions.js'
import { NOTHING } from './split-update.js'

interface LegacyConditionFields {
  readonly Expected?: Record<string, ExpectedAttributeValue> | undefined
  readonly ConditionalOperator?: ConditionalOperator | undefined
}

interface LegacyUpdateFields {
  readonly AttributeUpdates?: Record<string, AttributeValueUpdate> | undefined
}

/** @throws ValidationException as DynamoDB for legacy parameters that it would refuse */
export function callersCondition(request: LegacyConditionFields, { condition }: RequestExpressions): Condition | undefined {
  if (condition !== undefined || request.Expected === undefined) return condition?.condition
  return conditionOfExpected(request.Expected, request.ConditionalOperator)
}

/** @throws ValidationException as DynamoDB for legacy parameters that it would refuse */
export function callersUpdate({ AttributeUpdates: updates }: LegacyUpdateFields, { update }: RequestExpressions): Update {
  if (update !== undefined) return update.update
  return updates === undefined ? NOTHING : updateOfAttributeUpdates(updates)
}

/** @throws ValidationException as DynamoDB for legacy parameters that it would refuse */
export function callersFilter(request: FilterFields, { filter }: RequestExpressions): Condition | undefined {
  const legacy = request.QueryFilter ?? request.ScanFilter
  if (filter !== undefined || legacy === undefined) return filter?.condition
  return conditionOfFilter(legacy, request.ConditionalOperator)
}
