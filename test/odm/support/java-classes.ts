// Mapped classes that stand in Java too, for the suite that runs both: each has beside it what a Java class needs to be the same one.
//
// A Java class gets: @DynamoDBTable(tableName = "..."), a getter for each property with the annotations named here, and DynamoDBMapperConfig
// with SaveBehavior.PUT. Java's AttributeEncryptor and EncryptedDataMapper then read each other's items in the same table.
import { attribute, hashKey, rangeKey, table, versionAttribute } from '@nova-odm/annotations'
import { doNothing, handleUnknownAttributes, signOnly, tableNameInContext } from 'dynamodb-encryption-client/nova-odm'

/** The guide's class of "Using the DynamoDBMapper", and one that has every other annotation. */
export function javaClasses(tableName: string) {
  @table(tableName)
  class DataPoJo {
    // @DynamoDBHashKey(attributeName = "partition_attribute") String
    @hashKey({ type: 'String', attributeName: 'partition_attribute' })
    partitionAttribute = ''

    // @DynamoDBRangeKey(attributeName = "sort_attribute") int
    @rangeKey({ type: 'Number', attributeName: 'sort_attribute' })
    sortAttribute = 0

    // @DynamoDBAttribute(attributeName = "example") String
    @attribute({ type: 'String' })
    example = ''

    // @DynamoDBAttribute(attributeName = "some numbers") long
    @attribute({ type: 'Number', attributeName: 'some numbers' })
    someNumbers = 0

    // @DynamoDBAttribute(attributeName = "and some binary") byte[]
    @attribute({ type: 'Binary', attributeName: 'and some binary' })
    someBinary = new Uint8Array()

    // @DynamoDBAttribute(attributeName = "leave me") @DoNotTouch String
    @attribute({ type: 'String', attributeName: 'leave me' })
    @doNothing()
    leaveMe = ''
  }

  // @HandleUnknownAttributes @DoNotEncrypt @TableAadOverride(tableName = "Original")
  @handleUnknownAttributes()
  @signOnly()
  @tableNameInContext('Original')
  @table(tableName)
  class Annotated {
    // @DynamoDBHashKey(attributeName = "partition_attribute") String
    @hashKey({ type: 'String', attributeName: 'partition_attribute' })
    partitionAttribute = ''

    // @DynamoDBRangeKey(attributeName = "sort_attribute") int
    @rangeKey({ type: 'Number', attributeName: 'sort_attribute' })
    sortAttribute = 0

    // @DynamoDBAttribute String: signed, by the class's default
    @attribute({ type: 'String' })
    example = ''

    // @DynamoDBAttribute @DoNotTouch Integer
    @attribute({ type: 'Number' })
    @doNothing()
    visits?: number

    // @DynamoDBVersionAttribute Long
    @versionAttribute()
    version?: number
  }
  return { DataPoJo, Annotated }
}

/** The class Visit of interop/java, which Java's DynamoDBMapper maps with ConversionSchemas.V2. */
export function visitClass(tableName: string) {
  @table(tableName)
  class Visit {
    @hashKey({ type: 'String' }) patientId = ''
    @rangeKey({ type: 'Number' }) visitedAt = 0
    @attribute({ type: 'String' }) notes?: string
    @signOnly() @attribute({ type: 'String' }) ward?: string
    @doNothing() @attribute({ type: 'String' }) seenBy?: string
    @attribute({ type: 'Number' }) charge?: number
    @attribute({ type: 'Binary' }) scan?: Uint8Array
    @attribute({ type: 'Boolean' }) urgent?: boolean
    @attribute({ type: 'Set', memberType: 'String' }) symptoms?: Set<string>
    @attribute({ type: 'Set', memberType: 'Number' }) readings?: Set<number>
    @attribute({ type: 'Set', memberType: 'Binary' }) stamps?: Set<Uint8Array>
    @attribute({ type: 'List', memberType: { type: 'String' } }) steps?: string[]
    @attribute({ type: 'Map', memberType: { type: 'String' } }) address?: Map<string, string>
  }
  return Visit
}

/** What AttributeEncryptor of the Java client 2.0.3 gives these classes (getModelClassMetadata). */
export const JAVA_ACTIONS = {
  DataPoJo: {
    partition_attribute: 'SIGN_ONLY',
    sort_attribute: 'SIGN_ONLY',
    example: 'ENCRYPT_AND_SIGN',
    'some numbers': 'ENCRYPT_AND_SIGN',
    'and some binary': 'ENCRYPT_AND_SIGN',
    'leave me': 'DO_NOTHING',
  },
  Annotated: {
    partition_attribute: 'SIGN_ONLY',
    sort_attribute: 'SIGN_ONLY',
    example: 'SIGN_ONLY',
    visits: 'DO_NOTHING',
    version: 'SIGN_ONLY',
  },
} as const
