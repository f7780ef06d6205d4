// A PKCS#11 token, opened and logged in to: what every key in this folder works through.
import { DynamoDBEncryptionError } from 'dynamodb-encryption-client'
import pkcs11js, { type Handle, type PKCS11 } from 'pkcs11js'
import { SessionPool } from './session-pool.js'
import { unavailable } from './token-error.js'

export interface TokenOptions {
  /** Path of the vendor's PKCS#11 library, for AWS CloudHSM `/opt/cloudhsm/lib/libcloudhsm_pkcs11.so`. */
  readonly library: string
  readonly label: string
  /** For AWS CloudHSM the name of a crypto user, a colon and the password. */
  readonly pin: string
  /** Operations at once. More than Node has threads for (`UV_THREADPOOL_SIZE`, 4 by default) are no faster. */
  readonly sessions?: number
}

export type KeyKind = 'secret' | 'public' | 'private'

const CLASSES: Readonly<Record<KeyKind, number>> = {
  secret: pkcs11js.CKO_SECRET_KEY,
  public: pkcs11js.CKO_PUBLIC_KEY,
  private: pkcs11js.CKO_PRIVATE_KEY,
}

/** One of its library in a process: PKCS#11 libraries are opened once. */
export class Token {
  readonly pkcs11: PKCS11
  /** Never lent out. Looks keys up, and stays open: closing its last session logs a user out. */
  readonly #ownSession: Handle
  readonly #pool: SessionPool
  #closed = false

  private constructor(pkcs11: PKCS11, ownSession: Handle, pool: SessionPool) {
    this.pkcs11 = pkcs11
    this.#ownSession = ownSession
    this.#pool = pool
  }

  /** @throws `MATERIALS_UNAVAILABLE` where the library does not load, has no token of that label, or refuses the PIN */
  static open({ library, label, pin, sessions = 4 }: TokenOptions): Token {
    const pkcs11 = new pkcs11js.PKCS11()
    try {
      pkcs11.load(library)
      // Operations run in Node's thread pool, several at once.
      pkcs11.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK })
    } catch (error) {
      throw unavailable('be reached', error)
    }
    try {
      const slot = slotOf(pkcs11, label)
      // Read-write, though nothing is written: AWS CloudHSM's Client SDK 5 has no read-only sessions.
      const open = (): Handle => pkcs11.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION)
      const ownSession = open()
      pkcs11.C_Login(ownSession, pkcs11js.CKU_USER, pin)
      return new Token(pkcs11, ownSession, new SessionPool(sessions, open, (session) => pkcs11.C_CloseSession(session)))
    } catch (error) {
      pkcs11.C_Finalize()
      throw unavailable('be opened', error)
    }
  }

  /** @throws `INVALID_CONFIGURATION` unless the token holds exactly one key of that kind and label */
  findKey(kind: KeyKind, label: string): Handle {
    const { pkcs11 } = this
    pkcs11.C_FindObjectsInit(this.#ownSession, [
      { type: pkcs11js.CKA_CLASS, value: CLASSES[kind] },
      { type: pkcs11js.CKA_LABEL, value: label },
    ])
    const found = pkcs11.C_FindObjects(this.#ownSession, 2)
    pkcs11.C_FindObjectsFinal(this.#ownSession)
    const [key] = found
    if (key === undefined || found.length > 1) {
      const number = key === undefined ? 'no' : 'more than one'
      throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', `the PKCS#11 token holds ${number} ${kind} key labelled ${label}`)
    }
    return key
  }

  /** @throws whatever the binding does: CKR_ATTRIBUTE_SENSITIVE for what the token keeps to itself */
  attribute(object: Handle, type: number): Buffer {
    const [attribute] = this.pkcs11.C_GetAttributeValue(this.#ownSession, object, [{ type }])
    if (attribute === undefined) throw unavailable(`read the attribute ${type} of a key`)
    return attribute.value
  }

  /**
   * Lends a session for one operation.
   *
   * @throws `MATERIALS_UNAVAILABLE` once the token is closed
   */
  async use<T>(work: (session: Handle) => T | Promise<T>): Promise<T> {
    if (this.#closed) throw unavailable('be used: it is closed')
    return this.#pool.use(work)
  }

  /** Logs out once the operations under way have ended. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#pool.drain()
    this.pkcs11.C_Finalize()
  }
}

function slotOf(pkcs11: PKCS11, label: string): Handle {
  const slot = pkcs11.C_GetSlotList(true).find((each) => trimmed(pkcs11.C_GetTokenInfo(each).label) === label)
  if (slot === undefined) throw new Error(`there is no token labelled ${label}`)
  return slot
}

/** Labels have 32 characters, filled up with blanks; some libraries fill up with zeros. */
function trimmed(label: string): string {
  return label.replace(/[\0 ]+$/, '')
}
