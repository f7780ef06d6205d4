// The transparent clients stand on names that are internals of the AWS SDK (src/client/plugin.ts). So the packed package is tried with the
// oldest and the newest SDK that it supports: a folder for each, and tools/sdk-consumer.mjs run in it, which prints a line for each check.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, finish } from './counted-checks.mjs'
import { Consumer, run } from './pack-install.mjs'

/**
 * @typedef {Record<string, string>} Names
 * @typedef {{ name: string, peerDependencies: Names, devDependencies: Names }} Manifest
 */

const root = fileURLToPath(new URL('..', import.meta.url))
/** @type {Manifest} */
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const SDK = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb']

/** @type {Record<string, (name: string) => string | undefined>} */
const VERSIONS = {
  oldest: (name) => manifest.peerDependencies[name]?.replace(/^[\^~]|^>=/, ''),
  newest: (name) => manifest.devDependencies[name],
}
const program = readFileSync(join(root, 'tools/sdk-consumer.mjs'), 'utf8')

const folder = mkdtempSync(join(tmpdir(), 'check-sdk-'))
try {
  run('npm', ['run', 'build'], root)
  /** @type {[{ filename: string }]} */
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root))
  for (const [age, versionOf] of Object.entries(VERSIONS)) {
    const consumer = new Consumer(join(folder, age))
    const versions = SDK.map((name) => `${name}@${versionOf(name)}`)
    const dynalite = `dynalite@${manifest.devDependencies['dynalite']}`
    // What the SDK's packages ask of one another would bring a newer client beside the old one.
    consumer.write('package.json', {
      name: 'consumer',
      private: true,
      overrides: Object.fromEntries(SDK.map((name) => [name, versionOf(name)])),
    })
    const isInstalled = await check(`${age} SDK: npm install ${versions.join(' ')}`, () =>
      consumer.install([join(folder, packed.filename), dynalite, ...versions]),
    )
    if (!isInstalled) continue
    for (const [kind, file] of [
      ['ESM', 'main.mjs'],
      ['CommonJS', 'main.cjs'],
    ]) {
      consumer.write(file ?? '', kind === 'ESM' ? program : asCommonJs(program))
      let output = ''
      await check(`${age} SDK: the program runs, ${kind}`, () => {
        output = consumer.node([file ?? '', ...SDK.map((name) => versionOf(name) ?? '')])
      })
      for (const line of output.split('\n').filter((text) => /^(ok|FAILED) /.test(text))) {
        await check(`${age} SDK, ${kind}: ${line.replace(/^\w+ /, '')}`, () => {
          if (!line.startsWith('ok ')) throw new Error(line)
        })
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
finish()

/** @param {string} text @returns {string} the program with its imports as calls of require */
function asCommonJs(text) {
  return text.replace(
    /^import (\{[^}]*\}) from ('[^']*')$/gm,
    (_, /** @type {string} */ names, /** @type {string} */ from) => `const ${names} = require(${from})`,
  )
}
