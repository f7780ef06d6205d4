// An item through all three clients: written by each, read by the others, as they would by way of a table.
import { isDeepStrictEqual } from 'node:util'
import {
  ItemEncryptor,
  type AttributeActions,
  type EncryptionContext,
  type Item,
  type ItemEncryptorOptions,
} from 'dynamodb-encryption-client'
import type { ItemCase } from '../../test/support/arbitraries.js'
import { canonicalItem } from '../../test/support/canonical-form.js'
import { DESCRIPTION, SIGNATURE } from '../../test/support/reference-format.js'
import type { Counts } from './counts.js'
import {
  asDynamoDbReturns,
  expectedItem,
  pythonTakesNumbers,
  readingForms,
  signedBytes,
  signingForm,
  type ClientName,
} from './expectations.js'
import { NO_ANSWER } from './peer-process.js'
import type { Outcome, Peer, PeerSetup } from './peers.js'
import type { Peers } from './use-peers.js'
import type { InteropRow } from './rows.js'

export const DIRECTIONS = [
  'TypeScript to Java',
  'TypeScript to Python',
  'Java to TypeScript',
  'Java to Python',
  'Python to TypeScript',
  'Python to Java',
] as const

/** A client for one item: what it does to it, and how it is set up. */
export interface ItemClient {
  readonly name: ClientName
  encrypt(item: Item): Promise<Outcome>
  decrypt(item: Item): Promise<Outcome>
}

async function outcomeOf(work: () => Promise<Item>): Promise<Outcome> {
  try {
    return { item: await work() }
  } catch (error) {
    return { refusal: error instanceof Error && 'code' in error ? String(error.code) : String(error) }
  }
}

/** What the options are refused for is an outcome, too. */
export function ourClient(options: ItemEncryptorOptions): ItemClient {
  let made: ItemEncryptor | undefined
  const encryptor = (): ItemEncryptor => (made ??= new ItemEncryptor(options))
  return {
    name: 'TypeScript',
    encrypt: (item) => outcomeOf(() => encryptor().encryptItem(item)),
    decrypt: (item) => outcomeOf(() => encryptor().decryptItem(item)),
  }
}

/** Both libraries take a requested description from their provider; readers get none, since Java's Static provider would demand it. */
export function peerClient(peer: Peer, setup: PeerSetup, requested: Readonly<Record<string, string>> = {}): ItemClient {
  const { provider } = setup
  const hasDescription = provider.kind === 'static' || provider.kind === 'wrapped' || provider.kind === 'kms'
  const writing = hasDescription ? { ...provider, description: { ...provider.description, ...requested } } : provider
  const reading = hasDescription ? { ...provider, description: {} } : provider
  return {
    name: peer.name,
    encrypt: (item) => peer.encrypt(item, { ...setup, provider: writing }),
    decrypt: (item) => peer.decrypt(item, { ...setup, provider: reading }),
  }
}

/** The clients that have what the row and the case take. */
export function clientsFor(row: InteropRow, given: ItemCase, peers: Peers): ItemClient[] {
  const { actions, names, compatibility } = given
  const { materialDescription, ...context } = given.context
  const ours = ourClient({ materialsProvider: row.ours, actions, context: given.context, compatibility, ...names })
  const others = peers.both
    .filter(({ name }) => row.peers.includes(name) && (name === 'Java' || Object.keys(names).length === 0))
    .map((peer) => peerClient(peer, { provider: row.theirs, actions, context, names }, materialDescription))
  return [ours, ...others]
}

export type Situation = Pick<ItemCase, 'item' | 'actions' | 'compatibility' | 'names'> & { readonly context: EncryptionContext }

/** Why the writer is expected not to protect the item; undefined where it is. */
function notWritten(writer: ClientName, { item, actions }: Situation): string | undefined {
  if (writer === 'Python' && !pythonTakesNumbers(item, actions)) return 'not written: a number that boto3 has no room for'
  return undefined
}

