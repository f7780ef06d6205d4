// Why an item's signature does not hold: tries, within bounds, what commonly goes wrong, the simplest first, and each alone before two
// together. Whatever makes it hold is the string that was signed, so nothing can be named wrongly; where nothing does, the data was altered.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isDynamoDBEncryptionError } from '../../errors.js'
import { COMPATIBILITY, FORMS_TO_CHECK, type CompatibilityRow } from '../../format/compatibility.js'
import { readMaterialDescription } from '../../format/material-description.js'
import { FormatError } from '../../format/format-error.js'
import type { AttributeActions } from '../../item/attribute-actions.js'
import { tableDigest } from '../../item/table-digest.js'
import { getOwn, setOwn, type Item } from '../../items.js'
import { resolveSigningAlgorithm } from '../../keys/allow-list.js'
import type { SigningKey } from '../../keys/key-interfaces.js'
import type { CryptographicMaterialsProvider, EncryptionContext } from '../../materials/materials.js'
import { materialIdOf, materialIdText } from '../../store/material-id.js'
import { MATERIAL_ID } from '../../store/provider-store.js'
import type { Cause } from './cause.js'
import { mayBeCiphertext, SignedBlocks, type Signed } from './signed-blocks.js'

export interface ExplainSetup {
  /** The first is the one that items are read with. */
  readonly providers: readonly { readonly label: string; readonly provider: CryptographicMaterialsProvider }[]
  /** The first is the one that the context has now. */
  readonly tableNames: readonly (string | undefined)[]
  /** The first are the newest; the primary key's own action is in all of them. */
  readonly actions: readonly { readonly label: string; readonly actions: AttributeActions; readonly isInHistory: boolean }[]
  readonly keyNames: readonly string[]
  readonly compatibility: 'java' | 'python'
  readonly signatureAttribute: string
  readonly materialDescriptionAttribute: string
  /** Another copy of the item, from a backup say: its values are tried in the place of what is missing or changed. */
  readonly otherCopy?: Item | undefined
  /** Names that the item may have had: common values are tried for those that it lacks. */
  readonly possibleNames?: readonly string[] | undefined
  /** How many signatures are checked at most: 200,000 where left out. */
  readonly mostTries?: number | undefined
}

export interface Explanation {
  /** `holds`: it does after all. `explained`: it would, but for `causes`. `altered`: nothing that was tried makes it hold. */
  readonly verdict: 'holds' | 'explained' | 'altered' | 'unsigned' | 'unreadable'
  readonly causes: readonly Cause[]
  /** Signatures that were checked. */
  readonly tries: number
  /** False where the bound ended the search: something that was not tried may explain it. */
  readonly isComplete: boolean
  /** For `unreadable`: why no key could be had. */
  readonly reason?: string
}

const MOST_TRIES = 200_000
/** How far around the version that a description names others are tried. */
const VERSIONS_AROUND = 8
const DESCRIPTION_CODES: ReadonlySet<string> = new Set(['VERSION_NOT_FOUND', 'MATERIAL_NAME_MISMATCH', 'INVALID_MATERIAL_DESCRIPTION'])

export async function explainItem(item: Item, setup: ExplainSetup): Promise<Explanation> {
  const signature = getOwn(item, setup.signatureAttribute)?.B
  const nothing = { causes: [], tries: 0, isComplete: true }
  if (signature === undefined) return { verdict: 'unsigned', ...nothing }
  const search = new Search(item, signature, setup)
  return search.run()
}

/** A key to check with, and what had to be supposed to get it. */
interface Verifier {
  readonly key: SigningKey
  readonly algorithm: string
  readonly tableName: string | undefined
  readonly causes: readonly Cause[]
}

/** Everything but changes of single attributes. */
interface Frame {
  readonly verifier: Verifier
  readonly form: CompatibilityRow
  readonly actions: AttributeActions
  readonly causes: readonly Cause[]
}

/** One attribute signed in another way than the frame has it. */
interface Change {
  readonly at: number
  readonly block: Buffer | undefined
  readonly cause: Cause
}

class Search {
  readonly #item: Item
  readonly #signature: Uint8Array
  readonly #setup: ExplainSetup
  readonly #blocks = new Map<CompatibilityRow, SignedBlocks>()
  readonly #mostTries: number
  #tries = 0
  #reason: string | undefined

  constructor(item: Item, signature: Uint8Array, setup: ExplainSetup) {
    this.#item = item
    this.#signature = signature
    this.#setup = setup
    this.#mostTries = setup.mostTries ?? MOST_TRIES
  }

