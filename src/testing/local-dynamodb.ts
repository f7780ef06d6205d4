import { DEFAULT_REGION, LOCAL_CREDENTIALS, type LocalClientConfig } from './client-config.js'
import { startDynalite } from './dynalite-server.js'
import { startDynamoDbLocal, type DynamoDbLocalPlace } from './dynamodb-local-process.js'

/** Options of {@link startLocalDynamoDb} for dynalite in this process. */
export interface DynaliteOptions {
  /** The Region of `clientConfig`; `us-east-1` unless given. */
  readonly region?: string
  readonly endpoint?: never
  readonly jar?: never
  readonly classpath?: never
}

/** Options of {@link startLocalDynamoDb} for a server that is running already: DynamoDB Local in Docker, say. */
export interface RunningDynamoDbOptions {
  /** Its URL: `http://127.0.0.1:8000`. */
  readonly endpoint: string
  /** The Region of `clientConfig`; `us-east-1` unless given. Without `-sharedDb` DynamoDB Local keeps a database for each. */
  readonly region?: string
  readonly jar?: never
  readonly classpath?: never
}

/** Options of {@link startLocalDynamoDb} for DynamoDB Local in a process of its own: `jar` or `classpath` says where it is. */
export type DynamoDbLocalOptions = DynamoDbLocalPlace & {
  /** The Region of `clientConfig`; `us-east-1` unless given. */
  readonly region?: string
  readonly endpoint?: never
  /** The folder of the native library of sqlite4java; for a `jar` the folder `DynamoDBLocal_lib` beside it unless given. */
  readonly libraryPath?: string
  /** The command that runs Java, 17 or later; `java` unless given. */
  readonly java?: string
  /** More arguments for the JVM: `['-Xmx512m']`. */
  readonly javaArgs?: readonly string[]
  /** Milliseconds until it must answer; 30,000 unless given. */
  readonly startTimeoutMs?: number
}

/** Options of {@link startLocalDynamoDb}: without `endpoint`, `jar` and `classpath` it runs dynalite. */
export type LocalDynamoDbOptions = DynaliteOptions | RunningDynamoDbOptions | DynamoDbLocalOptions

/** A DynamoDB for tests. */
export interface LocalDynamoDb {
  /**
   * - `dynalite`: in this process. No transactions and no PartiQL; an attribute named `__proto__` breaks it.
   * - `dynamodb-local`: a process that `close` ends. Without `close` it may outlive this process.
   * - `endpoint`: somebody else's, which `close` leaves alone.
   */
  readonly kind: 'dynalite' | 'dynamodb-local' | 'endpoint'
  readonly endpoint: string
  /** What `new DynamoDBClient()` takes. */
  readonly clientConfig: LocalClientConfig
  /** Stops what was started, its tables with it. Nothing happens the second time. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

interface Started {
  readonly endpoint: string
  readonly close: () => Promise<void>
}

async function start(options: LocalDynamoDbOptions, region: string): Promise<Started & Pick<LocalDynamoDb, 'kind'>> {
  if (options.endpoint !== undefined) return { kind: 'endpoint', endpoint: options.endpoint, close: async () => undefined }
  if (options.jar === undefined && options.classpath === undefined) return { kind: 'dynalite', ...(await startDynalite()) }
  const { libraryPath, java = 'java', javaArgs = [], startTimeoutMs = 30_000 } = options
  const settings = { region, libraryPath, java, javaArgs, startTimeoutMs }
  return { kind: 'dynamodb-local', ...(await startDynamoDbLocal(options, settings)) }
}

/**
 * Starts a DynamoDB for tests: dynalite in this process, or DynamoDB Local, or one that is running already. Each call is a database of
 * its own, so that suites run side by side.
 *
 * @throws Error that says how to install dynalite when it is asked for and missing; with what DynamoDB Local printed when it does not start
 *
 * @example
 * ```ts
 * const db = await startLocalDynamoDb()
 * const client = new DynamoDBClient(db.clientConfig)
 * afterAll(() => db.close())
 * ```
 */
export async function startLocalDynamoDb(options: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const region = options.region ?? DEFAULT_REGION
  const { kind, endpoint, close } = await start(options, region)
  return { kind, endpoint, clientConfig: { endpoint, region, credentials: LOCAL_CREDENTIALS }, close, [Symbol.asyncDispose]: close }
}