/** Why the reader is expected to refuse; undefined where it is to read. */
function notRead(writer: ClientName, reader: ClientName, raw: Item, returned: Item, situation: Situation): string | undefined {
  const { actions, context, compatibility } = situation
  const [unsignedRaw, unsignedReturned] = [withoutReserved(raw, situation), withoutReserved(returned, situation)]
  if (reader === 'Python' && !signedNumbersFitPython(unsignedReturned, actions)) return 'refused: a number that boto3 has no room for'
  const written = signedBytes(unsignedRaw, actions, context.tableName, signingForm(writer, compatibility))
  const holds = readingForms(reader, compatibility).some((form) =>
    signedBytes(unsignedReturned, actions, context.tableName, form).equals(written),
  )
  return holds ? undefined : 'refused: signed in another form'
}

function signedNumbersFitPython(stored: Item, actions: AttributeActions): boolean {
  const signed = Object.entries(stored).filter(([name]) => actions.actionFor(name) === 'SIGN_ONLY')
  return pythonTakesNumbers(Object.fromEntries(signed), actions)
}

function withoutReserved(stored: Item, { names }: Situation): Item {
  const reserved = [names.signatureAttribute ?? SIGNATURE, names.materialDescriptionAttribute ?? DESCRIPTION]
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !reserved.includes(name)))
}

/** Java looks at the item's attributes, not at the configuration: with none that has an action it hands back what it was given. */
function javaPassesThrough(situation: Situation): boolean {
  return Object.keys(situation.item).every((name) => situation.actions.actionFor(name) === 'DO_NOTHING')
}

/**
 * Each client writes the item, each other reads it.
 *
 * @throws Error where a client does otherwise than expected
 */
export async function checkAllDirections(clients: readonly ItemClient[], situation: Situation, counts: Counts): Promise<void> {
  await Promise.all(clients.map((writer) => checkWriter(writer, clients, situation, counts)))
}

async function checkWriter(writer: ItemClient, clients: readonly ItemClient[], situation: Situation, counts: Counts): Promise<void> {
  const { item, actions } = situation
  const written = await writer.encrypt(item)
  const reason = notWritten(writer.name, situation)
  if ('refusal' in written) {
    assertAnswered(writer, written.refusal)
    if (reason === undefined) throw new Error(`${writer.name} does not write the item: ${written.refusal}`)
    counts.add(writer.name, reason)
    return
  }
  if (reason !== undefined) throw new Error(`${writer.name} writes an item that it was expected to refuse (${reason})`)
  const raw = written.item
  const returned = asDynamoDbReturns(raw)
  const emptyByJava = writer.name === 'Java' && Object.keys(item).length === 0
  await Promise.all(
    clients
      .filter((reader) => reader !== writer)
      .map(async (reader) => {
        const direction = `${writer.name} to ${reader.name}`
        const read = await reader.decrypt(returned)
        if ('refusal' in read) assertAnswered(reader, read.refusal)
        if (reader.name === 'Java' && javaPassesThrough(situation)) {
          assertSame(direction, read, returned)
          counts.add(direction, 'handed back unread: nothing in it has an action')
          return
        }
        const refused = emptyByJava ? 'refused: empty, and so not signed' : notRead(writer.name, reader.name, raw, returned, situation)
        if (refused === undefined) assertSame(direction, read, expectedItem(item, actions, writer.name, reader.name))
        else if ('item' in read) throw new Error(`${direction}: read, but expected to be ${refused}`)
        counts.add(direction, refused ?? 'read')
      }),
  )
}

/** A process that hangs or ends is no refusal. */
function assertAnswered({ name }: ItemClient, refusal: string): void {
  if (refusal.startsWith(NO_ANSWER)) throw new Error(`${name}: ${refusal}`)
}

function assertSame(direction: string, read: Outcome, expected: Item): void {
  if ('refusal' in read) throw new Error(`${direction}: refused with ${read.refusal}`)
  if (!isDeepStrictEqual(canonicalItem(read.item), canonicalItem(expected))) {
    throw new Error(`${direction}: read as ${JSON.stringify(canonicalItem(read.item))}, not as ${JSON.stringify(canonicalItem(expected))}`)
  }
}
