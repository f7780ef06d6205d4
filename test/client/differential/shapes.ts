// The tables of the suite: their keys, indexes, attributes and attribute actions.
import type { Actions, AttributeAction, AttributeActionsOptions, Item } from 'dynamodb-encryption-client'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Letter } from './scope.js'
import type { ValueType } from './values.js'

/** An attribute that items may have. Its name's first letter says its action: see scope.ts. */
export interface AttributeRow {
  readonly name: string
  readonly letter: Letter
  /** The type it mostly has; undefined for any. */
  readonly type: ValueType | undefined
}

const LETTERS: readonly Letter[] = ['E', 'S', 'N']
const TYPE_NAMES: Readonly<Record<string, ValueType>> = {
  Text: 'S',
  Number: 'N',
  Bytes: 'B',
  Texts: 'SS',
  Numbers: 'NS',
  Binaries: 'BS',
  List: 'L',
  Map: 'M',
  Flag: 'BOOL',
  Nothing: 'NULL',
}

/** `eText` … `nNothing`, and for each letter a name that only `#` can write. */
export const ATTRIBUTES: readonly AttributeRow[] = LETTERS.flatMap((letter) => [
  ...Object.entries(TYPE_NAMES).map(([name, type]) => ({ name: `${letter.toLowerCase()}${name}`, letter, type })),
  { name: `${letter.toLowerCase()}.dot`, letter, type: 'M' as const },
  { name: `${letter.toLowerCase()} odd é`, letter, type: undefined },
])

const ACTION: Readonly<Record<Letter, AttributeAction>> = { E: 'ENCRYPT_AND_SIGN', S: 'SIGN_ONLY', N: 'DO_NOTHING' }

export interface KeyAttribute {
  readonly name: string
  readonly type: 'S' | 'N' | 'B'
  /** Values that programs use. */
  readonly values: readonly [AttributeValue, ...AttributeValue[]]
}

export interface IndexShape {
  readonly name: string
  readonly kind: 'local' | 'global'
  readonly keys: readonly [KeyAttribute, ...KeyAttribute[]]
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'
  readonly included?: readonly string[]
}

export type ShapeName = 'hash-string' | 'hash-number' | 'hash-binary' | 'hash-range' | 'indexed' | 'entities'

export interface TableShape {
  readonly name: ShapeName
  readonly keys: readonly [KeyAttribute, ...KeyAttribute[]]
  readonly indexes: readonly IndexShape[]
  readonly provider: 'static' | 'wrapped'
  readonly actions: Actions
  readonly partialIndexReads: 'refuse' | 'fetch'
  /**
   * The letter of an attribute in the item with this key; without a key, in all items that a filter may meet, or undefined where that is
   * not the same in all. `open`: the item is not protected.
   */
  letterOf(name: string, key: Item | undefined): Letter | 'open' | undefined
}

const texts = (...values: readonly [string, ...string[]]): KeyAttribute['values'] => {
  const [first, ...rest] = values
  return [{ S: first }, ...rest.map((S) => ({ S }))]
}

const PK: KeyAttribute = { name: 'pk', type: 'S', values: texts('a', 'b', 'key é', 'a.b') }
const SK: KeyAttribute = { name: 'sk', type: 'S', values: texts('1', '10', '2', 'x', 'xy') }
const SK_NUMBER: KeyAttribute = {
  name: 'sk',
  type: 'N',
  values: [{ N: '1' }, { N: '2.50' }, { N: '-3' }, { N: '1e2' }, { N: '0.001' }],
}

// Keys of secondary indexes, one of which is not signed.
const GROUP: KeyAttribute = { name: 'sGroup', type: 'S', values: texts('red', 'green') }
const RANK: KeyAttribute = { name: 'sRank', type: 'N', values: [{ N: '1' }, { N: '2' }, { N: '3.0' }] }
const TEAM: KeyAttribute = { name: 'nTeam', type: 'S', values: texts('one', 'two') }
const DAY: KeyAttribute = { name: 'nDay', type: 'S', values: texts('mon', 'tue', 'tues') }

const named = (letters: readonly Letter[]): Record<string, AttributeAction> =>
  Object.fromEntries(
    [
      ...ATTRIBUTES,
      ...[GROUP, RANK].map(({ name }) => ({ name, letter: 'S' as const })),
      ...[TEAM, DAY].map(({ name }) => ({ name, letter: 'N' as const })),
      // Which no item has.
      { name: 'nAbsent', letter: 'N' as const },
    ]
      .filter(({ letter }) => letters.includes(letter))
      .map(({ name, letter }) => [name, ACTION[letter]]),
  )

const ENCRYPTS_BY_DEFAULT: AttributeActionsOptions = { attributes: named(['S', 'N']) }
const SIGNS_BY_DEFAULT: AttributeActionsOptions = { default: 'SIGN_ONLY', attributes: named(['E', 'N']) }
const LEAVES_BY_DEFAULT: AttributeActionsOptions = { default: 'DO_NOTHING', attributes: named(['E', 'S']) }
const SIGNS_ONLY: AttributeActionsOptions = { default: 'SIGN_ONLY', attributes: named(['N']) }

