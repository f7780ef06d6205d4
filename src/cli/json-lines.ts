// Lines of text from a stream that may be compressed, as S3 exports of DynamoDB are.
import { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'

/** The first two bytes of a gzip member (RFC 1952, section 2.3.1). */
const MAGIC = [0x1f, 0x8b] as const

/** Lines without their ends; an empty one at the end of the text is none. */
export async function* linesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of decompressed(stream)) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.replace(/\r$/, '')
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}

async function* decompressed(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  const chunks = buffersOf(stream)
  // A first chunk may be shorter than the two bytes.
  let head = Buffer.alloc(0)
  while (head.length < MAGIC.length) {
    const { value } = await chunks.next()
    if (value === undefined) break
    head = Buffer.concat([head, value])
  }
  const whole = behind(head, chunks)
  if (head[0] !== MAGIC[0] || head[1] !== MAGIC[1]) {
    yield* whole
    return
  }
  const source = Readable.from(whole)
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  for await (const chunk of source.pipe(gunzip)) {
    const bytes: unknown = chunk
    if (bytes instanceof Uint8Array) yield bytes
  }
}

async function* buffersOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer, undefined> {
  for await (const chunk of stream) yield Buffer.from(chunk)
  return undefined
}

async function* behind(head: Buffer, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* chunks
}
