// The demo, step by step: write and read, look at one item, tamper with it, measure.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { AttributeActions, CryptographicMaterialsProvider, ItemEncryptor } from 'dynamodb-encryption-client'
import { startLocalDynamoDb } from 'dynamodb-encryption-client/testing'
import { sameItem, typesIn } from './compare.js'
import { withTheOneLine } from './one-line.js'
import { makePeople, TABLE } from './people.js'
import { counted, fit, Printer, type Output } from './print.js'
import { EVERY_TYPE, writeAndRead } from './round-trip.js'
import { rotateUnderKms } from './rotation.js'
import { printSideBySide } from './side-by-side.js'
import { measureSpeed } from './speed.js'
import { Table } from './table.js'
import { read, tamper, type Outcome } from './tampering.js'

export interface DemoOptions {
  readonly output: Output
  readonly encryptor: ItemEncryptor
  /** The encryptor's. */
  readonly materialsProvider: CryptographicMaterialsProvider
  readonly actions: AttributeActions
  readonly people: number
  /** How many items go into the table under a KMS key. */
  readonly underKms: number
  readonly speedMilliseconds: number
}

/** @returns what was not as it should be, a sentence each */
export async function runDemo(options: DemoOptions): Promise<string[]> {
  const { output, encryptor, materialsProvider, actions, people: count, underKms, speedMilliseconds } = options
  const db = await startLocalDynamoDb()
  const client = new DynamoDBClient(db.clientConfig)
  try {
    const printer = new Printer(output)
    const { tableName, partitionKeyName, sortKeyName } = TABLE
    const table = await Table.create(client, tableName, partitionKeyName, sortKeyName)
    const archive = await Table.create(client, 'Archive', partitionKeyName, sortKeyName)
    const people = makePeople(count)

    printer.heading('1  A program with the document client, and the same with one line more')
    printer.fact('server', `${db.kind}, in this process, at ${db.endpoint}`)
    const oneLineProblems = await withTheOneLine(printer, client, materialsProvider, actions)

    printer.heading(`2  Write ${counted(count)} people, read them back`)
    const roundTripProblems = await writeAndRead(printer, table, encryptor, actions, people)

    const person = people.find((candidate) => typesIn(Object.values(candidate)).size === EVERY_TYPE.length) ?? {}
    const stored = await table.get(person)
    printer.heading('3  One of them, side by side')
    const seen = await encryptor.decryptItem(stored)
    printSideBySide(printer, actions, person, stored, seen)

    printer.heading('4  Someone who can write to the table, and has no key, ...')
    const outcomes = await tamper(stored, table, archive, encryptor)
    for (const outcome of outcomes) printOutcome(printer, outcome)
    const after = await read(await table.get(person), table.name, encryptor)
    const reads = after.kind === 'read' && sameItem(after.item, person)
    printer.row([
      { text: 'puts back what was there', width: WHAT_WIDTH },
      { text: reads ? 'read' : 'NOT READ', width: VERDICT_WIDTH, style: reads ? 'good' : 'bad' },
      { text: reads ? 'as written' : '', width: 30 },
    ])
    printer.line()
    for (const message of new Set(outcomes.flatMap(({ result }) => (result.kind === 'error' ? [result.message] : [])))) {
      printer.fact('in full', message)
    }

    printer.heading('5  Speed: this process, one thread, the items above')
    const { encrypt, decrypt } = await measureSpeed(encryptor, people, speedMilliseconds)
    printer.fact('encrypt', `${counted(Math.round(encrypt))} items a second`)
    printer.fact('decrypt', `${counted(Math.round(decrypt))} items a second`)
    printer.fact('', 'npm run bench compares with the bare cryptography.')

    printer.heading(`6  Keys that rotate, under a KMS key: ${counted(underKms)} items`)
    const rotationProblems = await rotateUnderKms(printer, client, actions, makePeople(underKms))

    const problems = [
      ...oneLineProblems,
      ...roundTripProblems,
      ...rotationProblems,
      ...(sameItem(seen, person) ? [] : ['the item shown differs from what was written']),
      ...outcomes.filter((outcome) => !isRefused(outcome)).map(({ what }) => `not refused: someone ${what}`),
      ...(reads ? [] : ['the item could not be read again after it was put back']),
    ]
    printer.heading(problems.length === 0 ? 'All as it should be.' : 'NOT as it should be:')
    for (const problem of problems) printer.fact('', problem, 'bad')
    return problems
  } finally {
    client.destroy()
    await db.close()
  }
}

const WHAT_WIDTH = 25
const VERDICT_WIDTH = 8

function printOutcome(printer: Printer, outcome: Outcome): void {
  const { what, result } = outcome
  const refused = isRefused(outcome)
  const error = result.kind === 'read' ? 'the item was returned' : `${result.code ?? 'unexpected'}: ${result.message}`
  printer.row([
    { text: what, width: WHAT_WIDTH },
    { text: refused ? 'refused' : result.kind === 'read' ? 'ACCEPTED' : 'FAILED', width: VERDICT_WIDTH, style: refused ? 'good' : 'bad' },
    { text: fit(error, printer.width - WHAT_WIDTH - VERDICT_WIDTH - 6), width: printer.width - WHAT_WIDTH - VERDICT_WIDTH - 6 },
  ])
}

/** Only the error that is meant for it counts: an item that fails in any other way might fail unharmed as well. */
function isRefused({ result }: Outcome): boolean {
  return result.kind === 'error' && result.code === 'SIGNATURE_MISMATCH'
}
