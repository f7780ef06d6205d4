// An abort rejects with the signal's reason, where the SDK has an error of its own.

/** The options that `send` of the SDK's clients takes. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal
}

/** @throws the signal's reason when it aborts; what `send` throws */
export async function abortable<T>(signal: AbortSignal | undefined, send: (options: SendOptions) => Promise<T>): Promise<T> {
  if (signal === undefined) return send({})
  signal.throwIfAborted()
  try {
    return await send({ abortSignal: signal })
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') signal.throwIfAborted()
    throw error
  }
}
