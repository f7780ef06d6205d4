// Tells plaintexts that make the Java client loop for ever, by reading them as it does (AttributeValueMarshaller, ByteBufferInputStream): a B
// or a member of a BS whose length runs past the end is asked for again and again. Each costs Java its process, so it is asked few.

/** Cipher blocks: Java reads on into the room that the padding leaves, and finds zeros there. */
const BLOCK = 16
/** A longer array than the memory that the Java peer is started with has room for. */
const LARGEST_ARRAY = 400_000_000

export function loopsInJava(serialized: Uint8Array): boolean {
  const bytes = Buffer.concat([serialized, Buffer.alloc(BLOCK - (serialized.length % BLOCK))])
  let at = 0
  const left = (): number => bytes.length - at

  /** A length or count; what Java refuses ends the reading. */
  function int(): number {
    if (left() < 4) throw new RangeError('the end')
    at += 4
    const value = bytes.readInt32BE(at - 4)
    if (value < 0 || value > LARGEST_ARRAY) throw new RangeError('no array is that long')
    return value
  }
  function binary(): boolean {
    const length = int()
    if (length > left()) return true
    at += length
    return false
  }
  function text(): boolean {
    const length = int()
    if (length > left()) throw new RangeError('too long')
    at += length
    return false
  }
  function some(member: () => boolean): boolean {
    for (let count = int(); count > 0; count--) if (member()) return true
    return false
  }
  function value(): boolean {
    if (left() < 2 || bytes[at] !== 0) throw new RangeError('no tag')
    const letter = String.fromCharCode(bytes[at + 1] ?? 0)
    at += 2
    switch (letter) {
      case '\0':
        return false
      case '?': {
        const flag = bytes[at++] ?? 2
        if (flag > 1) throw new RangeError('no boolean')
        return false
      }
      case 'b':
        return binary()
      case 'B':
        return some(binary)
      case 'n':
      case 's':
        return text()
      case 'N':
      case 'S':
        return some(text)
      case 'L':
        return some(value)
      case 'M':
        return some(entry)
      default:
        throw new RangeError('no such tag')
    }
  }
  function entry(): boolean {
    const isText = bytes[at + 1] === 's'.charCodeAt(0)
    if (value()) return true
    if (!isText) throw new RangeError('no key')
    return value()
  }

  try {
    return value()
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
