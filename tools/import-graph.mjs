// Which source file imports what: every import, export-from, import type, import() and require() of a folder of TypeScript.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import ts from 'typescript'

/**
 * @typedef {object} Import
 * @property {string} specifier as written
 * @property {boolean} typeOnly erased by the compiler: nothing is loaded
 * @property {number} line from 1
 * @property {string | undefined} file the imported file, relative to the folder; undefined for a package
 * @property {string | undefined} fault why a relative specifier does not lead to a source file
 */

/** @typedef {Map<string, Import[]>} Graph file (relative to the folder, with `/`) -> its imports */

/**
 * @param {string} folder
 * @returns {Graph}
 */
export function readGraph(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?ts$/.test(name))
    .map((name) => name.split(sep).join('/'))
    .sort()
  return new Map(files.map((file) => [file, importsOf(folder, file)]))
}

/**
 * @param {string} folder
 * @param {string} file
 * @returns {Import[]}
 */
function importsOf(folder, file) {
  const source = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true)
  /** @type {Import[]} */
  const imports = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    const found = moduleNamedBy(node)
    if (found) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
      imports.push({ ...found, line, ...resolve(folder, file, found.specifier) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return imports
}

/**
 * @param {ts.Node} node
 * @returns {{ specifier: string, typeOnly: boolean } | undefined}
 */
function moduleNamedBy(node) {
  if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
  if (ts.isExportDeclaration(node)) return named(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isExternalModuleReference(node)) return named(node.expression, false)
  if (ts.isImportTypeNode(node)) return named(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
  if (ts.isCallExpression(node)) {
    const { expression, arguments: args } = node
    const loads = expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require')
    return loads ? named(args[0], false) : undefined
  }
  return undefined
}

/**
 * @param {ts.Node | undefined} literal
 * @param {boolean} typeOnly
 */
function named(literal, typeOnly) {
  return literal && ts.isStringLiteralLike(literal) ? { specifier: literal.text, typeOnly } : undefined
}

/**
 * @param {string} folder
 * @param {string} file
 * @param {string} specifier
 * @returns {{ file: string | undefined, fault: string | undefined }}
 */
function resolve(folder, file, specifier) {
  if (!specifier.startsWith('.')) return { file: undefined, fault: undefined }
  if (!/\.[cm]?js$/.test(specifier)) return { file: undefined, fault: 'a relative import names its file with `.js`' }
  const path = posix.join(dirname(file).split(sep).join('/'), specifier).replace(/js$/, 'ts')
  if (path.startsWith('../')) return { file: undefined, fault: `leads out of ${relative('.', folder) || folder}` }
  return existsSync(join(folder, path)) ? { file: path, fault: undefined } : { file: undefined, fault: 'there is no such file' }
}

/**
 * Each cycle once, as the files along it, the first one again at the end. Type-only imports count.
 *
 * @param {Graph} graph
 * @returns {string[][]}
 */
export function cyclesIn(graph) {
  /** @type {string[][]} */
  const cycles = []
  /** @type {Set<string>} */
  const done = new Set()
  /** @type {string[]} */
  const path = []
  /** @param {string} file */
  const walk = (file) => {
    const start = path.indexOf(file)
    if (start >= 0) cycles.push([...path.slice(start), file])
    if (start >= 0 || done.has(file)) return
    path.push(file)
    for (const target of new Set((graph.get(file) ?? []).flatMap((row) => row.file ?? []))) walk(target)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) walk(file)
  return cycles
}

/**
 * The files that loading (or compiling against) `entry` reaches, `entry` itself included.
 *
 * @param {Graph} graph
 * @param {string} entry
 * @returns {Set<string>}
 */
export function reachedFrom(graph, entry) {
  /** @type {Set<string>} */
  const reached = new Set([entry])
  for (const file of reached) for (const row of graph.get(file) ?? []) if (row.file) reached.add(row.file)
  return reached
}
