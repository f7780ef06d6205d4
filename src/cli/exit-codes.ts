// The status that the command ends with, for scripts.

export const EXIT = {
  /** Done, and nothing to report. */
  ok: 0,
  /** It could not be done: a missing permission, a server that does not answer. */
  failed: 1,
  /** The command line or the config file is wrong. */
  usage: 2,
  /** Done, and items were reported. */
  problems: 3,
  /** Ended by Ctrl-C; a checkpoint says how far it came. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
