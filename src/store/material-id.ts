// `<material name>#<version>`, as it stands in a material description.
import { DynamoDBEncryptionError } from '../errors.js'
import type { MaterialDescription } from '../format/material-description.js'
import { getOwn } from '../items.js'
import { MATERIAL_ID } from './provider-store.js'

export interface MaterialId {
  readonly name: string
  readonly version: number
}

export function materialIdText({ name, version }: MaterialId): string {
  return `${name}#${String(version)}`
}

/** Canonical, so that one version has one spelling; at most 15 digits, which a JavaScript number holds exactly. */
const VERSION = /^(?:0|[1-9]\d{0,14})$/

/**
 * Split at the last `#`, since a material name may hold one. The name is an attacker's text until it is compared.
 *
 * @throws `INVALID_MATERIAL_DESCRIPTION` where there is none, or its version is no whole number from 0
 */
export function materialIdOf(description: MaterialDescription): MaterialId {
  const text = getOwn(description, MATERIAL_ID)
  if (text === undefined) throw invalid(`the item's material description has no ${MATERIAL_ID}: it was written by another provider`)
  const split = text.lastIndexOf('#')
  const version = text.slice(split + 1)
  if (split === -1 || !VERSION.test(version)) throw invalid(`${MATERIAL_ID} in the item's material description is not <name>#<version>`)
  return { name: text.slice(0, split), version: Number(version) }
}

/** The text of a whole number from 0 that a JavaScript number holds exactly. */
export function isVersionText(version: string): boolean {
  return VERSION.test(version)
}

/** @throws `INVALID_CONFIGURATION` */
export function assertVersion(version: number): void {
  if (!isVersionText(String(version))) {
    throw new DynamoDBEncryptionError('INVALID_CONFIGURATION', 'a version is a whole number from 0 to 999999999999999')
  }
}

function invalid(message: string): DynamoDBEncryptionError {
  return new DynamoDBEncryptionError('INVALID_MATERIAL_DESCRIPTION', message)
}
