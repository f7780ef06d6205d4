// Keeps the sources in layers: a file imports lower levels and its own folder, never up, sideways or in a circle; packages are those that
// package.json declares, and what "." reaches needs no optional peer. ARCHITECTURE.md tells what the levels are for.
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cyclesIn, reachedFrom, readGraph } from './import-graph.mjs'

/** @typedef {import('./import-graph.mjs').Import} Import */
/** @typedef {import('./import-graph.mjs').Graph} Graph */
/** @typedef {{ exports: Record<string, unknown>, [name: string]: Record<string, unknown> | undefined }} Manifest */

/** Folder of src -> level. Files directly in src are level 0, entry files directly in src (index.ts) stand above everything. */
const LEVELS = new Map([
  ['', 0],
  ['format', 1],
  ['crypto', 1],
  ['keys', 2],
  ['expressions', 2],
  ['materials', 3],
  ['item', 4],
  ['store', 5],
  ['client', 5],
  ['document', 6],
  ['odm', 6],
  ['migrate', 6],
  ['lambda', 7],
  ['cli', 7],
  ['testing', 7],
])
const TOP = 8
/** Folders that may not use everything below them: the highest level they import. */
const CEILINGS = new Map([['testing', 0]])

/** @param {string} file */
const folderOf = (file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '')
/** @param {string} specifier */
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
/** @param {string} file @param {Import} row */
const at = (file, row) => `src/${file}:${row.line} imports ${row.specifier}`

/**
 * @param {string} root the folder of package.json and src
 * @returns {{ problems: string[], notes: string[], summary: string }}
 */
export function checkImports(root) {
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const graph = readGraph(join(root, 'src'))
  const fromRoot = reachedFrom(graph, 'index.ts')
  const problems = [
    ...directionProblems(graph, manifest),
    ...packageProblems(graph, manifest),
    ...optionalPeerProblems(graph, fromRoot, manifest),
  ]
  const rows = [...graph.values()].flat().length
  const summary = `${graph.size} files, ${rows} imports, ${fromRoot.size} files reached from ".": ${problems.length} problems`
  return { problems, notes: requiredPeerLoads(graph, fromRoot), summary }
}

/**
 * Upward, sideways, circles, and paths that lead nowhere.
 *
 * @param {Graph} graph
 * @param {Manifest} manifest
 */
function directionProblems(graph, manifest) {
  const entries = new Set(Array.from(JSON.stringify(manifest.exports).matchAll(/dist\/esm\/([^"]+)\.js"/g), ([, path]) => `${path}.ts`))
  /** @param {string} file */
  const levelOf = (file) => (folderOf(file) === '' && entries.has(file) ? TOP : LEVELS.get(folderOf(file)))
  const problems = []
  for (const folder of new Set([...graph.keys()].map(folderOf))) {
    if (!LEVELS.has(folder)) problems.push(`src/${folder} has no level: give it one in tools/check-imports.mjs`)
  }
  for (const [file, imports] of graph) {
    for (const row of imports) {
      const fault = row.fault ?? (row.file && wrongDirection(folderOf(file), levelOf(file), folderOf(row.file), levelOf(row.file)))
      if (fault) problems.push(`${at(file, row)}: ${fault}`)
    }
  }
  for (const cycle of cyclesIn(graph)) problems.push(`in a circle: ${cycle.map((file) => `src/${file}`).join(' -> ')}`)
  return problems
}

/**
 * @param {string} folder
 * @param {number | undefined} level
 * @param {string} targetFolder
 * @param {number | undefined} targetLevel
 * @returns {string | undefined} why that import is wrong
 */
function wrongDirection(folder, level, targetFolder, targetLevel) {
  if (level === undefined || targetLevel === undefined) return undefined // reported once a folder
  if (targetLevel > level) return `upward, from level ${level} to level ${targetLevel}`
  if (folder === targetFolder) return undefined
  if (targetLevel === level) return `sideways, from ${folder} to ${targetFolder} in level ${level}`
  const ceiling = CEILINGS.get(folder)
  if (ceiling !== undefined && targetLevel > ceiling) return `too far: ${folder} imports level ${ceiling} and its own folder only`
  return undefined
}

/**
 * Packages that nobody declared, and built-in modules without `node:`.
 *
 * @param {Graph} graph
 * @param {Manifest} manifest
 */
function packageProblems(graph, manifest) {
  const declared = new Set(['dependencies', 'peerDependencies'].flatMap((field) => Object.keys(manifest[field] ?? {})))
  const problems = []
  for (const [file, imports] of graph) {
    for (const row of imports.filter(({ specifier }) => !specifier.startsWith('.'))) {
      if (row.specifier.startsWith('node:')) continue
      if (isBuiltin(row.specifier)) problems.push(`${at(file, row)}: write node:${row.specifier}`)
      else if (!declared.has(packageOf(row.specifier))) problems.push(`${at(file, row)}: neither a dependency nor a peer in package.json`)
    }
  }
  return problems
}

/**
 * Type-only imports count: the declarations of "." have to compile without the package, too.
 *
 * @param {Graph} graph
 * @param {Set<string>} fromRoot
 * @param {Manifest} manifest
 */
function optionalPeerProblems(graph, fromRoot, manifest) {
  const optional = new Set(Object.keys(manifest['peerDependenciesMeta'] ?? {}))
  return [...fromRoot].flatMap((file) =>
    (graph.get(file) ?? [])
      .filter((row) => optional.has(packageOf(row.specifier)))
      .map((row) => `${at(file, row)}: an optional peer, and "." reaches this file`),
  )
}

/**
 * Where "." loads the required peer at run time: allowed, and worth knowing.
 *
 * @param {Graph} graph
 * @param {Set<string>} fromRoot
 */
function requiredPeerLoads(graph, fromRoot) {
  return [...fromRoot].flatMap((file) =>
    (graph.get(file) ?? [])
      .filter((row) => packageOf(row.specifier) === '@aws-sdk/client-dynamodb' && !row.typeOnly)
      .map((row) => `"." loads ${row.specifier}: src/${file}:${row.line}`),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, notes, summary } = checkImports(fileURLToPath(new URL('..', import.meta.url)))
  for (const note of notes) console.log(note)
  for (const problem of problems) console.error(problem)
  console.log(summary)
  process.exitCode = problems.length === 0 ? 0 : 1
}
