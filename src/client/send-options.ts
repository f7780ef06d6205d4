// The options that the SDK's send takes, for the plugin's own requests.

/** With options a client with `cacheMiddleware` resolves its handler anew, so there are none without need. */
export function sendOptions(signal: AbortSignal | undefined): { readonly abortSignal: AbortSignal } | undefined {
  return signal === undefined ? undefined : { abortSignal: signal }
}
