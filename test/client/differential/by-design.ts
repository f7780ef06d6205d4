// Where the two sides' messages differ on purpose. What else differs on purpose: `byDesign` in invalid-requests.ts; refusals.ts; what an answer
// cost, and the spelling of numbers, in answer.ts; and these, which are not generated:
// - UPDATED_OLD and UPDATED_NEW of an update that is worked out here and changes a part of a list or map: as DynamoDB's guide has it, the part;
//   DynamoDB Local gives the whole attribute.
// - a value of an encrypted attribute that an update writes to one which is not: refused.

/** Of a message that differs in a part alone: [the part, what stands for it in both, why]. */
const PARTS: readonly (readonly [RegExp, string, string])[] = [
  [/(AttributeValue: \{\w+):[^}]*\}/g, '$1}', 'DynamoDB quotes the values of an expression; a message from here never holds a value'],
  [/(Invalid attribute type name found;) type: [^,]*,/g, '$1', 'the type is a value of the request'],
  [
    /(?:One or more parameter values were invalid: )?Input collection (?:\[.*?\] )?contains duplicates/g,
    'Input collection contains duplicates',
    'the set is a value of the request',
  ],
  [/(can only be specified when using expressions): .* (?:is|are) null/g, '$1', 'which expressions an operation could have is not told'],
]

/** Of the reasons of a cancelled transaction: DynamoDB Local ends that of a ConditionCheck with a full stop, and the others without. */
export function comparedReason(message: string): string {
  return message.replace(/^The conditional request failed\.$/, 'The conditional request failed')
}

/** Of the same fault in other words: [DynamoDB Local's, ours]. Where it is known, ours are those of DynamoDB itself. */
const WORDS: readonly (readonly [RegExp, RegExp])[] = [
  [/^The number of conditions on the keys is invalid$/, /^The provided key element does not match the schema$/],
  [/^Cannot have null key for /, /^The provided key element does not match the schema$/],
  [/^One of the required keys was not given a value$/, /^One or more parameter values were invalid: Missing the key .* in the item$/],
  [/^Item to put in PutItem cannot be null$/, /^The parameter 'Item' is required/],
  [/^Value null at 'tableName' failed to satisfy constraint/, /^The parameter 'TableName' is required/],
  [/^Value null at 'transactItems' failed to satisfy constraint/, /^The parameter 'TableName' is required/],
  [/^Invalid Request: TransactWriteRequest should contain /, /^The parameter 'TableName' is required/],
  [/^Query condition missed key schema element$/, /^Query condition missed key schema element: /],
  [/^AttributesToGet cannot be empty$/, /^AttributesToGet must not be empty$/],
  [/^Cannot have two attributes with the same name$/, /Duplicate value in attribute name$/],
  [/^Exclusive Start Key must have same size as table's key schema$/, /^The provided starting key is invalid$/],
]

/** @returns whether two messages say the same, as far as that is promised */
export function sameMessage(plain: string, encrypted: string): boolean {
  const [one, other] = [plain, encrypted].map((message) => PARTS.reduce((text, [part, by]) => text.replaceAll(part, by), message))
  return one === other || WORDS.some(([local, ours]) => local.test(plain) && ours.test(encrypted))
}
