// Any single change to what is signed is refused, and the unchanged item is accepted before and after.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { AttributeActions, type Item } from 'dynamodb-encryption-client'
import fc, { type GeneratorValue } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributeName, attributeValue, itemCase, tableName } from '../support/arbitraries.js'
import { byteFault } from '../support/byte-faults.js'
import { canonicalItem, sameValue } from '../support/canonical-form.js'
import { changedValue } from '../support/changed-value.js'
import { altered, attributeOf, ProtectedItem, type Reading } from '../support/protected-item.js'
import { printedTally, runs } from '../support/property-runs.js'
import { A_ROW_OF_EACH_KIND } from '../support/provider-rows.js'

const tally = printedTally('tampering')

interface Attack {
  readonly stored?: Item
  readonly reading?: Reading
}

/** Chooses by `gen`; skips the run by `fc.pre` where the item has nothing of the kind. */
type Attacker = (target: ProtectedItem, gen: GeneratorValue) => Attack | Promise<Attack>

function oneOf<T>(gen: GeneratorValue, choices: readonly T[]): T {
  const choice = choices[gen(fc.nat, { max: Math.max(0, choices.length - 1) })]
  fc.pre(choice !== undefined)
  // fc.pre has thrown by now; the compiler cannot know.
  if (choice === undefined) throw new Error('nothing to choose from')
  return choice
}

const signedNames = (target: ProtectedItem): string[] => target.namesWith('ENCRYPT_AND_SIGN', 'SIGN_ONLY')

function newName(target: ProtectedItem, gen: GeneratorValue): string {
  const name = gen(() => attributeName)
  fc.pre(!Object.hasOwn(target.stored, name))
  return name
}

const faulty = (value: AttributeValue, gen: GeneratorValue): AttributeValue => ({
  B: new Uint8Array(gen(() => byteFault).apply(value.B ?? new Uint8Array(1))),
})

const SIGNED: Record<string, Attacker> = {
  'a byte of an encrypted value is changed, added or removed': ({ stored, ...target }, gen) => {
    const name = oneOf(gen, ProtectedItem.prototype.namesWith.call({ ...target, stored }, 'ENCRYPT_AND_SIGN'))
    return { stored: altered(stored, [[name, faulty(attributeOf(stored, name), gen)]]) }
  },
}
