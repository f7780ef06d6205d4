// An error in one line: what is missing, and how to give it.
import { isDynamoDBEncryptionError } from '../errors.js'
import { isUsageError } from './usage-error.js'

const ADVICE: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'there is no such table here: check its name, --region and --endpoint',
  AccessDeniedException: 'the credentials lack a permission: docs/permissions.md lists them',
  CredentialsProviderError: 'no AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  UnrecognizedClientException: 'AWS does not know these credentials: check AWS_PROFILE or AWS_ACCESS_KEY_ID',
  InvalidSignatureException: 'AWS does not accept these credentials: check AWS_SECRET_ACCESS_KEY, and the clock',
  ExpiredTokenException: 'the credentials have expired: sign in again',
  ResourceInUseException: 'the table exists already, or is being changed',
  ECONNREFUSED: 'nothing answers there: check --endpoint, and that the server runs',
  ENOTFOUND: 'there is no such host: check --region and --endpoint',
  ENOENT: 'there is no such file or folder',
  EACCES: 'the file may not be read or written',
}

/** No stack trace; no value of any attribute. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error))
  if (isUsageError(error)) return error.message
  if (isDynamoDBEncryptionError(error)) {
    const { cause } = error
    const why = cause instanceof Error && !error.message.includes(cause.name) ? ` (${describeError(cause)})` : ''
    return oneLine(`${error.code}: ${error.message}${why}`)
  }
  if (/region is missing/i.test(error.message)) return 'no AWS Region is known: give --region, or set AWS_REGION'
  const code: unknown = 'code' in error ? error.code : undefined
  const name = typeof code === 'string' && Object.hasOwn(ADVICE, code) ? code : error.name
  const advice = Object.hasOwn(ADVICE, name) ? ADVICE[name] : undefined
  return oneLine(advice === undefined ? `${name}: ${error.message}` : `${advice} (${name}: ${error.message})`)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim()
}
