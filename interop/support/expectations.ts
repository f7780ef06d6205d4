// What each client should make of an item that another wrote, worked out without any of the three: from the format's plain second
// implementation (test/support/reference-format.ts), from the two libraries' orders, and from how each treats numbers.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { AttributeActions, Compatibility, Item } from 'dynamodb-encryption-client'
import { withNumbers } from '../../test/support/canonical-form.js'
import { modelCanonical, modelNumber, modelRounded, modelText } from '../../test/support/number-model.js'
import { JAVA_FORM, PYTHON_FORM, stringToSign, type ReferenceForm } from '../../test/support/reference-format.js'

export type ClientName = 'TypeScript' | 'Java' | 'Python'

const PYTHON_DIGITS = 28

/** Python's default decimal context: 28 digits, and minus zero keeps its sign. */
export function pythonNumber(text: string): string {
  const number = modelNumber(text)
  if (number === undefined) throw new Error('not a number')
  return modelText(modelRounded(number, PYTHON_DIGITS))
}

/** boto3's own context, which traps whatever it would have to change: 38 digits, trailing zeros among them, exponents from -165. */
export function pythonTakes(text: string): boolean {
  const [, mantissa = '', power = '0'] = /^[+-]?([^eE]*)(?:[eE](.*))?$/.exec(text) ?? []
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  const exponent = Number(power) - fraction.length
  return digits.length <= 38 && exponent >= -165 && exponent + Math.max(0, digits.length - 1) <= 126
}

function numbersIn(value: AttributeValue): string[] {
  if (value.N !== undefined) return [value.N]
  if (value.NS !== undefined) return value.NS
  return (value.L ?? Object.values(value.M ?? {})).flatMap(numbersIn)
}

function entriesWith(item: Item, actions: AttributeActions, ...wanted: readonly string[]): [string, AttributeValue][] {
  return Object.entries(item).filter(([name]) => wanted.includes(actions.actionFor(name)))
}

/** Whether Python writes the item, or signs it again to check it: numbers that are encrypted or signed must fit boto3's context. */
export function pythonTakesNumbers(item: Item, actions: AttributeActions): boolean {
  return entriesWith(item, actions, 'ENCRYPT_AND_SIGN', 'SIGN_ONLY').every(([, value]) => numbersIn(value).every(pythonTakes))
}

/** DynamoDB keeps a number's value, not its spelling. */
export function asDynamoDbReturns(stored: Item): Item {
  return Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, withNumbers(value, modelCanonical)]))
}

/** How a client orders what it signs, and what it takes a signed number for. */
export interface SigningForm {
  readonly form: ReferenceForm
  readonly number: (text: string) => string
}

const JAVA_SIGNS: SigningForm = { form: JAVA_FORM, number: modelCanonical }
const PYTHON_SIGNS: SigningForm = { form: PYTHON_FORM, number: pythonNumber }
const PYTHON_EXACT: SigningForm = { form: PYTHON_FORM, number: modelCanonical }

export function signingForm(writer: ClientName, compatibility: Compatibility): SigningForm {
  if (writer === 'TypeScript') return compatibility === 'python' ? PYTHON_EXACT : JAVA_SIGNS
  return writer === 'Java' ? JAVA_SIGNS : PYTHON_SIGNS
}

export function readingForms(reader: ClientName, compatibility: Compatibility): readonly SigningForm[] {
  if (reader === 'Java') return [JAVA_SIGNS]
  if (reader === 'Python') return [PYTHON_SIGNS]
  return compatibility === 'python' ? [PYTHON_SIGNS, PYTHON_EXACT, JAVA_SIGNS] : [JAVA_SIGNS, PYTHON_EXACT]
}

/** @param stored - without the reserved attributes */
export function signedBytes(stored: Item, actions: AttributeActions, tableName: string | undefined, { form, number }: SigningForm): Buffer {
  const signed = entriesWith(stored, actions, 'ENCRYPT_AND_SIGN', 'SIGN_ONLY').map(([name, value]): [string, AttributeValue] => [
    name,
    withNumbers(value, number),
  ])
  return stringToSign(Object.fromEntries(signed), (name) => actions.actionFor(name), tableName, form)
}

/** Whether both libraries sign the item in the same way, whatever of it is encrypted. */
export function signedAlike(item: Item, actions: AttributeActions): boolean {
  const [byJava, byPython] = [JAVA_SIGNS, PYTHON_SIGNS].map((form) => signedBytes(item, actions, 'any', form))
  return byJava !== undefined && byPython?.equals(byJava) === true
}

/** What the reader gets: encrypted numbers as the writer rounded them and as the reader rounds them, all else as DynamoDB has it. */
export function expectedItem(item: Item, actions: AttributeActions, writer: ClientName, reader: ClientName): Item {
  const rounds = writer === 'Python' || reader === 'Python'
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const rounded = rounds && actions.actionFor(name) === 'ENCRYPT_AND_SIGN'
      return [name, withNumbers(value, rounded ? pythonNumber : modelCanonical)]
    }),
  )
}
