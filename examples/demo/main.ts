// `npm run demo`: a thousand people go into a DynamoDB table encrypted, come back, and nobody can change one unnoticed.
import { ItemEncryptor, LocalKey, WrappedMaterialsProvider } from 'dynamodb-encryption-client'
import { ACTIONS, TABLE } from './people.js'
import { runDemo } from './run.js'

// On Node 20 the SDK announces, in the middle of the output, when it will stop supporting it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

// A fresh content key encrypts each item and is stored with it, wrapped by this AES key; the HMAC key signs.
const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const encryptor = new ItemEncryptor({ materialsProvider, actions: ACTIONS, context: TABLE })

const problems = await runDemo({
  output: process.stdout,
  encryptor,
  materialsProvider,
  actions: ACTIONS,
  people: 1000,
  underKms: 10_000,
  speedMilliseconds: 1000,
})
process.exitCode = problems.length === 0 ? 0 : 1
