// The protocol under the SDK's client: what other clients send, and what no client should.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { useLocalKms } from './kms-clients.js'

const local = useLocalKms({ regions: ['us-east-1'] })
const SCOPE = '20250101/us-east-1/kms/aws4_request'
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${SCOPE}, SignedHeaders=host, Signature=00`

/** Sends a request; a header whose value is undefined is left out. */
async function post(body: string, headers: Record<string, string | undefined> = {}): Promise<{ status: number; answer: unknown }> {
  const usual = { 'x-amz-target': 'TrentService.ListKeys', authorization: AUTHORIZATION, 'content-type': 'application/x-amz-json-1.1' }
  const all: Record<string, string | undefined> = { ...usual, ...headers }
  const sent = Object.entries(all).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  const response = await fetch(local.kms.endpoint, { method: 'POST', body, headers: sent })
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1')
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  return { status: response.status, answer: await response.json() }
}

test('plain AWS JSON 1.1', async () => {
  const { keyId, arn } = local.kms.createKey()
  expect(await post('{}')).toEqual({ status: 200, answer: { Keys: [{ KeyId: keyId, KeyArn: arn }], Truncated: false } })
  const described = await post(JSON.stringify({ KeyId: keyId }), { 'x-amz-target': 'TrentService.DescribeKey' })
  expect(described.answer).toMatchObject({ KeyMetadata: { CreationDate: expect.any(Number) as number } })
})

test('what older SDKs send', async () => {
  const body = '{"CustomerMasterKeySpec":"HMAC_256","KeyUsage":"GENERATE_VERIFY_MAC"}'
  const { answer } = await post(body, { 'x-amz-target': 'TrentService.CreateKey' })
  expect(answer).toMatchObject({ KeyMetadata: { KeySpec: 'HMAC_256' } })
})

test.each([
  ['no signature', '{}', { authorization: undefined }, 'MissingAuthenticationTokenException'],
  ['another kind of signature', '{}', { authorization: 'Basic eA==' }, 'IncompleteSignatureException'],
  ['another service', '{}', { authorization: AUTHORIZATION.replace('/kms/', '/s3/') }, 'IncompleteSignatureException'],
  ['another Region', '{}', { authorization: AUTHORIZATION.replace('us-east-1', 'xx-none-1') }, 'InvalidSignatureException'],
  ['no target', '{}', { 'x-amz-target': undefined }, 'UnknownOperationException'],
  ['another target', '{}', { 'x-amz-target': 'DynamoDB_20120810.GetItem' }, 'UnknownOperationException'],
  ['an operation that is not simulated', '{}', { 'x-amz-target': 'TrentService.CreateGrant' }, 'UnknownOperationException'],
  ['a name of Object.prototype', '{}', { 'x-amz-target': 'TrentService.constructor' }, 'UnknownOperationException'],
  ['no body', '', {}, 'SerializationException'],
  ['no JSON', '{', {}, 'SerializationException'],
  ['no object', '[]', {}, 'SerializationException'],
  ['a number for a text', '{"Marker":1}', {}, 'SerializationException'],
  ['a text for a number', '{"Limit":"1"}', {}, 'SerializationException'],
  ['grant tokens that are no list', '{"GrantTokens":"x"}', {}, 'SerializationException'],
  ['a missing member', '{}', { 'x-amz-target': 'TrentService.DescribeKey' }, 'ValidationException'],
  ['a null member', '{"KeyId":null}', { 'x-amz-target': 'TrentService.DescribeKey' }, 'ValidationException'],
  ['bytes that are no base64', '{"CiphertextBlob":"*"}', { 'x-amz-target': 'TrentService.Decrypt' }, 'SerializationException'],
  ['a context of numbers', '{"EncryptionContext":{"a":1}}', { 'x-amz-target': 'TrentService.GenerateDataKey' }, 'ValidationException'],
])('%s', async (_case, body, headers, type) => {
  expect(await post(body, headers)).toMatchObject({ status: 400, answer: { __type: type } })
})

test('a body that is too long', async () => {
  expect(await post('x'.repeat((1 << 20) + 1))).toMatchObject({ status: 413 })
})

test('a context with a name of Object.prototype is a context', async () => {
  const { keyId } = local.kms.createKey()
  const context = '"EncryptionContext":{"__proto__":"a"}'
  const target = (operation: string) => ({ 'x-amz-target': `TrentService.${operation}` })
  const { answer } = await post(`{"KeyId":"${keyId}","Plaintext":"AQ==",${context}}`, target('Encrypt'))
  const blob = (answer as { CiphertextBlob: string }).CiphertextBlob
  expect(await post(`{"CiphertextBlob":"${blob}",${context}}`, target('Decrypt'))).toMatchObject({ answer: { Plaintext: 'AQ==' } })
  expect(await post(`{"CiphertextBlob":"${blob}"}`, target('Decrypt'))).toMatchObject({ status: 400 })
})

test('a process ends by itself once its servers are closed', async () => {
  const script = fileURLToPath(new URL('./closes-and-ends.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { timeout: 30_000 })
  expect(stdout).toBe('closed\n')
})
