import { canonical } from './answer.js'
import { SERVER, startDatabase } from './database.js'
import { runPrograms } from './run-programs.js'
const db = await startDatabase()
const [, , first = '0', programs = '100', lanes = '4', only = '-', length = '700'] = process.argv
const s = performance.now()
const { coverage, findings } = await runPrograms({
  config: db.clientConfig,
  server: SERVER,

  seed: Number(process.env['SEED'] ?? 1),
  first: Number(first),
  programs: Number(programs),
  lanes: Number(lanes),
})
console.log(
  SERVER.name,
  coverage.programs,
  coverage.calls,
  'calls',
  (performance.now() - s) / 1000,
  's ok',
  coverage.succeeded / coverage.calls,
  'reads',
  coverage.readsWithItems / coverage.reads,
  process.cpuUsage().user / 1e6,
)
for (const { finding: f, count } of findings) {
  console.log(count, f.kind.slice(0, 300))
  if (f.kind.includes(only)) {
    const cut = (x: unknown) => JSON.stringify(canonical(x)).slice(0, Number(length))
    const [p, e] = [JSON.stringify(f.plain) ?? '', JSON.stringify(f.encrypted) ?? '']
    let at = 0
    while (at < p.length && p[at] === e[at]) at++
    console.log('  ', cut(f.call.input), '\n P', p.slice(Math.max(0, at - 150), at + 200), '\n E', e.slice(Math.max(0, at - 150), at + 200))
  }
}
await db.close()
process.exit()
