/**
 * What a client of the AWS SDK needs to reach a local server: hand it to `new KMSClient(config)` or `new DynamoDBClient(config)`.
 * A plain object, so that this entry point asks for no SDK package.
 */
export interface LocalClientConfig {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** The Region of a client that names none. */
export const DEFAULT_REGION = 'us-east-1'

/** Signs requests whose signature nobody checks. DynamoDB Local takes only letters and digits in an access key id. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const
