// Encrypt, decrypt, sign and verify in a token, each a single call, which runs in Node's thread pool.
import pkcs11js, { type Handle, type Mechanism } from 'pkcs11js'
import type { Token } from './token.js'
import { unavailable, wasTried } from './token-error.js'

/** Bytes of room for what an RSA key of 16384 bits makes or takes apart: SoftHSM wants a whole modulus, whatever comes of it. */
const RSA_ROOM = 2048

/** @throws `MATERIALS_UNAVAILABLE` */
export async function encrypt(token: Token, mechanism: Mechanism, key: Handle, plaintext: Uint8Array): Promise<Buffer> {
  const { pkcs11 } = token
  try {
    return await withCopy(plaintext, (input) =>
      token.use(async (session) => {
        pkcs11.C_EncryptInit(session, mechanism, key)
        return await pkcs11.C_EncryptAsync(session, input, Buffer.alloc(input.length + RSA_ROOM))
      }),
    )
  } catch (error) {
    throw unavailable('encrypt', error)
  }
}

/**
 * @returns undefined where the token says no, for whatever reason
 * @throws `MATERIALS_UNAVAILABLE`
 */
export async function decrypt(token: Token, mechanism: Mechanism, key: Handle, ciphertext: Uint8Array): Promise<Buffer | undefined> {
  const { pkcs11 } = token
  try {
    return await withCopy(ciphertext, (input) =>
      token.use(async (session) => {
        begin('decrypt', () => pkcs11.C_DecryptInit(session, mechanism, key))
        return await pkcs11.C_DecryptAsync(session, input, Buffer.alloc(input.length + RSA_ROOM))
      }),
    )
  } catch (error) {
    if (wasTried(error)) return undefined
    throw unavailable('decrypt', error)
  }
}

/** @throws `MATERIALS_UNAVAILABLE` */
export async function sign(token: Token, mechanism: Mechanism, key: Handle, data: Uint8Array): Promise<Buffer> {
  const { pkcs11 } = token
  try {
    return await withCopy(data, (input) =>
      token.use(async (session) => {
        pkcs11.C_SignInit(session, mechanism, key)
        return await pkcs11.C_SignAsync(session, input, Buffer.alloc(RSA_ROOM))
      }),
    )
  } catch (error) {
    throw unavailable('sign', error)
  }
}

/** The standard's two ways to say that a signature does not hold. Nothing secret is at stake: any other answer is passed on. */
const DOES_NOT_HOLD: ReadonlySet<number> = new Set([pkcs11js.CKR_SIGNATURE_INVALID, pkcs11js.CKR_SIGNATURE_LEN_RANGE])

/** @throws `MATERIALS_UNAVAILABLE` */
export async function verify(token: Token, mechanism: Mechanism, key: Handle, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const { pkcs11 } = token
  // Buffers of no bytes have no address, and libraries call what has none a wrong argument.
  if (signature.length === 0) return false
  try {
    return await withCopy(data, (input) =>
      withCopy(signature, (given) =>
        token.use(async (session) => {
          pkcs11.C_VerifyInit(session, mechanism, key)
          return await pkcs11.C_VerifyAsync(session, input, given)
        }),
      ),
    )
  } catch (error) {
    if (error instanceof pkcs11js.Pkcs11Error && DOES_NOT_HOLD.has(error.code)) return false
    throw unavailable('verify', error)
  }
}

/** What has not seen the data cannot say no to it. */
function begin(job: string, init: () => void): void {
  try {
    init()
  } catch (error) {
    throw unavailable(job, error)
  }
}

/**
 * A copy that lives until the operation has ended, and is wiped then. The binding hands a bare pointer to the thread that
 * works on it and keeps no hold of the Buffer (https://github.com/PeculiarVentures/pkcs11js/issues/121).
 */
async function withCopy<T>(bytes: Uint8Array, work: (copy: Buffer) => Promise<T>): Promise<T> {
  const copy = Buffer.from(bytes)
  try {
    return await work(copy)
  } finally {
    copy.fill(0)
  }
}
