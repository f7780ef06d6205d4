// examples/ddbec.config.ts
// What `ddbec` is told of your tables: the options that your programs give to the encrypted client.
import { DirectKmsMaterialsProvider } from 'dynamodb-encryption-client/kms'

const actions = { attributes: { status: 'SIGN_ONLY', visits: 'DO_NOTHING' } } as const

export default {
  client: { region: 'eu-west-1' },
  tables: {
    People: {
      materialsProvider: new DirectKmsMaterialsProvider({ keyId: 'alias/people', region: 'eu-west-1' }),
      actions,
      // For `re-encrypt`: how items were protected before. What is left out is as above.
      former: { materialsProvider: new DirectKmsMaterialsProvider({ keyId: 'alias/people-2019', region: 'eu-west-1' }) },
    },
  },
}
