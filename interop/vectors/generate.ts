// Writes a new version of the vectors for others: `npx tsx interop/vectors/generate.ts 2`. A version that exists is not written again: what
// it holds was read by all clients once, and whoever uses it counts on its bytes.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { encryptorFor, vectorsFolder, type VectorKey, type VectorSet } from '../../test/support/generated-vectors.js'
import { keysFor } from '../support/rows.js'
import { readableVectors } from './readable.js'
import { refusedVectors } from './refused.js'

const version = process.argv[2] ?? ''
const folder = new URL(`v${version}/`, vectorsFolder)
if (!/^[1-9]\d*$/.test(version) || existsSync(folder)) {
  console.error('usage: npx tsx interop/vectors/generate.ts <number of a version that does not exist yet>')
  process.exit(2)
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const keys: VectorSet['keys'] = Object.fromEntries(
  keysFor('Java').map(({ name, algorithm, secret, publicKey, privateKey }): [string, VectorKey] => [
    name,
    {
      algorithm,
      ...(secret && { secret: base64(secret) }),
      ...(publicKey && { public: base64(publicKey) }),
      ...(privateKey && { private: base64(privateKey) }),
    },
  ]),
)

/** A vector a line, so that a difference between versions can be read. */
const lines = (list: readonly unknown[]): string => `[\n${list.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`

const readable = await readableVectors((setup, item) => encryptorFor(setup, keys).encryptItem(item))
const refused = await refusedVectors((setup, item) => encryptorFor(setup, keys).encryptItem(item))
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('keys.json', folder), `${JSON.stringify(keys, undefined, 2)}\n`)
writeFileSync(new URL('readable.json', folder), lines(readable))
writeFileSync(new URL('refused.json', folder), lines(refused))
console.log(`version ${version}: ${String(readable.length)} items to read, ${String(refused.length)} to refuse`)
