// Removes what the other scripts make: the built package and the coverage report.
import { rmSync } from 'node:fs'

for (const folder of ['dist', 'coverage']) rmSync(new URL(`../${folder}`, import.meta.url), { recursive: true, force: true })
