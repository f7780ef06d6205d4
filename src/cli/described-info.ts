// A table's keys from a config file, for who may not describe the table.
import { hasMethod, isPlainObject } from '../assert.js'
import { TableInfo } from '../client/table-info.js'
import { UsageError } from './usage-error.js'

/** A config in JSON has the options of a TableInfo. */
export function infoOf(given: unknown, where: string): TableInfo | undefined {
  if (given === undefined || isTableInfo(given)) return given
  if (!isPlainObject(given) || !isPlainObject(given['primaryIndex']) || typeof given['tableName'] !== 'string') {
    throw new UsageError(`${where} is { "tableName": ..., "primaryIndex": { "partitionKeyName": ..., "sortKeyName"?: ... } }`)
  }
  const { partitionKeyName, sortKeyName } = given['primaryIndex']
  if (typeof partitionKeyName !== 'string') throw new UsageError(`${where}.primaryIndex.partitionKeyName is a name`)
  return new TableInfo({
    tableName: given['tableName'],
    primaryIndex: { partitionKeyName, ...(typeof sortKeyName === 'string' && { sortKeyName }) },
  })
}

function isTableInfo(given: unknown): given is TableInfo {
  return hasMethod(given, 'protectedIndexKeys')
}
