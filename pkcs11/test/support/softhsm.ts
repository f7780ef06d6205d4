// A SoftHSM token of its own for each test file, in a folder that goes away with it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pkcs11js from 'pkcs11js'
import { Token } from '../../src/token.js'

const SO_PIN = 'security officer'
export const PIN = 'crypto user'
export const LABEL = 'items'

/** Where Debian, Fedora and Homebrew put it; SOFTHSM2_LIBRARY names another place. */
const LIBRARIES = [
  process.env['SOFTHSM2_LIBRARY'],
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

export interface TestToken {
  readonly token: Token
  readonly library: string
  /** Ends the token's sessions and begins new ones, as a restart of the program would: session objects are gone, keys are not. */
  reopen(sessions?: number): Promise<TestToken>
  remove(): Promise<void>
}

/** Makes a token and logs in to it. SoftHSM reads its configuration from a file that the environment names. */
export function newToken(sessions?: number): TestToken {
  const library = LIBRARIES.find((path) => path !== undefined && existsSync(path))
  if (library === undefined) throw new Error('SoftHSM 2 is not installed: apt-get install softhsm2, or set SOFTHSM2_LIBRARY')
  const folder = mkdtempSync(join(tmpdir(), 'softhsm-'))
  mkdirSync(join(folder, 'tokens'))
  const configuration = join(folder, 'softhsm2.conf')
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  process.env['SOFTHSM2_CONF'] = configuration
  initialize(library)
  return opened(library, folder, sessions)
}

function opened(library: string, folder: string, sessions: number | undefined): TestToken {
  const token = Token.open({ library, label: LABEL, pin: PIN, ...(sessions !== undefined && { sessions }) })
  return {
    token,
    library,
    reopen: async (newSessions) => {
      await token.close()
      return opened(library, folder, newSessions)
    },
    remove: async () => {
      await token.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What an administrator does once: a label, and PINs for the security officer and for the user. */
function initialize(library: string): void {
  const pkcs11 = new pkcs11js.PKCS11(library)
  pkcs11.C_Initialize()
  const [empty] = pkcs11.C_GetSlotList(true)
  if (empty === undefined) throw new Error('SoftHSM shows no slot for a new token')
  pkcs11.C_InitToken(empty, SO_PIN, LABEL)
  // SoftHSM gives an initialized token another slot.
  const slot = pkcs11.C_GetSlotList(true).find((each) => pkcs11.C_GetTokenInfo(each).label.startsWith(LABEL))
  if (slot === undefined) throw new Error('the new token is not there')
  const session = pkcs11.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION)
  pkcs11.C_Login(session, pkcs11js.CKU_SO, SO_PIN)
  pkcs11.C_InitPIN(session, PIN)
  pkcs11.C_Finalize()
}
