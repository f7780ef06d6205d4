// Words, widths and colours of the terminal: the same words with colour and without.
import { styleText } from 'node:util'
import type { CliOutput } from './io.js'

export type Style = 'heading' | 'good' | 'bad' | 'warning' | 'faint'

const STYLES = { heading: 'bold', good: 'green', bad: 'red', warning: 'yellow', faint: 'gray' } as const satisfies Record<
  Style,
  Parameters<typeof styleText>[0]
>

const NARROWEST = 40
const PIPED = 100
const LABEL = 14

export class Printer {
  readonly #output: CliOutput
  readonly #hasColour: boolean
  /** Characters a line. */
  readonly width: number

  constructor(output: CliOutput) {
    this.#output = output
    // hasColors() knows NO_COLOR, FORCE_COLOR and TERM=dumb; what is piped gets no colour.
    this.#hasColour = output.isTTY === true && output.hasColors?.() === true
    this.width = Math.max(NARROWEST, output.columns ?? PIPED)
  }

  line(text = '', style?: Style): void {
    this.#output.write(`${this.styled(text, style)}\n`)
  }

  /** A label and what it says, broken between words where the terminal ends. */
  fact(label: string, text: string, style?: Style): void {
    const lines = wrap(text, this.width - LABEL - 2)
    for (const [at, part] of lines.entries()) this.line(`${(at === 0 ? label : '').padEnd(LABEL)}  ${this.styled(part, style)}`)
  }

  /** Rows in columns, numbers to the right. */
  table(rows: readonly (readonly string[])[], style?: (row: number) => Style | undefined): void {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
    for (const [at, row] of rows.entries()) {
      const cells = row.map((cell, column) => (isNumber(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      this.line(fit(`  ${cells.join('  ')}`.trimEnd(), this.width), style?.(at))
    }
  }

  styled(text: string, style: Style | undefined): string {
    return this.#hasColour && style !== undefined && text !== '' ? styleText(STYLES[style], text, { validateStream: false }) : text
  }
}

function isNumber(text: string): boolean {
  return /^[\d,.]+$/.test(text)
}

export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

/** A word that is longer than a line has one of its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}
