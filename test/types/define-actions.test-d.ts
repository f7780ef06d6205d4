// defineActions and the check of a changed model, as the compiler sees them.
import {
  compareActions,
  defineActions,
  lintActions,
  type ActionsChange,
  type ActionsLint,
  type AttributeActions,
  type Item,
} from 'dynamodb-encryption-client'
import { expectTypeOf, test } from 'vitest'

interface Person {
  readonly id: string
  email?: string
  visits: number
}

test('every property has an action, optional ones too', () => {
  const define = defineActions<Person>()
  expectTypeOf(define({ id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN', visits: 'DO_NOTHING' })).toEqualTypeOf<AttributeActions>()
  expectTypeOf(
    define({ id: 'SIGN_ONLY', email: 'SIGN_ONLY', visits: 'SIGN_ONLY' }, { default: 'SIGN_ONLY' }),
  ).toEqualTypeOf<AttributeActions>()
  // @ts-expect-error email has no action
  define({ id: 'SIGN_ONLY', visits: 'DO_NOTHING' })
  // @ts-expect-error visits has no action
  define({ id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN', visits: undefined })
  // @ts-expect-error an action that does not exist
  define({ id: 'SIGN_ONLY', email: 'ENCRYPT', visits: 'DO_NOTHING' })
})

test('no property that the type lacks, in a literal or not', () => {
  const define = defineActions<Person>()
  // @ts-expect-error a person has no nickname
  define({ id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN', visits: 'DO_NOTHING', nickname: 'SIGN_ONLY' })
  const actions = { id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN', visits: 'DO_NOTHING', nickname: 'SIGN_ONLY' } as const
  // @ts-expect-error nor has one that is a variable
  define(actions)
})

test('a type without names of its own cannot be listed', () => {
  // @ts-expect-error an Item may have any attribute
  defineActions<Item>()({ id: 'SIGN_ONLY' })
})

test('classes and aliases are types like others', () => {
  class Order {
    number = 1
  }
  expectTypeOf(defineActions<Order>()({ number: 'SIGN_ONLY' })).toEqualTypeOf<AttributeActions>()
  expectTypeOf(defineActions<Pick<Person, 'id'>>()({ id: 'SIGN_ONLY' })).toEqualTypeOf<AttributeActions>()
})

test('two versions are compared, and linted', () => {
  expectTypeOf(compareActions({}, { default: 'SIGN_ONLY' })).toEqualTypeOf<ActionsChange[]>()
  expectTypeOf(lintActions(undefined, { Person: [{}, { default: 'SIGN_ONLY' }], Order: {} })).toEqualTypeOf<ActionsLint>()
  expectTypeOf<ActionsLint['problems']>().toEqualTypeOf<readonly string[]>()
  // @ts-expect-error the snapshot comes first
  lintActions({ Person: {} })
})
