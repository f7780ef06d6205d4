// Refuses items with attributes that no model knows, on their way into the table and out of it. The libraries would leave such an attribute
// out in silence, and write the item back without it.
import { isPlainObject } from '../assert.js'
import { bareTableName } from '../client/table-name.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import type { Item } from '../items.js'
import type { Model } from './model.js'
import { hasKeyOf } from './single-table.js'

type Handler<Arguments, Result> = (args: Arguments) => Promise<Result>

type Middleware = <Arguments extends { readonly input: object }, Result extends { readonly output: object }>(
  next: Handler<Arguments, Result>,
  context: { readonly commandName?: string },
) => Handler<Arguments, Result>

/** A client of the AWS SDK: a `DynamoDBClient` or a `DynamoDBDocumentClient`. */
export interface ClientWithStack {
  readonly middlewareStack: { add(middleware: Middleware, options: { readonly step: 'initialize'; readonly name: string }): void }
}

/** Items of a request or an answer, native or as attribute values: of them, only names are looked at, and keys in either form. */
interface FoundItem {
  readonly tableName: string
  readonly item: Readonly<Record<string, unknown>>
}

/** @param models - whose items are looked at; items of other tables pass */
export function refuseUnknown<C extends ClientWithStack>(client: C, models: readonly Model[]): C {
  const middleware: Middleware = (next, context) => async (args) => {
    for (const found of itemsWritten(args.input)) assertKnown(found, models, undefined)
    const result = await next(args)
    const requestApplied = WRITES.test(context.commandName ?? '') ? true : undefined
    for (const found of itemsAnswered(args.input, result.output)) assertKnown(found, models, requestApplied)
    return result
  }
  // Outermost: the answer is verified and decrypted by now, and of a document client it is native.
  client.middlewareStack.add(middleware, { step: 'initialize', name: 'dynamoDBUnknownAttributes' })
  return client
}

/** Commands whose answer comes after something has been written, plain ones and those of the document client. */
const WRITES = /^(Put|Update|Delete|BatchWrite|TransactWrite)/

function assertKnown({ tableName, item }: FoundItem, models: readonly Model[], requestApplied: true | undefined): void {
  const ofTable = models.filter((model) => model.tableName === bareTableName(tableName))
  if (ofTable.length === 0) return
  const owners = ofTable.filter((model) => hasKeyOf(model, keyOf(item, model)))
  const candidates = owners.length > 0 ? owners : ofTable
  const unknown = Object.keys(item).find((name) => !candidates.some((model) => knows(model, name)))
  if (unknown === undefined) return
  throw new DynamoDBEncryptionError(
    'INVALID_ITEM',
    `an item has the attribute ${quote(unknown)}, which ${candidates.map(({ title }) => title).join(' and ')} does not know: declare it, or let ` +
      `unknown attributes pass`,
    { tableName, attributeName: unknown, requestApplied },
  )
}

function knows({ attributes, keyNames }: Model, attributeName: string): boolean {
  return keyNames.includes(attributeName) || attributes.some((attribute) => attribute.attributeName === attributeName)
}

/** The key as attribute values, as far as prefixes look at it: a native text is an S. */
function keyOf(item: Readonly<Record<string, unknown>>, { keyNames }: Model): Item {
  const key: Item = {}
  for (const name of keyNames) {
    const value = item[name]
    const text: unknown = isPlainObject(value) ? value['S'] : value
    if (typeof text === 'string') key[name] = { S: text }
  }
  return key
}

function itemsWritten(input: object): FoundItem[] {
  const { TableName, Item, RequestItems, TransactItems } = fieldsOf(input)
  return [
    ...found(TableName, Item),
    ...entriesOf(RequestItems).flatMap(([table, requests]) =>
      listOf(requests).flatMap((request) => found(table, fieldsOf(fieldsOf(request)['PutRequest'])['Item'])),
    ),
    ...listOf(TransactItems).flatMap((action) => {
      const put = fieldsOf(fieldsOf(action)['Put'])
      return found(put['TableName'], put['Item'])
    }),
  ]
}

function itemsAnswered(input: object, output: object): FoundItem[] {
  const { TableName, TransactItems } = fieldsOf(input)
  const { Item, Items, Attributes, Responses } = fieldsOf(output)
  const transacted = listOf(TransactItems).map((action) => fieldsOf(fieldsOf(action)['Get'])['TableName'])
  return [
    ...found(TableName, Item),
    ...found(TableName, Attributes),
    ...listOf(Items).flatMap((item) => found(TableName, item)),
    ...(Array.isArray(Responses)
      ? Responses.flatMap((response, at) => found(transacted[at], fieldsOf(response)['Item']))
      : entriesOf(Responses).flatMap(([table, items]) => listOf(items).flatMap((item) => found(table, item)))),
  ]
}

function found(tableName: unknown, item: unknown): FoundItem[] {
  return typeof tableName === 'string' && isPlainObject(item) ? [{ tableName, item }] : []
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isPlainObject(value) ? value : {}
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(fieldsOf(value))
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
