// A thousand made-up patients: what a table with something to hide looks like. Every DynamoDB type occurs.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { AttributeActions, type Item } from 'dynamodb-encryption-client'
import { SeededRandom } from './random.js'

export const TABLE = { tableName: 'People', partitionKeyName: 'clinic', sortKeyName: 'personId' } as const

/** Everything is encrypted and signed but what the application queries by, and a counter that another program keeps. */
export const ACTIONS = new AttributeActions({ attributes: { status: 'SIGN_ONLY', visits: 'DO_NOTHING' } }).withIndexKeys(
  TABLE.partitionKeyName,
  TABLE.sortKeyName,
)

const CLINICS = ['Harbour Street', 'Northgate', 'Old Mill', 'Saint Brigid'] as const
const GIVEN = ['Ada', 'Bruno', 'Chloé', 'Dmitri', 'Esra', 'Farid', 'Grace', 'Håkon', 'Inès', 'João', 'Kiran', 'Lucía', 'Zoë'] as const
const FAMILY = ['Almeida', 'Berg', 'Castillo', 'Dubois', 'Ekström', 'Ferrari', 'Görgün', 'Haddad', "O'Neill", 'Nowak', 'Okafor'] as const
const STREETS = ['Mill Lane', 'Quay Road', 'Elm Avenue', 'Station Street', 'Rue de la Paix', 'Königsallee'] as const
const CITIES = ['Bristol', 'Cork', 'Dijon', 'Malmö', 'Porto', 'Gdańsk'] as const
const RELATIONS = ['mother', 'father', 'partner', 'sister', 'neighbour'] as const
const ALLERGENS = ['birch pollen', 'latex', 'nuts', 'penicillin', 'shellfish', 'wasp venom']
const STATUSES = ['active', 'active', 'active', 'moved away', 'waiting list'] as const
const DOCTORS = ['Dr Lindqvist', 'Dr Mbeki', 'Dr Santos'] as const
const NOTES = [
  'Blood pressure measured after ten minutes of rest, within the expected range.',
  'Reports headaches in the evening. To come back in two weeks, sooner if they get worse.',
  'Prescribed amoxicillin 500 mg, three times a day for seven days.',
  'X-ray of the left wrist: no fracture. Advised rest and a splint at night.',
  'Vaccinated against influenza, left upper arm. No reaction within fifteen minutes.',
] as const

export function makePeople(count: number, seed = 20_240_229): Item[] {
  const random = new SeededRandom(seed)
  return Array.from({ length: count }, (_, index) => makePerson(index + 1, random))
}

function makePerson(personId: number, random: SeededRandom): Item {
  const given = random.pick(GIVEN)
  const family = random.pick(FAMILY)
  const person: Item = {
    clinic: { S: random.pick(CLINICS) },
    personId: { N: String(personId) },
    status: { S: random.pick(STATUSES) },
    visits: { N: String(random.whole(1, 40)) },
    name: { S: `${given} ${family}` },
    bornOn: { S: date(random, 1931, 2019) },
    diedOn: { NULL: true },
    insured: { BOOL: random.chance(0.9) },
    height: { N: String(random.whole(141, 199)) },
    email: { S: `${asciiLetters(given)}.${asciiLetters(family)}@example.com` },
    phone: { S: phone(random) },
    address: address(random),
    contacts: { L: Array.from({ length: random.whole(1, 3) }, () => contact(random)) },
    // A set has each number once.
    readings: {
      NS: [...new Set(Array.from({ length: random.whole(1, 4) }, () => `${String(random.whole(36, 39))}.${String(random.whole(1, 9))}`))],
    },
    photo: { B: random.bytes(random.whole(60, 200)) },
    devices: { BS: Array.from({ length: random.whole(1, 2) }, () => random.bytes(8)) },
    notes: { L: Array.from({ length: random.whole(1, 4) }, () => note(random)) },
  }
  // DynamoDB has no empty sets: who has no allergy lacks the attribute.
  const allergies = random.some(ALLERGENS, random.whole(0, 3))
  if (allergies.length > 0) person['allergies'] = { SS: allergies }
  return person
}

function address(random: SeededRandom): AttributeValue {
  return {
    M: {
      street: { S: `${String(random.whole(1, 180))} ${random.pick(STREETS)}` },
      city: { S: random.pick(CITIES) },
      postcode: { S: random.digits(5) },
      location: {
        L: [{ N: `${String(random.whole(38, 58))}.${random.digits(4)}1` }, { N: `-${String(random.whole(1, 9))}.${random.digits(4)}1` }],
      },
    },
  }
}

function contact(random: SeededRandom): AttributeValue {
  return {
    M: {
      name: { S: `${random.pick(GIVEN)} ${random.pick(FAMILY)}` },
      relation: { S: random.pick(RELATIONS) },
      phone: { S: phone(random) },
      mayBeTold: { BOOL: random.chance(0.7) },
      email: { NULL: true },
    },
  }
}

function note(random: SeededRandom): AttributeValue {
  return { M: { on: { S: date(random, 2021, 2024) }, by: { S: random.pick(DOCTORS) }, text: { S: random.pick(NOTES) } } }
}

function date(random: SeededRandom, from: number, to: number): string {
  const twoDigits = (number: number): string => String(number).padStart(2, '0')
  return `${String(random.whole(from, to))}-${twoDigits(random.whole(1, 12))}-${twoDigits(random.whole(1, 28))}`
}

function phone(random: SeededRandom): string {
  return `+44 ${random.digits(3)} ${random.digits(6)}`
}

function asciiLetters(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()
}
