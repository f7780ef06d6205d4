// Finds and reads the config file.
import { access, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createJiti } from 'jiti'
import { isPlainObject } from '../assert.js'
import type { DdbecConfig } from './config-types.js'
import { UsageError } from './usage-error.js'

const NAMES = ['ddbec.config.ts', 'ddbec.config.js', 'ddbec.config.mjs', 'ddbec.config.cjs', 'ddbec.config.json'] as const

export interface LoadedConfig {
  readonly config: DdbecConfig
  /** Undefined where there is none. */
  readonly path: string | undefined
  /** What paths in it start from. */
  readonly folder: string
}

/**
 * @param path - what `--config` says; where undefined, the first of the usual names in the folder
 * @throws UsageError
 */
export async function loadConfig(folder: string, path: string | undefined): Promise<LoadedConfig> {
  const found = path === undefined ? await findConfig(folder) : resolve(folder, path)
  if (found === undefined) return { config: {}, path: undefined, folder }
  if (!(await exists(found))) throw new UsageError(`there is no config file ${found}`)
  return { config: checkedConfig(await exportOf(found), found), path: found, folder: dirname(found) }
}

async function findConfig(folder: string): Promise<string | undefined> {
  for (const name of NAMES) {
    const path = join(folder, name)
    if (await exists(path)) return path
  }
  return undefined
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function exportOf(path: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8'))
    // Node 20 reads no TypeScript by itself.
    const exported: unknown = await createJiti(path).import(path, { default: true })
    return typeof exported === 'function' ? await Reflect.apply(exported, undefined, []) : exported
  } catch (error) {
    throw new UsageError(`the config file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function checkedConfig(exported: unknown, path: string): DdbecConfig {
  if (!isConfig(exported)) {
    throw new UsageError(`the config file ${path} exports no config: its default export is { client?, tables?, stores? }`)
  }
  return exported
}

const FIELDS = ['client', 'tables', 'stores']

/** Types are the compiler's job; what each command needs of it, it checks itself. */
function isConfig(exported: unknown): exported is DdbecConfig {
  if (!isPlainObject(exported)) return false
  const isObject = (name: string): boolean => exported[name] === undefined || typeof exported[name] === 'object'
  return Object.keys(exported).every((name) => FIELDS.includes(name)) && FIELDS.every(isObject)
}
