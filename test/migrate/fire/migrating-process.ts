// A process of fire.test.ts that encrypts a table, and may be killed at any time.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CheckpointFile } from '../../../src/migrate/checkpoint-file.js'
import { openJob } from '../../../src/migrate/job-tables.js'
import { migrateTable } from '../../../src/migrate/migrate-table.js'
import { ACTIONS, migrationProvider, type MigrationMessage, type MigrationStart } from './migration.js'

function say(message: MigrationMessage): void {
  if (process.send === undefined) throw new Error('started by fork alone')
  process.send(message)
}

process.once('message', (start: MigrationStart) => {
  void run(start).then(() => process.disconnect())
})

async function run({ clientConfig, tableName, keys, checkpoint, totalSegments, limitRcu }: MigrationStart): Promise<void> {
  const client = new DynamoDBClient(clientConfig)
  const opened = await openJob('encrypt-table', {
    client,
    tableName,
    protection: { materialsProvider: migrationProvider(keys), actions: ACTIONS },
  })
  const summary = await migrateTable({
    ...opened,
    totalSegments,
    segmentsAtOnce: totalSegments,
    concurrency: 8,
    limitRcu,
    checkpoint: new CheckpointFile(checkpoint, { job: 'encrypt-table', tableName, totalSegments }),
    onProgress: (progress) => say({ kind: 'progress', progress }),
    onProblem: (problem) => say({ kind: 'problem', problem }),
  })
  say({ kind: 'summary', summary })
  client.destroy()
}
