import { setTimeout as sleep } from 'node:timers/promises'
import type { AwsJsonReply, AwsJsonRequest } from './aws-json-server.js'
import { describeCall, type LocalKmsCall, type OpenCall } from './kms-calls.js'
import { accessDeniedError, KmsError } from './kms-errors.js'
import { FaultRules, type FaultPlan } from './kms-faults.js'
import { parseInput, type JsonObject } from './kms-input.js'
import { CALLER } from './kms-key-names.js'
import { KeyRing } from './kms-keys.js'
import { runOperation } from './kms-operations.js'
import { namedKey, subjectKey, usedKeys, type KmsRequest } from './kms-request.js'

const TARGET_PREFIX = 'TrentService.' // KMS calls itself so in X-Amz-Target

// The Region comes from the credential scope (IAM guide, "Create a signed AWS API request"), so one server is every Region.
const CREDENTIAL = /^AWS4-HMAC-SHA256 .*?Credential=[^/,\s]+\/[0-9]{8}\/(?<region>[a-z0-9-]+)\/kms\/aws4_request/

function regionOf(authorization: string | undefined): string {
  if (authorization === undefined) throw new KmsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const region = CREDENTIAL.exec(authorization)?.groups?.['region']
  if (region === undefined) throw new KmsError('IncompleteSignatureException', 'Credential should be scoped to a region and to kms.')
  return region
}

function answerWith(json: JsonObject): AwsJsonReply {
  return { kind: 'whole', status: 200, json: JSON.stringify(json) }
}

function errorReply({ name, message, status }: KmsError): AwsJsonReply {
  return { kind: 'whole', status, json: JSON.stringify({ __type: name, ...(message !== '' && { message }) }) }
}

function denial(request: KmsRequest): KmsError {
  const name = namedKey(request)
  const bySealing = name === undefined && request.input['CiphertextBlob'] !== undefined
  const resource = bySealing ? undefined : (subjectKey(request)?.arn ?? name ?? '*')
  // IAM knows ReEncrypt as two actions, one for each key (KMS API reference, ReEncrypt).
  const action = request.operation === 'ReEncrypt' ? 'ReEncryptTo' : request.operation
  return accessDeniedError(CALLER, action, resource, `because no identity-based policy allows the kms:${action} action`)
}

/** The error that a fault asks for; undefined if it asks for something else. */
function injectedError(fault: FaultPlan['fault'], request: KmsRequest): KmsError | undefined {
  if (fault?.kind === 'throttle') return new KmsError('ThrottlingException', 'Rate exceeded')
  if (fault?.kind === 'deny') return denial(request)
  if (fault?.kind === 'error') return new KmsError(fault.name, fault.message ?? '', fault.status)
  return undefined
}

/** What a bug in here looks like to the client. */
function asKmsError(error: unknown): KmsError {
  return error instanceof KmsError ? error : new KmsError('KMSInternalException', String(error), 500)
}

/** The keys, the faults in place and the calls of one local KMS, and how it answers. */
export class KmsService {
  readonly keys = new KeyRing()
  readonly faults = new FaultRules()
  readonly #knowsRegion: (region: string) => boolean
  readonly #latencyMs: number
  #calls: OpenCall[] = []

  /** @param latencyMs - milliseconds before every answer */
  constructor(knowsRegion: (region: string) => boolean, latencyMs: number) {
    this.#knowsRegion = knowsRegion
    this.#latencyMs = latencyMs
  }

  get calls(): readonly LocalKmsCall[] {
    return this.#calls
  }

  clearCalls(): void {
    this.#calls = []
  }

  /** Rejects only when the request's signal aborts. */
  async answer(sent: AwsJsonRequest): Promise<AwsJsonReply> {
    let request: KmsRequest
    try {
      request = this.#read(sent)
    } catch (error) {
      return errorReply(asKmsError(error))
    }
    const call = describeCall(request)
    this.#calls.push(call)
    const { delayMs, fault } = this.faults.plan(this.#faultTarget(request))
    if (delayMs + this.#latencyMs > 0) await sleep(delayMs + this.#latencyMs, undefined, { signal: sent.signal })
    if (fault?.kind === 'drop') {
      call.error = fault.kind
      return { kind: 'drop' }
    }
    const reply = this.#run(request, call, injectedError(fault, request))
    if (fault?.kind !== 'cut' || reply.kind === 'drop') return reply
    call.error = fault.kind
    return { ...reply, kind: 'cut' }
  }

  #read({ target, authorization, body }: AwsJsonRequest): KmsRequest {
    const region = regionOf(authorization)
    if (!this.#knowsRegion(region)) throw new KmsError('InvalidSignatureException', 'Credential should be scoped to a valid region.')
    if (!target.startsWith(TARGET_PREFIX)) throw new KmsError('UnknownOperationException', '')
    const operation = target.slice(TARGET_PREFIX.length)
    return { operation, region, input: parseInput(body), keys: this.keys, knowsRegion: this.#knowsRegion }
  }

  #faultTarget(request: KmsRequest): { operation: string; region: string; keyNames: ReadonlySet<string> } {
    const { operation, region, keys } = request
    const asSent = namedKey(request)
    const keyNames = new Set(usedKeys(request).flatMap((key) => keys.namesOf(key)))
    if (asSent !== undefined) keyNames.add(asSent)
    return { operation, region, keyNames }
  }

  #run(request: KmsRequest, call: OpenCall, injected: KmsError | undefined): AwsJsonReply {
    try {
      if (injected !== undefined) throw injected
      return answerWith(runOperation(request))
    } catch (error) {
      const kmsError = asKmsError(error)
      call.error = kmsError.name
      return errorReply(kmsError)
    }
  }
}
