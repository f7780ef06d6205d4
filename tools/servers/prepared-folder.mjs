// A folder under .servers that is filled once: what a server needs from its language's registry, kept between runs.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The folder that belongs to a list of pinned packages, filled first where this machine has none yet. It is filled under another name and
 * renamed when complete: a run that was cut short leaves nothing that looks ready, and two runs at once do not disturb each other.
 *
 * @param {string} name the server's name
 * @param {string} listFile the list, from the top of the repository; another list makes another folder
 * @param {string} runtime what else the packages depend on: another version of Python makes another folder
 * @param {(folder: string, listFile: string) => Promise<void>} fill
 * @returns {Promise<string>} the folder's path
 */
export async function preparedFolder(name, listFile, runtime, fill) {
  const list = join(ROOT, listFile)
  const id = createHash('sha256')
    .update(readFileSync(list))
    .update(`${runtime} ${process.platform} ${process.arch}`)
    .digest('hex')
    .slice(0, 12)
  const folder = join(ROOT, '.servers', name, id)
  if (existsSync(folder)) return folder
  mkdirSync(dirname(folder), { recursive: true })
  const unfinished = mkdtempSync(`${folder}-`)
  try {
    console.log(`${name}: fetching what ${listFile} lists`)
    await fill(unfinished, list)
    try {
      renameSync(unfinished, folder)
    } catch (error) {
      if (!existsSync(folder)) throw error // else another run was first
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return folder
}
