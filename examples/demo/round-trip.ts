// The main job: items into the table encrypted, out of it verified and decrypted, each compared with what was written.
import type { AttributeActions, Item, ItemEncryptor } from 'dynamodb-encryption-client'
import { sameItem, sameValue, typesIn } from './compare.js'
import { TABLE } from './people.js'
import { counted, type Printer } from './print.js'
import type { Table } from './table.js'

/** DynamoDB's types, as `@aws-sdk/client-dynamodb` names them. */
export const EVERY_TYPE: readonly string[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'L', 'M', 'BOOL', 'NULL']
const ITEMS_A_PAGE = 150

/** @returns what was not as it should be, a sentence each */
export async function writeAndRead(
  printer: Printer,
  table: Table,
  encryptor: ItemEncryptor,
  actions: AttributeActions,
  people: readonly Item[],
): Promise<string[]> {
  const problems: string[] = []
  const report = (label: string, text: string, problem: string | undefined): void => {
    printer.fact(label, text, problem === undefined ? 'good' : 'bad')
    if (problem !== undefined) problems.push(problem)
  }

  const types = typesIn(people.flatMap((person) => Object.values(person)))
  const missing = EVERY_TYPE.filter((type) => !types.has(type))
  report('types', [...types].join(' '), missing.length === 0 ? undefined : `no attribute has the type ${missing.join(' or ')}`)

  const calls = await table.writeAll(await encryptor.encryptItems(people))
  printer.fact('written', `${counted(people.length)} items, encrypted, in ${counted(calls)} BatchWriteItem calls`)

  const written = new Map(people.map((person) => [keyOf(person), person]))
  let pages = 0
  let readable = 0
  let items = 0
  let equal = 0
  for await (const stored of table.pages(ITEMS_A_PAGE)) {
    readable += stored.filter((item) => isReadable(item, written.get(keyOf(item)) ?? {}, actions)).length
    const read = await encryptor.decryptItems(stored)
    equal += read.filter((item) => sameItem(item, written.get(keyOf(item)) ?? {})).length
    items += read.length
    pages++
  }
  printer.fact('read', `${counted(items)} items, verified and decrypted, in ${counted(pages)} pages of Scan`)
  const stays = `${counted(readable)} with a readable value that should be encrypted`
  report('in table', stays, readable === 0 ? undefined : `items in the table: ${stays}`)
  const compared = `${counted(equal)} equal, ${counted(people.length - equal)} different or missing`
  report('compared', compared, equal === people.length && items === people.length ? undefined : `items read and written: ${compared}`)
  return problems
}

/** True where an attribute to be encrypted lies in the table as it was written, or not as an IV and whole blocks. */
function isReadable(stored: Item, written: Item, actions: AttributeActions): boolean {
  return Object.keys(written)
    .filter((name) => actions.actionFor(name) === 'ENCRYPT_AND_SIGN')
    .some((name) => {
      const bytes = stored[name]?.B
      return bytes === undefined || bytes.length < 32 || bytes.length % 16 !== 0 || sameValue(stored[name], written[name])
    })
}

function keyOf(item: Item): string {
  return JSON.stringify([item[TABLE.partitionKeyName], item[TABLE.sortKeyName]])
}
