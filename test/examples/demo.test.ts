// The demo can fail: it notices an encryptor that does not protect, and one that loses something. And what it prints fits.
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ItemEncryptor, LocalKey, WrappedMaterialsProvider, type Item, type ItemsOptions } from 'dynamodb-encryption-client'
import { makePeople, ACTIONS, TABLE } from '../../examples/demo/people.js'
import { runDemo } from '../../examples/demo/run.js'

const PEOPLE = 40

const materialsProvider = new WrappedMaterialsProvider({
  wrappingKey: LocalKey.generate('AES/256'),
  signingKey: LocalKey.generate('HmacSHA256/256'),
})
const protecting = { materialsProvider, actions: ACTIONS, context: TABLE }

async function demo(encryptor: ItemEncryptor, terminal: { columns?: number; colours?: boolean } = {}) {
  const { columns, colours = false } = terminal
  let text = ''
  const output = {
    write: (part: string) => (text += part),
    isTTY: columns !== undefined,
    hasColors: () => colours,
    ...(columns !== undefined && { columns }),
  }
  const problems = await runDemo({
    output,
    encryptor,
    materialsProvider,
    actions: ACTIONS,
    people: PEOPLE,
    underKms: 40,
    speedMilliseconds: 1,
  })
  return { problems, text }
}

describe('with an encryptor that works', () => {
  test.each([
    { name: 'a terminal of 80 columns', terminal: { columns: 80 }, widest: 80 },
    { name: 'a terminal of 80 columns in colour', terminal: { columns: 80, colours: true }, widest: 80 },
    { name: 'a terminal of 100 columns', terminal: { columns: 100 }, widest: 100 },
    { name: 'a pipe', terminal: {}, widest: 100 },
  ])('$name: nothing is wrong, and no line is too long', async ({ terminal, widest }) => {
    const { problems, text } = await demo(new ItemEncryptor(protecting), terminal)
    expect(problems).toEqual([])
    const plain = stripVTControlCharacters(text)
    expect(text !== plain).toBe('colours' in terminal)
    expect(plain).toContain(`${String(PEOPLE)} equal, 0 different or missing`)
    expect(plain.match(/ refused {3}SIGNATURE_MISMATCH: the signature does/g)).toHaveLength(5)
    for (const line of plain.split('\n')) expect(line.length, line).toBeLessThanOrEqual(widest)
  })
})

describe('with an encryptor that does not work', () => {
  test('one that takes any signature is reported for each tampering', async () => {
    const careless = new WrappedMaterialsProvider({
      wrappingKey: LocalKey.generate('AES/256'),
      signingKey: LocalKey.generate('HmacSHA256/256'),
      verificationKey: { algorithm: 'HmacSHA256', verify: () => true },
    })
    const { problems, text } = await demo(new ItemEncryptor({ ...protecting, materialsProvider: careless }))
    expect(problems).toEqual([
      'not refused: someone flips a byte of notes',
      'not refused: someone swaps email and phone',
      'not refused: someone deletes allergies',
      'not refused: someone renames bornOn to seenOn',
      'not refused: someone moves it to table Archive',
    ])
    expect(text).toContain('ACCEPTED')
  })

  test('one that loses an attribute of one item is reported', async () => {
    class Losing extends ItemEncryptor {
      override async decryptItems(items: readonly Item[], options?: ItemsOptions): Promise<Item[]> {
        const read = await super.decryptItems(items, options)
        delete read[7]?.['phone']
        return read
      }
    }
    const { problems } = await demo(new Losing(protecting))
    expect(problems).toEqual([`items read and written: ${String(PEOPLE - 1)} equal, 1 different or missing`])
  })

  test('one that only signs an attribute that should be encrypted is reported', async () => {
    const signing = new ItemEncryptor({
      ...protecting,
      actions: { attributes: { ...Object.fromEntries(ACTIONS.attributes), name: 'SIGN_ONLY' } },
    })
    const { problems } = await demo(signing)
    expect(problems).toEqual([`items in the table: ${String(PEOPLE)} with a readable value that should be encrypted`])
  })

  test('one that fails for another reason than the signature is reported', async () => {
    class Failing extends ItemEncryptor {
      override async decryptItem(item: Item): Promise<Item> {
        if ('seenOn' in item) throw new TypeError('some mistake')
        return super.decryptItem(item)
      }
    }
    const { problems, text } = await demo(new Failing(protecting))
    // It does not hand on the other table's name either, so the move goes unnoticed.
    expect(problems).toEqual(['not refused: someone renames bornOn to seenOn', 'not refused: someone moves it to table Archive'])
    expect(text).toContain('unexpected: some mistake')
  })
})

test('the people are the same on every run', () => {
  expect(makePeople(3)).toEqual(makePeople(3))
  expect(makePeople(1)[0]?.['name']).toEqual({ S: expect.stringMatching(/^\S+ \S+$/) as string })
})
