// The pages of docs/ as the tests read them: fenced blocks, and tables by the heading above them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const readRepositoryFile = (path: string): string => readFileSync(join(root, path), 'utf8')
export const docPages = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)

export interface FencedBlock {
  /** `ts`, `json`, `text` */
  readonly language: string
  readonly text: string
  /** Of the nearest heading above. */
  readonly heading: string
}

/** A line `# Heading`, or a fenced block whole. */
const HEADING_OR_BLOCK = /^#+ ([^\n]+)$|^```(\w+)\n(.*?)^```$/gms

export function blocksOf(page: string): FencedBlock[] {
  const blocks: FencedBlock[] = []
  let heading = ''
  for (const [, title, language, text = ''] of readRepositoryFile(page).matchAll(HEADING_OR_BLOCK)) {
    heading = title ?? heading
    if (language !== undefined) blocks.push({ language, text, heading })
  }
  return blocks
}

/** The rows of every table under a heading, without the tables' own headings: each row a list of cells. */
export function tableRowsUnder(page: string, heading: string): string[][] {
  const [, section] = readRepositoryFile(page).split(`\n## ${heading}\n`)
  if (section === undefined) throw new Error(`${page} has no heading ${heading}`)
  const [own = ''] = section.split('\n## ')
  const lines = own.split('\n')
  const isRule = (line: string | undefined): boolean => line !== undefined && /^\|( --- \|)+$/.test(line)
  return lines
    .filter((line, at) => line.startsWith('|') && !isRule(line) && !isRule(lines[at + 1]))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** The cells of the one row that begins with this text. */
export function rowOf(rows: readonly (readonly string[])[], label: string): readonly string[] {
  const found = rows.filter(([first]) => first === label)
  const [row] = found
  if (row === undefined || found.length > 1) throw new Error(`${String(found.length)} rows are called ${label}`)
  return row.slice(1)
}
