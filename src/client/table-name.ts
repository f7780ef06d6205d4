// What a request's TableName means: a table's name, or the ARN of one (spec operations.md).

const TABLE_ARN = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)(?:\/.*)?$/

/** The bare name, which goes into the encryption context: another process may use the name where this one uses the ARN. */
export function bareTableName(nameOrArn: string): string {
  return TABLE_ARN.exec(nameOrArn)?.[1] ?? nameOrArn
}
