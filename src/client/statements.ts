// PartiQL: DynamoDB works a statement out on what is stored, so one that names an encrypted table is refused.
import type {
  BatchExecuteStatementCommandInput,
  BatchExecuteStatementCommandOutput,
  ExecuteStatementCommandInput,
  ExecuteStatementCommandOutput,
  ExecuteTransactionCommandInput,
  ExecuteTransactionCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBEncryptionError } from '../errors.js'
import type { Call, Reply } from './call.js'

export async function executeStatement(
  input: ExecuteStatementCommandInput,
  call: Call<ExecuteStatementCommandInput, ExecuteStatementCommandOutput>,
): Promise<Reply> {
  assertNamesNoProtectedTable([input.Statement], call)
  return call.send(input)
}

export async function batchExecuteStatement(
  input: BatchExecuteStatementCommandInput,
  call: Call<BatchExecuteStatementCommandInput, BatchExecuteStatementCommandOutput>,
): Promise<Reply> {
  assertNamesNoProtectedTable(
    (input.Statements ?? []).map(({ Statement }) => Statement),
    call,
  )
  return call.send(input)
}

export async function executeTransaction(
  input: ExecuteTransactionCommandInput,
  call: Call<ExecuteTransactionCommandInput, ExecuteTransactionCommandOutput>,
): Promise<Reply> {
  assertNamesNoProtectedTable(
    (input.TransactStatements ?? []).map(({ Statement }) => Statement),
    call,
  )
  return call.send(input)
}

/**
 * A statement can name a table only by the letters of its name, so one in which they do not occur cannot. That refuses too much, as where
 * the name is a word of a text, and never too little.
 */
function assertNamesNoProtectedTable(statements: readonly (string | undefined)[], { tables }: Pick<Call<never, never>, 'tables'>): void {
  const names = tables.protectedNames
  if (names !== undefined && !statements.some((statement) => statement !== undefined && names.some((name) => occursIn(statement, name))))
    return
  throw new DynamoDBEncryptionError(
    'OPERATION_NOT_SUPPORTED',
    'a PartiQL statement that names an encrypted table, or may name one: DynamoDB would work it out on ciphertext. Use the operations that ' +
      'are not PartiQL; for tables that are not encrypted, name the encrypted ones in tables, with otherTables: passThrough.',
  )
}

/** As a name of its own, not as a part of a longer one. */
function occursIn(statement: string, name: string): boolean {
  for (let at = statement.indexOf(name); at !== -1; at = statement.indexOf(name, at + 1)) {
    if (!/[\w-]/.test(statement.charAt(at - 1)) && !/[\w-]/.test(statement.charAt(at + name.length))) return true
  }
  return false
}
