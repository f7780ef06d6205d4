// Which attributes expressions and updates may use. Names of attributes begin with the letter of their action: E encrypted, S signed, N neither.

export type Letter = 'E' | 'S' | 'N'

export interface Scope {
  readonly name: 'plaintext' | 'everything'
  /** Attributes whose values conditions and filters may read. That an attribute exists may be asked of all. */
  readonly conditions: readonly Letter[]
  /** Attributes that updates may read and write. */
  readonly updates: readonly Letter[]
  /** The option of the encrypted client. Without it the client refuses what is not in the lists. */
  readonly localEvaluation: boolean
}

/** What DynamoDB can work out on what is stored. */
export const PLAINTEXT: Scope = { name: 'plaintext', conditions: ['S', 'N'], updates: ['N'], localEvaluation: false }
export const EVERYTHING: Scope = { name: 'everything', conditions: ['E', 'S', 'N'], updates: ['E', 'S', 'N'], localEvaluation: true }
