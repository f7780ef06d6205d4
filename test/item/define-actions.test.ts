// defineActions at run time; what the compiler refuses is in test/types.
import { expect, test } from 'vitest'
import { defineActions } from 'dynamodb-encryption-client'

interface Person {
  id: string
  email?: string
  visits: number
}

const attributes = { id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN', visits: 'DO_NOTHING' } as const

test('gives the actions that were listed, and encrypts what the type does not know', () => {
  const actions = defineActions<Person>()(attributes)
  expect(Object.fromEntries(actions.attributes)).toEqual(attributes)
  expect(actions.actionFor('nickname')).toBe('ENCRYPT_AND_SIGN')
})

test('takes another default', () => {
  expect(defineActions<Person>()(attributes, { default: 'SIGN_ONLY' }).actionFor('nickname')).toBe('SIGN_ONLY')
})

test('refuses at run time what only JavaScript can pass', () => {
  expect(() => defineActions<Person>()({ ...attributes, email: 'ENCRYPT' as 'SIGN_ONLY' })).toThrow(
    expect.objectContaining({ code: 'INVALID_ACTIONS', attributeName: 'email' }),
  )
})
