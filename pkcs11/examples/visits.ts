// pkcs11/examples/visits.ts
import { ItemEncryptor, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { Pkcs11EcdsaSigningKey } from '../src/pkcs11-ecdsa-signing-key.js'
import { Pkcs11RsaWrappingKey } from '../src/pkcs11-rsa-wrapping-key.js'
import { ecPublicKey, rsaPublicKey } from '../src/public-key.js'
import type { Token } from '../src/token.js'

const OAEP = 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding'

/** What takes a private key is done in the token: one call to write an item, one to read it. The public halves work here. */
export function visitsEncryptor(token: Token): ItemEncryptor {
  const wrapping = { publicKey: token.findKey('public', 'visits-wrapping'), privateKey: token.findKey('private', 'visits-wrapping') }
  const signing = { publicKey: token.findKey('public', 'visits-signing'), privateKey: token.findKey('private', 'visits-signing') }
  return new ItemEncryptor({
    materialsProvider: new WrappedMaterialsProvider({
      wrappingKey: LocalKey.rsaWrapping({ publicKey: rsaPublicKey(token, wrapping.publicKey) }, OAEP),
      unwrappingKey: new Pkcs11RsaWrappingKey(token, { privateKey: wrapping.privateKey }, OAEP),
      signingKey: new Pkcs11EcdsaSigningKey(token, signing),
      verificationKey: LocalKey.ecdsaSigning({ publicKey: ecPublicKey(token, signing.publicKey) }),
    }),
    actions: { attributes: { patientId: 'SIGN_ONLY', visit: 'SIGN_ONLY' } },
    context: { tableName: 'Visits', partitionKeyName: 'patientId', sortKeyName: 'visit' },
  })
}
