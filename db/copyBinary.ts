/**
 * Rows of COPY's binary format. Source: PostgreSQL manual, COPY, "Binary Format": a header of 11 bytes and two 32-bit
 * words, then for each row a 16-bit count of fields and for each field a 32-bit length (-1: NULL) and its bytes, at the
 * end a count of -1; all big-endian.
 */

const SIGNATURE = 'PGCOPY\n\xff\r\n\0'
const HEADER_LENGTH = 19

/** Pieces of a stream that are looked at as one, without joining what is already whole. */
class Pending {
  private pieces: Uint8Array[] = []
  length = 0

  add(piece: Uint8Array): void {
    this.pieces.push(piece)
    this.length += piece.length
  }

  /** The bytes not taken yet. */
  view(): Buffer {
    if (this.pieces.length !== 1) this.pieces = [Buffer.concat(this.pieces)]
    const [{ buffer, byteOffset, byteLength }] = this.pieces
    return Buffer.from(buffer, byteOffset, byteLength)
  }

  drop(count: number): void {
    const rest = this.view().subarray(count)
    this.pieces = rest.length > 0 ? [rest] : []
    this.length = rest.length
  }
}

/** Length in bytes a row needs from `offset`, or of what is needed to say so. */
function reach(bytes: Buffer, offset: number): { whole: boolean; end: number } {
  let end = offset + 2
  if (bytes.length < end) return { whole: false, end }
  for (let fields = bytes.readInt16BE(offset); fields > 0; fields--) {
    if (bytes.length < end + 4) return { whole: false, end: end + 4 }
    end += 4 + Math.max(0, bytes.readInt32BE(end))
  }
  return { whole: bytes.length >= end, end }
}

function fieldsAt(bytes: Buffer, offset: number): (Buffer | null)[] {
  const fields: (Buffer | null)[] = []
  let at = offset + 2
  for (let left = bytes.readInt16BE(offset); left > 0; left--) {
    const length = bytes.readInt32BE(at)
    at += 4
    fields.push(length < 0 ? null : bytes.subarray(at, at + length))
    at += Math.max(0, length)
  }
  return fields
}

/**
 * The rows of a `copyOut`, each the bytes of its fields in PostgreSQL's binary form; null for NULL.
 * @throws Error when the stream ends before its last row.
 */
export async function* copyRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<(Buffer | null)[]> {
  const pending = new Pending()
  let begun = false
  let ended = false
  let needed = HEADER_LENGTH
  for await (const chunk of chunks) {
    pending.add(chunk)
    if (pending.length < needed) continue
    const bytes = pending.view()
    let offset = 0
    if (!begun) {
      if (bytes.toString('latin1', 0, SIGNATURE.length) !== SIGNATURE)
        throw new Error('This is no binary COPY.')
      offset = HEADER_LENGTH + bytes.readInt32BE(HEADER_LENGTH - 4)
      begun = true
    }
    for (;;) {
      const { whole, end } = reach(bytes, offset)
      needed = end - offset
      if (!whole) break
      if (bytes.readInt16BE(offset) === -1) {
        ended = true
        break
      }
      yield fieldsAt(bytes, offset)
      offset = end
    }
    pending.drop(offset)
  }
  if (!ended) throw new Error('The COPY ended before its last row.')
}
