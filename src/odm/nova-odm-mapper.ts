// The mapper of the guide ("Using the DynamoDBMapper") over @nova-odm/mapper: its client encrypts by what the classes say.
/* eslint-disable @typescript-eslint/no-deprecated -- what the mapper has deprecated still works, and must not pass unchecked */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DataMapper,
  type DataMapperConfiguration,
  type PutOptions,
  type PutParameters,
  type StringToAnyObjectMap,
  type SyncOrAsyncIterable,
  type UpdateOptions,
  type UpdateParameters,
  type WriteType,
} from '@nova-odm/mapper'
import { EncryptedClient } from '../client/encrypted-client.js'
import type { EncryptedClientOptions, TableOptions } from '../client/options.js'
import { DynamoDBEncryptionError, quote } from '../errors.js'
import type { AttributeActionsInput, FormerActions } from '../item/attribute-actions.js'
import { overrideTableName, type ContextOverride } from '../item/table-name-override.js'
import { getOwn } from '../items.js'
import type { CryptographicMaterialsProvider } from '../materials/materials.js'
import { refuseUnknown } from './known-attributes.js'
import { mappedModel, type MappedClass, type MappedModel } from './nova-odm-model.js'
import { tableActions } from './single-table.js'

/** Whole items either way. `CLOBBER` writes without regard to the version that is stored, and counts it up all the same. */
export type SaveBehavior = 'PUT' | 'CLOBBER'

const SAVE_BEHAVIORS: ReadonlySet<unknown> = new Set<SaveBehavior>(['PUT', 'CLOBBER'])

export type EncryptedDataMapperOptions = Omit<DataMapperConfiguration, 'client' | 'skipVersionCheck'> &
  Omit<EncryptedClientOptions, 'actions' | 'tables' | 'materialsProvider'> & {
    /** A plain client; it stays as it is. */
    readonly client: DynamoDBClient
    readonly materialsProvider: CryptographicMaterialsProvider
    /** The classes to be mapped. Tables of other classes are refused. */
    readonly classes: readonly [MappedClass, ...MappedClass[]]
    /**
     * Actions that stored items were written with before a class was changed, by table (its name with the prefix), newest first: items are
     * read under them too, and written with the class's own.
     */
    readonly formerActions?: Readonly<Record<string, readonly (AttributeActionsInput | FormerActions)[]>> | undefined
    /** `PUT` where left out: with optimistic locking, where the class has a version attribute. */
    readonly saveBehavior?: SaveBehavior | undefined
  }

/**
 * A `DataMapper` that encrypts and signs what it writes, and verifies and decrypts what it reads, by the decorators of its classes.
 *
 * @example
 * ```ts
 * const mapper = new EncryptedDataMapper({ client: new DynamoDBClient({}), materialsProvider, classes: [Person] })
 * await mapper.put(Object.assign(new Person(), { id: '1', email: 'ana@example.com' }))
 * ```
 */
export class EncryptedDataMapper extends DataMapper {
  readonly #mapped: ReadonlyMap<unknown, MappedModel>
  readonly #saveBehavior: SaveBehavior

  /**
   * @throws DynamoDBEncryptionError `INVALID_ACTIONS` and `INVALID_CONFIGURATION` for classes that cannot be mapped: a key that is to be
   *   encrypted, a class without a table, two classes of one table that disagree; or for wrong options
   */
  constructor(options: EncryptedDataMapperOptions) {
    const { classes, formerActions = {}, saveBehavior = 'PUT', readConsistency, tableNamePrefix = '', client, ...clientOptions } = options
    const mapped = classes.map((each) => [each, mappedModel(each, tableNamePrefix)] as const)
    if (!SAVE_BEHAVIORS.has(saveBehavior)) throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', "saveBehavior is 'PUT' or 'CLOBBER'")
    const models = mapped.map(([, each]) => each)
    const encrypted = EncryptedClient.from(client, {
      ...clientOptions,
      tables: tablesOf(models, formerActions, clientOptions.contextOverride),
    })
    const tablesWithUnknown = new Set(models.filter(({ handlesUnknown }) => handlesUnknown).map(({ model }) => model.tableName))
    refuseUnknown(
      encrypted,
      models.flatMap(({ model }) => (tablesWithUnknown.has(model.tableName) ? [] : [model])),
    )
    super({ client: encrypted, tableNamePrefix, skipVersionCheck: saveBehavior === 'CLOBBER', ...(readConsistency && { readConsistency }) })
    this.#mapped = new Map(mapped)
    this.#saveBehavior = saveBehavior
  }

  override put<T extends StringToAnyObjectMap = StringToAnyObjectMap>(item: T, options?: PutOptions): Promise<T>
  override put<T extends StringToAnyObjectMap = StringToAnyObjectMap>(parameters: PutParameters<T>): Promise<T>
  override async put<T extends StringToAnyObjectMap>(itemOrParameters: T | PutParameters<T>, options: PutOptions = {}): Promise<T> {
    const [item, given] = isParameters(itemOrParameters) ? [itemOrParameters.item, itemOrParameters] : [itemOrParameters, options]
    const { condition, skipVersionCheck } = given
    this.#assertKnown(item)
    const written = this.#saveBehavior === 'CLOBBER' ? this.#withNextVersion(item) : item
    return super.put(written, { ...(condition && { condition }), ...(skipVersionCheck !== undefined && { skipVersionCheck }) })
  }