  async run(): Promise<Explanation> {
    const verifiers = await this.#verifiers()
    if (verifiers.length === 0) return this.#end('unreadable', [])
    const frames = this.#frames(verifiers)
    // Suppositions in all: the fewer, the likelier.
    for (let count = 0; count <= MOST_CAUSES; count++) {
      for (let ofFrame = count; ofFrame >= 0; ofFrame--) {
        for (const frame of frames.filter(({ causes }) => causes.length === ofFrame)) {
          const changes = await this.#tryFrame(frame, count - ofFrame)
          if (changes === 'too many') return this.#end('altered', [])
          if (changes === undefined) continue
          const causes = [...frame.causes, ...changes.map(({ cause }) => cause)]
          return this.#end(causes.length === 0 ? 'holds' : 'explained', causes)
        }
      }
    }
    return this.#end('altered', [])
  }

  #end(verdict: Explanation['verdict'], causes: readonly Cause[]): Explanation {
    const isComplete = verdict !== 'altered' || this.#tries < this.#mostTries
    return { verdict, causes, tries: this.#tries, isComplete, ...(this.#reason !== undefined && { reason: this.#reason }) }
  }

  /** One for each provider, table name and key version that gives a key. */
  async #verifiers(): Promise<Verifier[]> {
    const verifiers: Verifier[] = []
    for (const [at, { label, provider }] of this.#setup.providers.entries()) {
      const ofProvider: Cause[] = at === 0 ? [] : [{ kind: 'provider', label }]
      for (const [nameAt, tableName] of this.#setup.tableNames.entries()) {
        const ofTable: Cause[] = nameAt === 0 ? [] : [{ kind: 'table-name', tableName }]
        for (const { description, causes } of this.#descriptions()) {
          const found = await this.#verifier(provider, tableName, description)
          if (found !== undefined) verifiers.push({ ...found, tableName, causes: [...ofProvider, ...ofTable, ...causes] })
        }
      }
    }
    return verifiers
  }

  async #verifier(
    provider: CryptographicMaterialsProvider,
    tableName: string | undefined,
    materialDescription: Readonly<Record<string, string>>,
  ): Promise<Pick<Verifier, 'key' | 'algorithm'> | undefined> {
    const [partitionKeyName, sortKeyName] = this.#setup.keyNames
    const [newest] = this.#setup.actions
    const attributes: Item = {}
    for (const [name, value] of Object.entries(this.#item)) {
      if (!this.#isReserved(name) && newest?.actions.actionFor(name) !== 'ENCRYPT_AND_SIGN') setOwn(attributes, name, value)
    }
    const context: EncryptionContext = { tableName, partitionKeyName, sortKeyName, attributes, materialDescription }
    try {
      const { verificationKey: key } = await provider.decryptionMaterials(context)
      const named = getOwn({ ...materialDescription }, 'amzn-ddb-map-signingAlg')
      return { key, algorithm: resolveSigningAlgorithm(key, named) }
    } catch (error) {
      // Another table name or version may give a key where this one does not.
      if (!isDynamoDBEncryptionError(error)) throw error
      this.#reason ??= `${error.code}: ${error.message}`
      if (!DESCRIPTION_CODES.has(error.code) && error.code !== 'MATERIALS_UNAVAILABLE' && error.code !== 'KEY_ID_NOT_ALLOWED') {
        if (error.code !== 'ALGORITHM_NOT_ALLOWED') throw error
      }
      return undefined
    }
  }

  /** As it is stored, and with other versions of its material. */
  #descriptions(): { description: Readonly<Record<string, string>>; causes: Cause[] }[] {
    const bytes = getOwn(this.#item, this.#setup.materialDescriptionAttribute)?.B
    let description: Readonly<Record<string, string>> = {}
    try {
      if (bytes !== undefined) description = readMaterialDescription(bytes)
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      this.#reason ??= `the material description cannot be read: ${error.message}`
    }
    const all = [{ description, causes: [] as Cause[] }]
    if (getOwn({ ...description }, MATERIAL_ID) === undefined) return all
    try {
      const { name, version } = materialIdOf(description)
      for (let other = Math.max(0, version - VERSIONS_AROUND); other <= version + VERSIONS_AROUND; other++) {
        if (other === version) continue
        const causes: Cause[] = [{ kind: 'key-version', version: other }]
        all.push({ description: { ...description, [MATERIAL_ID]: materialIdText({ name, version: other }) }, causes })
      }
    } catch (error) {
      if (!isDynamoDBEncryptionError(error)) throw error
    }
    return all
  }

  #frames(verifiers: readonly Verifier[]): Frame[] {
    const { compatibility } = this.#setup
    const usual = FORMS_TO_CHECK[compatibility]
    // Python's own form is tried by a reader that is told so alone, since it accepts changes past the 28th digit.
    const forms = usual.includes(COMPATIBILITY.python) ? usual : [...usual, COMPATIBILITY.python]
    return verifiers.flatMap((verifier) =>
      this.#setup.actions.flatMap(({ label, actions, isInHistory }) =>
        forms.map((form): Frame => {
          const ofActions: Cause[] = isInHistory ? [] : [{ kind: 'former-actions', label }]
          const ofForm: Cause[] = usual.includes(form) ? [] : [{ kind: 'compatibility' }]
          return { verifier, form, actions, causes: [...verifier.causes, ...ofActions, ...ofForm] }
        }),
      ),
    )
  }

  /** @returns the changes under which the signature holds; undefined where there are none */
  async #tryFrame(frame: Frame, count: number): Promise<readonly Change[] | undefined | 'too many'> {
    let names: string[]
    let blocks: (Buffer | undefined)[]
    try {
      names = this.#names(frame.form)
      blocks = names.map((name) => this.#ownBlock(name, frame))
    } catch (error) {
      // No library signs such a value.
      if (error instanceof FormatError) return undefined
      throw error
    }
    const head = tableDigest(frame.verifier.tableName, frame.form)
    if (count === 0) return (await this.#holds(head, blocks, frame.verifier)) ? [] : undefined
    const changes = names.flatMap((name, at) => this.#changes(name, at, frame))
    for (const [index, first] of changes.entries()) {
      const with1 = blocks.with(first.at, first.block)
      if (count === 1) {
        if (this.#tries >= this.#mostTries) return 'too many'
        if (await this.#holds(head, with1, frame.verifier)) return [first]
        continue
      }
      for (const second of changes.slice(index + 1)) {
        if (second.at === first.at) continue
        if (this.#tries >= this.#mostTries) return 'too many'
        if (await this.#holds(head, with1.with(second.at, second.block), frame.verifier)) return [first, second]
      }
    }
    return undefined
  }

  /** Of the item and of what it may have had, in the order of the string to sign. */
  #names({ checking }: CompatibilityRow): string[] {
    const { otherCopy = {}, possibleNames = [] } = this.#setup
    const names = new Set([...Object.keys(this.#item), ...Object.keys(otherCopy), ...possibleNames])
    return [...names].filter((name) => !this.#isReserved(name)).sort((a, b) => checking.order.text(a, b))
  }

  #ownBlock(name: string, { form, actions }: Frame): Buffer | undefined {
    const value = getOwn(this.#item, name)
    const action = actions.actionFor(name)
    return value === undefined || action === 'DO_NOTHING' ? undefined : this.#blocksOf(form).block(name, value, action)
  }

  /** Every other way in which an attribute can have been signed. */
  #changes(name: string, at: number, { form, actions }: Frame): Change[] {
    const { otherCopy = {} } = this.#setup
    const value = getOwn(this.#item, name)
    const now = actions.actionFor(name)
    const blocks = this.#blocksOf(form)
    const changes: Change[] = []
    if (value !== undefined) {
      for (const signedAs of possibleActions(value)) {
        if (signedAs !== now)
          changes.push({ at, block: blocks.block(name, value, signedAs), cause: { kind: 'action', attributeName: name, signedAs } })
      }
      if (now !== 'DO_NOTHING') changes.push({ at, block: undefined, cause: { kind: 'not-covered', attributeName: name } })
    }
    const cause: Cause = value === undefined ? { kind: 'missing', attributeName: name } : { kind: 'changed', attributeName: name }
    const copied = getOwn(otherCopy, name)
    const others = copied !== undefined ? [copied] : value === undefined ? COMMON_VALUES : []
    for (const other of others) {
      const signedAs = possibleActions(other).find((action) => action === now) ?? (now === 'DO_NOTHING' ? undefined : 'SIGN_ONLY')
      if (signedAs !== undefined) changes.push({ at, block: blocks.block(name, other, signedAs), cause })
    }
    return changes
  }

  #blocksOf(form: CompatibilityRow): SignedBlocks {
    let blocks = this.#blocks.get(form)
    if (blocks === undefined) this.#blocks.set(form, (blocks = new SignedBlocks(form)))
    return blocks
  }

  async #holds(head: Buffer, blocks: readonly (Buffer | undefined)[], { key, algorithm }: Verifier): Promise<boolean> {
    this.#tries++
    const string = Buffer.concat([head, ...blocks.filter((block) => block !== undefined)])
    const holds: unknown = await key.verify?.(string, this.#signature, algorithm)
    return holds === true
  }

  #isReserved(name: string): boolean {
    return name === this.#setup.signatureAttribute || name === this.#setup.materialDescriptionAttribute
  }
}

const MOST_CAUSES = 2

function possibleActions(value: AttributeValue): readonly Signed[] {
  return mayBeCiphertext(value) ? ['SIGN_ONLY', 'ENCRYPT_AND_SIGN'] : ['SIGN_ONLY']
}

/** What an attribute that is gone may well have been. */
const COMMON_VALUES: readonly AttributeValue[] = [
  { NULL: true },
  { BOOL: true },
  { BOOL: false },
  { S: '' },
  { N: '0' },
  { N: '1' },
  { L: [] },
  { M: {} },
]