const letterOfName = (name: string): Letter => {
  const letter = name.charAt(0).toUpperCase()
  return letter === 'S' || letter === 'N' ? letter : 'E'
}
const byName =
  (keys: readonly KeyAttribute[], keyLetter: Letter): TableShape['letterOf'] =>
  (name) =>
    keys.some((key) => key.name === name) ? keyLetter : letterOfName(name)

/** Entities of a single table: their partition keys say how they are protected. */
const ENTITY: KeyAttribute = { name: 'pk', type: 'S', values: texts('mixed', 'signed', 'open', 'mixed#2') }
const entityOf = (key: Item | undefined): string | undefined => key?.['pk']?.S

export const SHAPES: Readonly<Record<ShapeName, TableShape>> = {
  'hash-string': {
    name: 'hash-string',
    keys: [{ ...PK, values: texts('a', 'b', 'c', 'key é', 'a.b', 'f', 'g') }],
    indexes: [],
    provider: 'static',
    actions: ENCRYPTS_BY_DEFAULT,
    partialIndexReads: 'refuse',
    letterOf: byName([PK], 'S'),
  },
  'hash-number': {
    name: 'hash-number',
    keys: [{ name: 'id', type: 'N', values: [{ N: '1' }, { N: '2.50' }, { N: '-3' }, { N: '1e2' }, { N: '0' }, { N: '7' }] }],
    indexes: [],
    provider: 'static',
    actions: SIGNS_BY_DEFAULT,
    partialIndexReads: 'refuse',
    letterOf: byName([{ ...PK, name: 'id' }], 'S'),
  },
  'hash-binary': {
    name: 'hash-binary',
    keys: [{ name: 'pk', type: 'B', values: [{ B: bytes(0) }, { B: bytes(1, 2) }, { B: bytes(1, 2, 3) }, { B: bytes(255) }] }],
    indexes: [{ name: 'refused', kind: 'global', keys: [TEAM], projection: 'KEYS_ONLY' }],
    provider: 'wrapped',
    actions: ENCRYPTS_BY_DEFAULT,
    partialIndexReads: 'refuse',
    letterOf: byName([PK], 'S'),
  },
  'hash-range': {
    name: 'hash-range',
    keys: [PK, SK_NUMBER],
    indexes: [],
    provider: 'static',
    actions: LEAVES_BY_DEFAULT,
    partialIndexReads: 'refuse',
    letterOf: byName([PK, SK_NUMBER], 'N'),
  },
  indexed: {
    name: 'indexed',
    keys: [PK, SK],
    indexes: [
      { name: 'localAll', kind: 'local', keys: [PK, RANK], projection: 'ALL' },
      { name: 'localKeys', kind: 'local', keys: [PK, RANK], projection: 'KEYS_ONLY' },
      { name: 'localParts', kind: 'local', keys: [PK, DAY], projection: 'INCLUDE', included: ['eText', 'sMap', 'nNumber'] },
      { name: 'globalAll', kind: 'global', keys: [GROUP, RANK], projection: 'ALL' },
      { name: 'globalKeys', kind: 'global', keys: [TEAM], projection: 'KEYS_ONLY' },
      { name: 'globalParts', kind: 'global', keys: [GROUP, DAY], projection: 'INCLUDE', included: ['eMap', 'sNumber', 'nText'] },
    ],
    provider: 'static',
    actions: ENCRYPTS_BY_DEFAULT,
    partialIndexReads: 'fetch',
    letterOf: byName([PK, SK], 'S'),
  },
  entities: {
    name: 'entities',
    keys: [ENTITY, SK],
    indexes: [],
    provider: 'wrapped',
    actions: (key) => {
      const entity = entityOf(key)
      return entity === 'open' ? 'unprotected' : entity === 'signed' ? SIGNS_ONLY : ENCRYPTS_BY_DEFAULT
    },
    partialIndexReads: 'refuse',
    letterOf: (name, key) => {
      if (name === 'pk' || name === 'sk') return 'S'
      const entity = entityOf(key)
      if (entity === undefined) return undefined
      const letter = letterOfName(name)
      return entity === 'open' ? 'open' : entity === 'signed' && letter === 'E' ? 'S' : letter
    },
  },
}

export const SHAPE_NAMES: readonly ShapeName[] = ['hash-string', 'hash-number', 'hash-binary', 'hash-range', 'indexed', 'entities']

function bytes(...members: readonly number[]): Uint8Array {
  return new Uint8Array(members)
}

/** The keys of a table's secondary indexes, each attribute once. */
export function indexKeys({ indexes, keys }: TableShape): KeyAttribute[] {
  const byAttribute = new Map(indexes.flatMap((index) => index.keys.map((key) => [key.name, key])))
  for (const { name } of keys) byAttribute.delete(name)
  return [...byAttribute.values()]
}
