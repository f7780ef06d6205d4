// What the two servers can do, and what is left out on dynalite.
import { OPERATIONS, type OperationName } from './call.js'
import { EVERYTHING, PLAINTEXT, type Scope } from './scope.js'
import { INVALID_ROWS } from './invalid-kinds.js'

export interface Server {
  readonly name: 'DynamoDB Local' | 'dynalite'
  /** Where it is given, every run has this seed: what a server does otherwise than DynamoDB would come up at random. */
  readonly seed: number | undefined
  /** Programs take turns with them. Expressions that are worked out here have DynamoDB Local's rules, from which dynalite differs. */
  readonly scopes: readonly [Scope, ...Scope[]]
  /** How many programs are a full run. */
  readonly programs: number
  /** How often a full run meets each thing. */
  readonly leastOfEach: number
  readonly operations: readonly OperationName[]
  readonly invalidKinds: readonly string[]
  /** Errors that come of valid requests, by name. */
  readonly errors: readonly string[]
  /** Whether messages are compared, or names of errors alone. */
  readonly comparesMessages: boolean
  readonly takesArns: boolean
  /** Whether it knows ReturnValuesOnConditionCheckFailure. */
  readonly returnsItemsOnFailure: boolean
  /** Whether the older parameters compare values that are no scalars and no sets. */
  readonly comparesDocuments: boolean
  /** Whether a local index gives what it lacks from the table. */
  readonly readsPartialIndexes: boolean
  /** Options and features that a run does not meet. */
  readonly leftOut: readonly string[]
}

export const DYNAMODB_LOCAL: Server = {
  name: 'DynamoDB Local',
  seed: undefined,
  scopes: [EVERYTHING, PLAINTEXT],
  programs: 2000,
  leastOfEach: 50,
  operations: OPERATIONS,
  invalidKinds: [...INVALID_ROWS.keys()],
  errors: [
    'ConditionalCheckFailedException',
    'ConditionalCheckFailedException with item',
    'TransactionCanceledException',
    'TransactionCanceledException with item',
    'ResourceNotFoundException',
    'ValidationException',
  ],
  comparesMessages: true,
  takesArns: true,
  returnsItemsOnFailure: true,
  comparesDocuments: true,
  readsPartialIndexes: true,
  leftOut: [],
}

/** Kinds of faults that dynalite does not see, or tells with another error than the checks here, which follow DynamoDB Local. */
const UNSEEN_BY_DYNALITE: readonly string[] = [
  'more than 32 levels',
  'empty index key',
  'nothing to join',
  'empty name in a map',
  'attributes that the index lacks',
  'filter that the index lacks',
  'Select',
  'two actions in one',
  'more than 100 options',
  'more than 300 operators',
  'longer than 4 KB',
  'nested too deep',
  'list index',
  'order of a Boolean',
  'empty name',
  'empty key',
  'ReturnValues',
  'segments',
]

export const DYNALITE: Server = {
  name: 'dynalite',
  seed: 1,
  scopes: [PLAINTEXT],
  programs: 20,
  leastOfEach: 1,
  operations: OPERATIONS.filter((operation) => !operation.startsWith('Transact')),
  invalidKinds: [...INVALID_ROWS.keys()].filter((kind) => !UNSEEN_BY_DYNALITE.includes(kind)),
  errors: ['ConditionalCheckFailedException', 'ResourceNotFoundException', 'ValidationException'],
  comparesMessages: false,
  takesArns: false,
  returnsItemsOnFailure: false,
  comparesDocuments: false,
  readsPartialIndexes: false,
  leftOut: ['table by ARN'],
}
