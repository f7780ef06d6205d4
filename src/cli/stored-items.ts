// Stored items that a command looks at: pasted as JSON, or read from the table.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { isPlainObject } from '../assert.js'
import type { Item } from '../items.js'
import { itemFromJson } from '../migrate/dynamodb-json.js'
import type { CliIo } from './io.js'
import type { CommonFlags, Session } from './session.js'
import { UsageError } from './usage-error.js'

export interface ItemFlags extends CommonFlags {
  readonly item?: string
  readonly key?: string
  readonly sample?: number
}

/** @returns the items that `--item`, `--key` or `--sample` name */
export async function storedItems(tableName: string | undefined, flags: ItemFlags, { client }: Session, io: CliIo): Promise<Item[]> {
  const given = [flags.item, flags.key, flags.sample].filter((flag) => flag !== undefined)
  if (given.length !== 1)
    throw new UsageError('say which item: --item <file> (- is standard input), or --key <json> of an item in the table')
  if (flags.item !== undefined) return [await pastedItem(flags.item, io)]
  if (tableName === undefined) throw new UsageError('name the table, or give the item with --item')
  if (flags.key === undefined) {
    const { Items: items = [] } = await client.send(new ScanCommand({ TableName: tableName, Limit: flags.sample }))
    return items
  }
  const { Item: stored } = await client.send(new GetItemCommand({ TableName: tableName, Key: parseKey(flags.key), ConsistentRead: true }))
  if (stored === undefined) throw new UsageError(`the table ${tableName} has no item with this key`)
  return [stored]
}

/** DynamoDB JSON, with or without the `{"Item": ...}` around it that exports and the AWS CLI have. */
export async function pastedItem(path: string, { stdin, folder }: CliIo): Promise<Item> {
  const text = path === '-' ? await textOf(stdin) : await readFile(resolve(folder, path), 'utf8')
  return itemFromJson(unwrapped(parseJson(text, path === '-' ? 'standard input' : path)))
}

export function unwrapped(json: unknown): unknown {
  if (!isPlainObject(json)) return json
  const { Item: inner, ...rest } = json
  // An attribute may be called Item, too: its value has one of the type letters.
  return isPlainObject(inner) && Object.keys(rest).length === 0 && !Object.keys(inner).every((name) => TYPES.has(name)) ? inner : json
}

const TYPES: ReadonlySet<string> = new Set(['S', 'N', 'B', 'SS', 'NS', 'BS', 'L', 'M', 'BOOL', 'NULL'])

/** `{"id":"7"}` or `{"id":{"S":"7"}}`. */
function parseKey(text: string): Item {
  const json = parseJson(text, '--key')
  if (!isPlainObject(json)) throw new UsageError('--key is a JSON object such as {"id":"7"}')
  return Object.values(json).some(isPlainObject) ? itemFromJson(json) : marshall(json)
}

export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${where} is no JSON`)
  }
}

async function textOf(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
