/**
 * An error of the local KMS: `name` and `status` are those of the real service, and so is the message where one is known. Messages
 * come from what AWS answered to the suites of other emulators, and from "Key state: Effect on your KMS key" in the KMS guide.
 */
export class KmsError extends Error {
  override readonly name: string
  /** The HTTP status that goes with it. */
  readonly status: number

  constructor(name: string, message: string, status = 400) {
    super(message)
    this.name = name
    this.status = status
  }
}

export function validationError(message: string): KmsError {
  return new KmsError('ValidationException', message)
}

/** The form of what AWS finds wrong before it looks at a key. */
export function constraintError(member: string, value: string | undefined, constraint: string): KmsError {
  const name = member.charAt(0).toLowerCase() + member.slice(1)
  const shown = value === undefined ? '' : value === 'null' ? ' null' : ` '${value}'`
  return validationError(`1 validation error detected: Value${shown} at '${name}' failed to satisfy constraint: Member must ${constraint}`)
}

export function enumError(member: string, value: string, allowed: readonly string[]): KmsError {
  return constraintError(member, value, `satisfy enum value set: [${allowed.join(', ')}]`)
}

export function serializationError(): KmsError {
  return new KmsError('SerializationException', '')
}

export function notFoundError(message: string): KmsError {
  return new KmsError('NotFoundException', message)
}

/** One error for every way in which a ciphertext can be wrong, without a message, as the real service answers. */
export function invalidCiphertextError(): KmsError {
  return new KmsError('InvalidCiphertextException', '')
}

/** KMS does not tell a key that is not there from one that is not yours. */
export const HIDDEN_RESOURCE =
  'because the resource does not exist in this Region, no resource-based policies allow access, ' +
  'or a resource-based policy explicitly denies access'

/**
 * @param caller - ARN of the caller
 * @param resource - the key's ARN; undefined when only the ciphertext named the key
 * @param reason - what IAM gives as the reason, from "because" on
 */
export function accessDeniedError(caller: string, operation: string, resource: string | undefined, reason: string): KmsError {
  const on = resource === undefined ? 'the resource associated with this ciphertext' : `resource: ${resource}`
  return new KmsError('AccessDeniedException', `User: ${caller} is not authorized to perform: kms:${operation} on ${on} ${reason}`)
}
