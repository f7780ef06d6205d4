// A folder of a user of the package: what npm puts there for a list of packages, and programs to run in it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc')

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @returns {string} standard output
 * @throws an Error with all output, if the command fails
 */
export function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`)
  return stdout
}

export class Consumer {
  /** @param {string} folder made here */
  constructor(folder) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
    this.write('package.json', { name: 'consumer', private: true })
  }

  /** @param {string[]} packages tarballs and `name@version` */
  install(packages) {
    run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], this.folder)
  }

  /** @param {string} name */
  has(name) {
    return existsSync(join(this.folder, 'node_modules', name))
  }

  /**
   * @param {string} file
   * @param {string | object} content
   */
  write(file, content) {
    writeFileSync(join(this.folder, file), typeof content === 'string' ? content : JSON.stringify(content))
  }

  /** @param {string[]} args */
  node(args) {
    return run(process.execPath, args, this.folder)
  }

  /**
   * The declarations of every package that the files reach are checked, too: skipLibCheck is off.
   *
   * @param {string[]} files
   * @param {Record<string, unknown>} compilerOptions
   */
  compile(files, compilerOptions) {
    this.write('tsconfig.json', {
      files,
      compilerOptions: { strict: true, skipLibCheck: false, target: 'es2022', types: ['node'], ...compilerOptions },
    })
    run(process.execPath, [TSC, '-p', '.'], this.folder)
  }
}
