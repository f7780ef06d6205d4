// Words, widths and colours: everything the demo prints fits the terminal, and says the same without colour.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { styleText } from 'node:util'
import type { AttributeAction } from 'dynamodb-encryption-client'
import { hex } from './compare.js'

type Style = Parameters<typeof styleText>[0]

export const STYLES = {
  heading: 'bold',
  ENCRYPT_AND_SIGN: 'green',
  SIGN_ONLY: 'yellow',
  DO_NOTHING: 'magenta',
  added: 'gray',
  good: 'green',
  bad: 'red',
} as const satisfies Record<AttributeAction | 'heading' | 'added' | 'good' | 'bad', Style>

const NARROWEST = 80
const WIDEST = 120
const PIPED = 100
const MARGIN = '  '

export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  hasColors?(): boolean
}

/** Cell text, its width in characters, and how it looks. */
export interface Cell {
  readonly text: string
  readonly width: number
  readonly style?: keyof typeof STYLES | undefined
}

export class Printer {
  readonly #output: Output
  readonly #colour: boolean
  /** Characters a line. */
  readonly width: number

  constructor(output: Output) {
    this.#output = output
    // hasColors() knows NO_COLOR, FORCE_COLOR and TERM=dumb; what is piped gets no colour.
    this.#colour = output.isTTY === true && output.hasColors?.() === true
    this.width = Math.min(Math.max(output.columns ?? PIPED, NARROWEST), WIDEST)
  }

  line(text = '', style?: keyof typeof STYLES): void {
    this.#output.write(`${this.#styled(text, style)}\n`)
  }

  heading(text: string): void {
    this.line()
    this.line(text, 'heading')
    this.line()
  }

  /** A label and what it says, broken between words. */
  fact(label: string, text: string, style?: keyof typeof STYLES): void {
    const labelWidth = 10
    const lines = wrap(text, this.width - MARGIN.length - labelWidth)
    for (const [index, part] of lines.entries()) {
      this.line(`${MARGIN}${(index === 0 ? label : '').padEnd(labelWidth)}${this.#styled(part, style)}`)
    }
  }

  /** Cells side by side, each cut to its width. */
  row(cells: readonly Cell[]): void {
    const parts = cells.map(({ text, width, style }) => {
      const cut = fit(text, width)
      return this.#styled(cut, style) + ' '.repeat(width - cut.length)
    })
    this.line(`${MARGIN}${parts.join(MARGIN)}`.trimEnd())
  }

  #styled(text: string, style: keyof typeof STYLES | undefined): string {
    return this.#colour && style !== undefined && text !== '' ? styleText(STYLES[style], text, { validateStream: false }) : text
  }
}

/** One line that shows a value's type and as much of the value as fits. Members of maps and sets, which have no order, are sorted. */
export function describeValue(value: AttributeValue | undefined): string {
  if (value === undefined) return ''
  const [type = ''] = Object.keys(value)
  return type === 'NULL' ? type : `${type} ${contents(value)}`
}

function contents(value: AttributeValue): string {
  if (value.B !== undefined) return `${String(value.B.length)} bytes ${hex(value.B)}`
  if (value.L !== undefined) return `[${value.L.map(contents).join(', ')}]`
  if (value.M !== undefined) return unordered(Object.entries(value.M).map(([name, member]) => `${name}: ${contents(member)}`))
  const members = value.SS ?? value.NS ?? value.BS?.map(hex)
  if (members !== undefined) return unordered(members)
  return value.S ?? value.N ?? (value.NULL === true ? 'null' : String(value.BOOL))
}

function unordered(members: readonly string[]): string {
  return `{${[...members].sort().join(', ')}}`
}

export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** `1,000` */
export function counted(number: number): string {
  return number.toLocaleString('en-US')
}
