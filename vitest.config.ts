// How `npm test` runs: test/**/*.test.ts over the sources, type tests in test/types, coverage with its floors.
// LIB=esm or LIB=cjs runs the same suites over the built package: the package's name then leads to dist.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))
const { name, exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { name: string; exports: Record<string, unknown> }

/** `./dist/esm/keys/x.js` as the file that LIB asks for. */
function fileFor(builtFile: string): string {
  const lib = process.env['LIB'] ?? 'src'
  if (lib === 'src') return builtFile.replace('./dist/esm/', `${root}src/`).replace(/\.js$/, '.ts')
  if (lib === 'esm' || lib === 'cjs') return builtFile.replace('./dist/esm/', `${root}dist/${lib}/`)
  throw new Error(`LIB is src, esm or cjs, not ${lib}`)
}

const alias = Object.entries(exports).flatMap(([subpath, target]) => {
  if (typeof target === 'string') return [] // "./package.json"
  const {
    import: { default: builtFile },
  } = target as { import: { default: string } }
  return [{ find: new RegExp(`^${name}${subpath.slice(1)}$`), replacement: fileFor(builtFile) }]
})

const all = { lines: 100, branches: 100, functions: 100, statements: 100 }

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/target/**', '**/.venv/**'],
    watch: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: Math.min(availableParallelism(), 8), // vitest's own choice leaves one of two cores idle
    server: { deps: { external: [/\/dist\/(esm|cjs)\//] } }, // the built files are loaded by Node, as they would be for a user
    typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], tsconfig: 'test/types/tsconfig.json' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'html'],
      thresholds: { 'src/format/**': all, 'src/keys/**': all, 'src/crypto/**': all },
    },
  },
})