  override update<T extends StringToAnyObjectMap = StringToAnyObjectMap>(item: T, options?: UpdateOptions): Promise<T>
  override update<T extends StringToAnyObjectMap = StringToAnyObjectMap>(parameters: UpdateParameters<T>): Promise<T>
  override async update<T extends StringToAnyObjectMap>(
    itemOrParameters: T | UpdateParameters<T>,
    options: UpdateOptions = {},
  ): Promise<T> {
    const [item, given] = isParameters(itemOrParameters) ? [itemOrParameters.item, itemOrParameters] : [itemOrParameters, options]
    const { condition, onMissing, skipVersionCheck } = given
    this.#assertKnown(item)
    return super.update(item, {
      ...(condition && { condition }),
      ...(onMissing && { onMissing }),
      ...(skipVersionCheck !== undefined && { skipVersionCheck }),
    })
  }

  /** `batchPut` comes by here too. A batch has no conditions, so versions are not looked at. */
  override batchWrite<T extends StringToAnyObjectMap>(items: SyncOrAsyncIterable<[WriteType, T]>): AsyncIterableIterator<[WriteType, T]> {
    return super.batchWrite(this.#checked(items))
  }

  async *#checked<T extends StringToAnyObjectMap>(
    items: SyncOrAsyncIterable<[WriteType, T]>,
  ): AsyncGenerator<[WriteType, T], void, unknown> {
    for await (const [type, item] of items) {
      if (type === 'put') this.#assertKnown(item)
      yield [type, item]
    }
  }

  /** The mapper itself would leave such a property out in silence. */
  #assertKnown(item: object): void {
    const mapped = this.#mappedOf(item)
    if (mapped.handlesUnknown) return
    const unknown = Object.entries(item).find(([property, value]) => value !== undefined && !mapped.properties.has(property))?.[0]
    if (unknown === undefined) return
    const { name, tableName } = mapped.model
    throw new DynamoDBEncryptionError(
      'INVALID_ITEM',
      `an object of the class ${name} has the property ${quote(unknown)}, which the class does not know: decorate it with @attribute(), or the class ` +
        `with @handleUnknownAttributes()`,
      { attributeName: unknown, tableName },
    )
  }

  #mappedOf(item: object): MappedModel {
    const mapped = this.#mapped.get(item.constructor)
    if (mapped !== undefined) return mapped
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `the class ${item.constructor.name} is not among the classes of this mapper: name it in classes`,
    )
  }

  #withNextVersion<T extends StringToAnyObjectMap>(item: T): T {
    const { versionProperty } = this.#mappedOf(item)
    if (versionProperty === undefined) return item
    const version: unknown = item[versionProperty]
    // The mapper's own first version is 0.
    const next = typeof version === 'number' ? version + 1 : 0
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- Object.create has no type for what it returns
    const copy: T = Object.create(Reflect.getPrototypeOf(item), Object.getOwnPropertyDescriptors(item))
    Object.defineProperty(copy, versionProperty, { value: next, writable: true, enumerable: true, configurable: true })
    return copy
  }
}

function isParameters<T extends object, P extends { item: T }>(itemOrParameters: T | P): itemOrParameters is P {
  return itemOrParameters.constructor === Object && 'item' in itemOrParameters
}

function tablesOf(
  mapped: readonly MappedModel[],
  formerActions: NonNullable<EncryptedDataMapperOptions['formerActions']>,
  contextOverride: ContextOverride | undefined,
): Record<string, TableOptions> {
  const byTable = new Map<string, MappedModel[]>()
  for (const each of mapped) byTable.set(each.model.tableName, [...(byTable.get(each.model.tableName) ?? []), each])
  const unknown = Object.keys(formerActions).find((tableName) => !byTable.has(tableName))
  if (unknown !== undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `formerActions name the table ${quote(unknown)}, which is none of the mapper's: ${[...byTable.keys()].join(', ')}`,
    )
  }
  return Object.fromEntries(
    [...byTable].map(([tableName, ofTable]) => {
      const newest = tableActions(ofTable.map(({ model }) => model))
      const former = getOwn(formerActions, tableName) ?? []
      return [
        tableName,
        {
          // Classes have no key prefixes, so those that disagree have been refused, and the actions are no function.
          actions: typeof newest === 'function' ? newest : [newest, ...former],
          contextOverride: contextOverrideOf(tableName, ofTable, contextOverride),
        },
      ]
    }),
  )
}

/** The classes' own first, then the mapper's, as Java's `@TableAadOverride` and `EncryptionContextOverrideOperator` follow each other. */
function contextOverrideOf(
  tableName: string,
  mapped: readonly MappedModel[],
  contextOverride: ContextOverride | undefined,
): ContextOverride | undefined {
  const [first, ...others] = mapped
  const name = first?.tableNameInContext
  const other = others.find(({ tableNameInContext }) => tableNameInContext !== name)
  if (first !== undefined && other !== undefined) {
    throw new DynamoDBEncryptionError(
      'INVALID_CONFIGURATION',
      `${first.model.title} and ${other.model.title} are of the table ${quote(tableName)} and have different names in the encryption context`,
      { tableName },
    )
  }
  if (name === undefined) return contextOverride
  const own = overrideTableName(tableName, name)
  return contextOverride === undefined ? own : (context) => contextOverride(own(context))
}
