// One item three times: as the application wrote it, as it lies in the table, as the application reads it.
import type { AttributeAction, AttributeActions, Item } from 'dynamodb-encryption-client'
import { sameItem } from './compare.js'
import { describeValue, type Printer } from './print.js'

const GROUPS: readonly (readonly [AttributeAction, string])[] = [
  ['SIGN_ONLY', 'signed: anyone with the table can read it, a change is noticed'],
  ['DO_NOTHING', 'plaintext: neither hidden nor signed'],
  ['ENCRYPT_AND_SIGN', 'encrypted and signed'],
]

const NAME_WIDTH = 9
const GAPS = 4 * 2

export function printSideBySide(printer: Printer, actions: AttributeActions, written: Item, stored: Item, read: Item): void {
  const valueWidth = Math.floor((printer.width - NAME_WIDTH - GAPS) / 3)
  /** The colour is that of the table's side: names and what is stored. */
  const cells = (name: string, texts: readonly [string, string, string], style: AttributeAction | 'heading'): void => {
    const values = texts.map((text, column) => ({
      text,
      width: valueWidth,
      style: style === 'heading' || column === 1 ? style : undefined,
    }))
    printer.row([{ text: name, width: NAME_WIDTH, style }, ...values])
  }
  cells('', ['as written', 'as stored', 'as read'], 'heading')
  for (const [action, meaning] of GROUPS) {
    printer.line(`  -- ${meaning}`, action)
    for (const name of Object.keys(written).filter((candidate) => actions.actionFor(candidate) === action)) {
      cells(name, [describeValue(written[name]), describeValue(stored[name]), describeValue(read[name])], action)
    }
  }
  printer.line('  -- added by the encryptor, taken out on reading', 'added')
  for (const name of Object.keys(stored).filter((candidate) => !Object.hasOwn(written, candidate))) {
    printer.row([
      { text: name, width: NAME_WIDTH + 2 + valueWidth, style: 'added' },
      { text: describeValue(stored[name]), width: valueWidth, style: 'added' },
      { text: describeValue(read[name]), width: valueWidth, style: 'bad' },
    ])
  }
  const same = sameItem(written, read)
  printer.line()
  printer.line(same ? '  As read = as written, every attribute.' : '  As read differs from as written.', same ? 'good' : 'bad')
}
