// Mapped classes: what each property gets, as Java's annotations give it, and what is refused as the class is defined.
import { attribute, hashKey, rangeKey, table, versionAttribute } from '@nova-odm/annotations'
import { DynamoDbSchema, DynamoDbTable, embed } from '@nova-odm/mapper'
import { describe, expect, test } from 'vitest'
import type { AttributeActions } from 'dynamodb-encryption-client'
import { actionsFrom, doNothing, handleUnknownAttributes, signOnly, tableNameInContext } from 'dynamodb-encryption-client/nova-odm'
import { JAVA_ACTIONS, javaClasses } from './support/java-classes.js'
import { expectRefused } from './support/refused.js'

const listOf = (actions: AttributeActions): Record<string, string> => Object.fromEntries(actions.attributes)

test.each(['DataPoJo', 'Annotated'] as const)('%s has the actions that Java gives it', (name) => {
  const actions = actionsFrom(javaClasses('ExampleTable')[name])
  expect(listOf(actions)).toEqual(JAVA_ACTIONS[name])
  expect(actions.default).toBe(name === 'DataPoJo' ? 'ENCRYPT_AND_SIGN' : 'SIGN_ONLY')
})

test('a version attribute is signed, and so is an index key that says so', () => {
  @table('T')
  class Counted {
    @hashKey({ type: 'String' }) id = ''
    @versionAttribute() version?: number
    @signOnly() @attribute({ type: 'String', indexKeyConfigurations: { byTeam: 'HASH' } }) team = ''
    @doNothing() @attribute({ type: 'Number', indexKeyConfigurations: { byTime: 'RANGE' } }) at = 0
  }
  expect(listOf(actionsFrom(Counted))).toEqual({ id: 'SIGN_ONLY', version: 'SIGN_ONLY', team: 'SIGN_ONLY', at: 'DO_NOTHING' })
})

describe('class defaults', () => {
  test('sign only, with one property left alone', () => {
    @signOnly()
    @table('T')
    class Public {
      @hashKey({ type: 'String' }) id = ''
      @attribute({ type: 'String' }) name = ''
      @doNothing() @attribute({ type: 'Number' }) views = 0
    }
    expect(actionsFrom(Public)).toMatchObject({ default: 'SIGN_ONLY' })
    expect(listOf(actionsFrom(Public))).toEqual({ id: 'SIGN_ONLY', name: 'SIGN_ONLY', views: 'DO_NOTHING' })
  })

  test('do nothing: keys and version too', () => {
    @doNothing()
    @table('T')
    class Untouched {
      @hashKey({ type: 'String' }) id = ''
      @versionAttribute() version?: number
    }
    expect(actionsFrom(Untouched).takesAction).toBe(false)
  })

  test('a subclass has what its base says, and may say otherwise', () => {
    @signOnly()
    class Base {
      @hashKey({ type: 'String' }) id = ''
      @doNothing() @attribute({ type: 'String' }) name = ''
      @attribute({ type: 'String' }) note = ''
    }
    @table('T')
    class Derived extends Base {
      @signOnly() @attribute({ type: 'String' }) override name = ''
    }
    expect(actionsFrom(Derived)).toMatchObject({ default: 'SIGN_ONLY' })
    expect(listOf(actionsFrom(Derived))).toEqual({ id: 'SIGN_ONLY', name: 'SIGN_ONLY', note: 'SIGN_ONLY' })
    table('T')(Base)
    expect(actionsFrom(Base).actionFor('name')).toBe('DO_NOTHING')
  })
})

test('a nested document is one attribute', () => {
  class Address {
    @attribute({ type: 'String' }) street = ''
    @attribute({ memberType: embed(Address), type: 'List' }) former: Address[] = []
  }
  @table('T')
  class Person {
    @hashKey({ type: 'String' }) id = ''
    @attribute({ ...embed(Address), attributeName: 'a' }) address = new Address()
  }
  expect(listOf(actionsFrom(Person))).toEqual({ id: 'SIGN_ONLY', a: 'ENCRYPT_AND_SIGN' })
})

test('a schema without annotations, as the mapper takes it from JavaScript', () => {
  class Plain {
    id = ''
  }
  Object.assign(Plain.prototype, {
    [DynamoDbTable]: 'T',
    [DynamoDbSchema]: { id: { type: 'String', keyType: 'HASH' }, email: { type: 'String' }, team: { type: 'String' } },
  })
  signOnly()(Plain.prototype, 'team')
  expect(listOf(actionsFrom(Plain))).toEqual({ id: 'SIGN_ONLY', email: 'ENCRYPT_AND_SIGN', team: 'SIGN_ONLY' })
})

