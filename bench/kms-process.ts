// A local KMS in a process of its own, as a service behind a network is: its work takes no time from the client's thread.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startLocalKms, type LocalClientConfig } from 'dynamodb-encryption-client/testing'

export interface KmsProcess {
  readonly clientConfig: LocalClientConfig
  readonly keyId: string
  close(): Promise<void>
}

type Started = Pick<KmsProcess, 'clientConfig' | 'keyId'>

/** @param latencyMs - milliseconds before every answer */
export async function startKmsProcess(latencyMs: number): Promise<KmsProcess> {
  const child = fork(fileURLToPath(import.meta.url), [String(latencyMs)])
  const ended = once(child, 'exit')
  const [started] = (await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('the KMS ended')))])) as [
    Started,
  ]
  return {
    ...started,
    close: async () => {
      child.disconnect()
      await ended
    },
  }
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const kms = await startLocalKms({ latencyMs: Number(process.argv[2]) })
  const started: Started = { clientConfig: kms.clientConfig(), keyId: kms.createKey().arn }
  process.send(started)
  await once(process, 'disconnect')
  await kms.close()
}
