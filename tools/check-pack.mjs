// Checks the package as a stranger gets it: packed, linted, installed into empty folders, loaded and compiled against in every way.
// Reads package.json for what to check: a new subpath of `exports`, peer or dependency is checked without a change here.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { check, finish } from './counted-checks.mjs'
import { Consumer, run } from './pack-install.mjs'

/**
 * @typedef {Record<string, string>} Names
 * @typedef {{ name: string, main: string, types: string, bin?: Names, exports: Record<string, object | string>, dependencies: Names,
 *   peerDependencies: Names, peerDependenciesMeta: Record<string, { optional?: boolean }>, devDependencies: Names }} Manifest
 * @typedef {{ filename: string, size: number, unpackedSize: number, entryCount: number, files: { path: string }[] }} Packed
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
/** @type {Manifest} */
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const attw = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')

/** "." and the others, without plain files such as "./package.json". */
const subpaths = Object.keys(manifest.exports).filter((subpath) => typeof manifest.exports[subpath] === 'object')
const specifiers = subpaths.map((subpath) => manifest.name + subpath.slice(1))
const peers = Object.keys(manifest.peerDependencies)
const optionalPeers = peers.filter((name) => manifest.peerDependenciesMeta[name]?.optional)
const requiredPeers = peers.filter((name) => !optionalPeers.includes(name))

/** @param {string} name @returns {string} the version that this repository is developed with */
const pinned = (name) => `${name}@${manifest.devDependencies[name]}`
/** @param {string} name @returns {string} the oldest version that the range of the peer allows */
const oldest = (name) => `${name}@${manifest.peerDependencies[name]?.replace(/^[\^~]|^>=/, '')}`

/** What different users have beside the package, and what has to work for them: "." without any optional peer, every subpath with all. */
const CONSUMERS = [
  { what: 'required peers', packages: requiredPeers.map(pinned), names: [manifest.name] },
  { what: 'oldest peers', packages: requiredPeers.map(oldest), names: [manifest.name] },
  ...(subpaths.length > 1 ? [{ what: 'every peer', packages: peers.map(pinned), names: specifiers }] : []),
]

/** @param {string[]} names @returns {string} a module that imports each and uses what it gets */
const importing = (names) =>
  names
    .map((name, i) => `import * as m${i} from '${name}'\nif (Object.keys(m${i}).length === 0) throw new Error('${name} exports nothing')`)
    .join('\n')

/** @param {Consumer} consumer @param {string[]} names */
function checkAbsent(consumer, names) {
  const present = names.filter((name) => consumer.has(name))
  if (present.length > 0) throw new Error(`installed: ${present.join(', ')}`)
}

/** @param {Consumer} consumer @param {string[]} names @param {string} what */
async function checkLoading(consumer, names, what) {
  await check(`${what}: import ${names.join(', ')}`, () => {
    consumer.write('load.mjs', importing(names))
    consumer.node(['load.mjs'])
  })
  await check(`${what}: require ${names.join(', ')}`, () => {
    consumer.write('load.cjs', importing(names).replace(/import \* as (m\d+) from ('.*')/g, 'const $1 = require($2)'))
    consumer.node(['load.cjs'])
  })
}

/** @param {Consumer} consumer @param {string[]} names @param {string} what */
async function checkTypes(consumer, names, what) {
  const program = `${readFileSync(join(root, 'tools/pack-consumer.ts'), 'utf8')}\n${importing(names)}\n`
  for (const extension of ['mts', 'cts', 'ts']) consumer.write(`main.${extension}`, program)
  await check(`${what}: TypeScript, node16 resolution, .mts and .cts, compiled and run`, () => {
    consumer.compile(['main.mts', 'main.cts'], { module: 'node16', outDir: 'out' })
    for (const file of ['out/main.mjs', 'out/main.cjs']) consumer.node([file])
  })
  await check(`${what}: TypeScript, bundler resolution`, () => {
    consumer.compile(['main.ts'], { module: 'esnext', moduleResolution: 'bundler', noEmit: true })
  })
}

const folder = mkdtempSync(join(tmpdir(), 'check-pack-'))
try {
  run('npm', ['run', 'build'], root)
  // The build has just run: the prepack script, which runs it too, would write into the JSON.
  /** @type {[Packed]} */
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root))
  const tarball = join(folder, packed.filename)

  await check('publint, strict', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: Uint8Array.from(readFileSync(tarball)).buffer }, strict: true })
    if (messages.length > 0) throw new Error(messages.map((message) => formatMessage(message, pkg, { color: false })).join('\n'))
  })
  // Profile node16 leaves out one resolution, node10: it knows no `exports`, so no subpath, and TypeScript 6 has deprecated it.
  await check('are the types wrong, every entry point', () =>
    run(process.execPath, [attw, tarball, '--profile', 'node16', '--format', 'ascii', '--no-emoji'], root),
  )
  await check('everything that package.json points to is in the tarball', () => {
    const files = new Set(packed.files.map(({ path }) => `./${path}`))
    const targets = [...JSON.stringify([manifest.exports, manifest.bin, manifest.main, manifest.types]).matchAll(/"(\.\/[^"]+\.\w+)"/g)]
    const missing = targets.map(([, target = '']) => target).filter((target) => !files.has(target))
    if (missing.length > 0) throw new Error(`not packed: ${missing.join(', ')}`)
  })
  await check('tsconfig.json leads each subpath to its source', () => {
    const text = readFileSync(join(root, 'tsconfig.json'), 'utf8')
    const missing = specifiers.filter((specifier) => !text.includes(`"${specifier}": ["./src/`))
    if (missing.length > 0) throw new Error(`no entry in "paths": ${missing.join(', ')}`)
  })
  for (const { what, packages, names } of CONSUMERS) {
    const consumer = new Consumer(join(folder, what.replaceAll(' ', '-')))
    const installed = await check(`${what}: npm install`, () => consumer.install([tarball, pinned('@types/node'), ...packages]))
    if (!installed) continue
    const unasked = optionalPeers.filter((name) => !packages.includes(pinned(name)))
    if (unasked.length > 0) await check(`${what}: not installed: ${unasked.join(', ')}`, () => checkAbsent(consumer, unasked))
    await checkLoading(consumer, names, what)
    await checkTypes(consumer, names, what)
  }

  const [size, unpackedSize] = [packed.size, packed.unpackedSize].map((bytes) => `${(bytes / 1000).toFixed(1)} kB`)
  const dependencies = Object.entries(manifest.dependencies).map(([name, range]) => `${name} ${range}`)
  console.log(`packed ${size}, unpacked ${unpackedSize}, ${packed.entryCount} files`)
  console.log(`runtime dependencies: ${dependencies.join(', ')}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
finish()
