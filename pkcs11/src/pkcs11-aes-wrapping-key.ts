// An AES wrapping key in a token: RFC 3394 key wrap, the format's AESWrap.
import type { WrappingKey } from 'dynamodb-encryption-client'
import pkcs11js, { type Handle, type Template } from 'pkcs11js'
import type { Token } from './token.js'
import { unavailable, wasTried } from './token-error.js'

/** RFC 3394 adds eight bytes. */
const WRAP_ADDS_BYTES = 8

/** A content key while it is in the token: an object of the session, gone with it at the latest. */
const CONTENT_KEY: Template = [
  { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
  { type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_AES },
  { type: pkcs11js.CKA_TOKEN, value: false },
  { type: pkcs11js.CKA_EXTRACTABLE, value: true },
]

/**
 * PKCS#11 wraps and unwraps objects, not bytes. The content key, which this library has made, becomes an object to be wrapped,
 * and an unwrapped object is read out; the wrapping key stays where it is.
 *
 * These calls block the event loop while the token works: the binding's asynchronous ones lose memory at each call
 * (https://github.com/PeculiarVentures/pkcs11js/issues/120), and objects have none. Over a network prefer an RSA wrapping key.
 */
export class Pkcs11AesWrappingKey implements WrappingKey {
  readonly algorithm = 'AESWrap'
  readonly #token: Token
  readonly #key: Handle
  readonly #mechanism: number

  /**
   * @param key - an AES key with CKA_WRAP and CKA_UNWRAP, and without CKA_DECRYPT: who may use both reads whatever it wraps
   * @param mechanism - RFC 3394 without padding; AWS CloudHSM has a number of its own for it, CKM_CLOUDHSM_AES_KEY_WRAP_NO_PAD
   */
  constructor(token: Token, key: Handle, mechanism: number = pkcs11js.CKM_AES_KEY_WRAP) {
    this.#token = token
    this.#key = key
    this.#mechanism = mechanism
  }

  async wrap(key: Uint8Array): Promise<Uint8Array> {
    const { pkcs11 } = this.#token
    return this.#token.use((session) => {
      const value = Buffer.from(key)
      try {
        const object = pkcs11.C_CreateObject(session, [
          ...CONTENT_KEY,
          { type: pkcs11js.CKA_SENSITIVE, value: true },
          { type: pkcs11js.CKA_VALUE, value },
        ])
        try {
          const room = Buffer.alloc(key.length + WRAP_ADDS_BYTES)
          return pkcs11.C_WrapKey(session, { mechanism: this.#mechanism }, this.#key, object, room)
        } finally {
          pkcs11.C_DestroyObject(session, object)
        }
      } catch (error) {
        throw unavailable('wrap', error)
      } finally {
        value.fill(0)
      }
    })
  }

  async unwrap(wrapped: Uint8Array): Promise<Uint8Array> {
    const { pkcs11 } = this.#token
    return this.#token.use((session) => {
      const object = this.#unwrapped(session, Buffer.from(wrapped))
      try {
        const [attribute] = pkcs11.C_GetAttributeValue(session, object, [{ type: pkcs11js.CKA_VALUE }])
        if (attribute === undefined) throw new Error('no value')
        return attribute.value
      } catch (error) {
        throw unavailable('hand out the key that it unwrapped', error)
      } finally {
        pkcs11.C_DestroyObject(session, object)
      }
    })
  }

  #unwrapped(session: Handle, wrapped: Buffer): Handle {
    try {
      const template = [...CONTENT_KEY, { type: pkcs11js.CKA_SENSITIVE, value: false }]
      return this.#token.pkcs11.C_UnwrapKey(session, { mechanism: this.#mechanism }, this.#key, wrapped, template)
    } catch (error) {
      throw wasTried(error) ? new Error('the token did not unwrap it') : unavailable('unwrap', error)
    }
  }
}
