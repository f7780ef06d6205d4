import { KmsError } from './kms-errors.js'
import { readInteger, readText, type JsonObject } from './kms-input.js'

/**
 * One page of a list, as `Limit` and `Marker` of the input ask for it. A marker is the position of the next entry.
 *
 * @param member - the list's name in the answer
 * @throws KmsError `InvalidMarkerException`
 */
export function page(member: string, entries: readonly JsonObject[], input: JsonObject, mostEntries: number): JsonObject {
  const limit = readInteger(input, 'Limit', 1, mostEntries) ?? 100
  const marker = readText(input, 'Marker') ?? '0'
  const start = Number(marker)
  if (!/^[0-9]+$/.test(marker) || start > entries.length) throw new KmsError('InvalidMarkerException', `Invalid marker '${marker}'`)
  const end = start + limit
  const truncated = end < entries.length
  return { [member]: entries.slice(start, end), Truncated: truncated, ...(truncated && { NextMarker: String(end) }) }
}