describe('two decorators', () => {
  test('on one property are refused as the class is defined', () => {
    expectRefused(
      () => {
        class Person {
          @signOnly() @doNothing() @attribute({ type: 'String' }) email = ''
        }
        return Person
      },
      'INVALID_ACTIONS',
      'Person.email',
      '@signOnly',
    )
  })

  test('of one kind are two as well', () => {
    class Person {
      id = ''
    }
    doNothing()(Person.prototype, 'email')
    expectRefused(
      () => {
        doNothing()(Person.prototype, 'email')
      },
      'INVALID_ACTIONS',
      'Person.email',
    )
  })

  test('on one class are refused', () => {
    class Person {
      id = ''
    }
    signOnly()(Person)
    expectRefused(
      () => {
        doNothing()(Person)
      },
      'INVALID_ACTIONS',
      'the class Person',
    )
  })
})

describe('refused when the actions are taken, with class and property named', () => {
  const Id = () => {
    class Base {
      @hashKey({ type: 'String' }) id = ''
    }
    return Base
  }
  const define = (property: string, decorate: (target: object, property: string) => void) => {
    class Person extends Id() {}
    decorate(Person.prototype, property)
    table('T')(Person)
    return Person
  }

  test.each<[string, string, (target: object, property: string) => void, string]>([
    [
      'a key that is to be left alone',
      'key',
      (t, p) => {
        rangeKey({ type: 'String' })(t, p)
        doNothing()(t, p)
      },
      'primary key',
    ],
    [
      'an index key that would be encrypted',
      'team',
      (t, p) => {
        attribute({ type: 'String', indexKeyConfigurations: { byTeam: 'HASH' } })(t, p)
      },
      '"byTeam"',
    ],
    [
      'a version that is to be left alone',
      'version',
      (t, p) => {
        versionAttribute()(t, p)
        doNothing()(t, p)
      },
      'version attribute',
    ],
    [
      'a decorator on what is no attribute',
      'email',
      (t, p) => {
        signOnly()(t, p)
      },
      'no attribute',
    ],
  ])('%s', (_, property, decorate, text) => {
    expectRefused(() => actionsFrom(define(property, decorate)), 'INVALID_ACTIONS', `Person.${property}`, text)
  })

  test('a property that is to be signed in a class that does nothing', () => {
    const Person = define('email', (t, p) => {
      attribute({ type: 'String' })(t, p)
      signOnly()(t, p)
    })
    doNothing()(Person)
    expectRefused(() => actionsFrom(Person), 'INVALID_ACTIONS', 'Person.email', '@doNothing()')
  })

  test.each<[string, (target: object) => void, string]>([
    [
      'a property',
      (target) => {
        signOnly()(target, 'street')
      },
      'Person.address.street',
    ],
    [
      'the class',
      (target) => {
        signOnly()(target.constructor)
      },
      'Person.address',
    ],
  ])('a decorator inside a nested document, on %s', (_, decorate, path) => {
    class Address {
      @attribute({ type: 'String' }) street = ''
    }
    decorate(Address.prototype)
    for (const type of [
      embed(Address),
      { type: 'List', memberType: embed(Address) },
      { type: 'Tuple', members: [embed(Address)] },
    ] as const) {
      const Person = define('address', (t, p) => {
        attribute(type as Parameters<typeof attribute>[0])(t, p)
      })
      expectRefused(() => actionsFrom(Person), 'INVALID_ACTIONS', path, 'inside another attribute')
    }
  })

  test('a class without a table', () => {
    expectRefused(() => actionsFrom(Id()), 'INVALID_CONFIGURATION', 'the class Base', '@table')
  })

  test('a class without a schema', () => {
    expectRefused(
      () =>
        actionsFrom(
          class Nothing {
            id = ''
          },
        ),
      'INVALID_CONFIGURATION',
      'the class Nothing',
      '@attribute()',
    )
  })

  test('what is no class', () => {
    expectRefused(() => actionsFrom('Person' as never), 'INVALID_CONFIGURATION', 'a class')
  })
})

describe('decorators where they cannot stand', () => {
  test.each<[string, () => void]>([
    [
      'a standard decorator of a field',
      () => {
        signOnly()(undefined as never, { kind: 'field', name: 'email' } as never)
      },
    ],
    [
      'a standard decorator of a class',
      () => {
        signOnly()(
          class {
            id = ''
          },
          { kind: 'class', name: 'Person' } as never,
        )
      },
    ],
    [
      'a symbol',
      () => {
        signOnly()({}, Symbol('email'))
      },
    ],
    [
      'an object',
      () => {
        doNothing()({})
      },
    ],
    [
      'an arrow function',
      () => {
        handleUnknownAttributes()(() => 0)
      },
    ],
  ])('%s', (_, decorate) => {
    expectRefused(decorate, 'INVALID_CONFIGURATION', 'experimentalDecorators')
  })

  test('an empty table name', () => {
    expectRefused(
      () => {
        tableNameInContext('')(
          class Person {
            id = ''
          },
        )
      },
      'INVALID_CONFIGURATION',
      'the class Person',
    )
  })
})
