// What the command has of its process: main.ts gives the real one, tests their own.

export interface CliOutput {
  write(text: string | Uint8Array): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  hasColors?(): boolean
  /** Resolves once the reader has caught up. */
  drained?(): Promise<void>
}

export interface CliIo {
  readonly stdin: AsyncIterable<Uint8Array | string>
  /** Results: what a script reads. */
  readonly stdout: CliOutput
  /** Progress and errors. */
  readonly stderr: CliOutput
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where a config file is looked for. */
  readonly folder: string
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal
}
