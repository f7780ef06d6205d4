// TransactGetItems.
import type { Get, TransactGetItem, TransactGetItemsCommandInput, TransactGetItemsCommandOutput } from '@aws-sdk/client-dynamodb'
import type { Call, Reply } from './call.js'
import { assertIsKey } from './item-key.js'
import { ItemReader, settingsOf } from './item-reader.js'
import { project, projectionOf, withoutProjection, type Projection } from './projections.js'
import type { ProtectedTable } from './protected-table.js'
import { parseExpressions } from './request-expressions.js'

interface PlannedGet {
  readonly table: ProtectedTable | undefined
  readonly request: TransactGetItem
  readonly projection: Projection
}

export async function transactGetItems(
  input: TransactGetItemsCommandInput,
  call: Call<TransactGetItemsCommandInput, TransactGetItemsCommandOutput>,
): Promise<Reply> {
  if (input.TransactItems === undefined) return call.send(input)
  const gets = await Promise.all(
    input.TransactItems.map(async (request): Promise<PlannedGet> => {
      const table = await call.find(request.Get?.TableName)
      return table === undefined || request.Get === undefined ? { table, request, projection: undefined } : planGet(request.Get, table)
    }),
  )
  return call.send({ ...input, TransactItems: gets.map(({ request }) => request) }, async (output) => {
    if (output.Responses === undefined) return output
    const stored = output.Responses.flatMap(({ Item: item }, index) =>
      item === undefined ? [] : [{ index, item, table: gets[index]?.table }],
    )
    const reader = new ItemReader(settingsOf(call))
    const items = await reader.readAll(stored)
    const Responses = output.Responses.map((response) => ({ ...response }))
    stored.forEach(({ index }, position) => {
      const item = items[position]
      const response = Responses[index]
      if (response !== undefined) response.Item = item && project(item, gets[index]?.projection)
    })
    return reader.finish({ ...output, Responses })
  })
}

function planGet(get: Get, table: ProtectedTable): PlannedGet {
  assertIsKey(get.Key, table.keyNames)
  const expressions = parseExpressions(get)
  const { TableName, Key } = get
  return { table, request: { Get: { ...withoutProjection(get, expressions), TableName, Key } }, projection: projectionOf(get, expressions) }
}
