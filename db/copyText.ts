/** The text form of a value in PostgreSQL, before the escapes of COPY. Arrays become array literals, other objects JSON. */
function valueText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? 't' : 'f'
    case 'object':
      if (value instanceof Date) return value.toISOString()
      if (value instanceof Uint8Array) {
        return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
      }
      return Array.isArray(value) ? arrayText(value) : JSON.stringify(value)
    default:
      throw new Error(`A ${typeof value} cannot be written to the database.`)
  }
}

function arrayText(values: unknown[]): string {
  const items = values.map((value) => {
    if (value === null) return 'NULL'
    if (typeof value === 'number') return String(value)
    return `"${valueText(value).replace(/["\\]/g, '\\$&')}"`
  })
  return `{${items.join(',')}}`
}

const SPECIAL = /[\\\t\n\r]/
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** One line of COPY's text format. null and undefined become NULL. Source: PostgreSQL manual, COPY, "Text Format". */
export function copyLine(row: unknown[]): string {
  let line = ''
  for (let index = 0; index < row.length; index++) {
    const value = row[index]
    if (index > 0) line += '\t'
    if (value === null || value === undefined) {
      line += '\\N'
      continue
    }
    const text = valueText(value)
    line += SPECIAL.test(text)
      ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character)
      : text
  }
  return `${line}\n`
}

const encoder = new TextEncoder()

/** Rows as chunks of COPY text of about `chunkBytes` each, so that any number of rows passes through bounded memory. */
export async function* copyChunks(
  rows: Iterable<unknown[]> | AsyncIterable<unknown[]>,
  chunkBytes = 4 * 1024 * 1024,
): AsyncGenerator<{ text: Uint8Array; rows: number }> {
  let lines: string[] = []
  let length = 0
  for await (const row of rows) {
    const line = copyLine(row)
    lines.push(line)
    length += line.length
    if (length >= chunkBytes) {
      yield { text: encoder.encode(lines.join('')), rows: lines.length }
      lines = []
      length = 0
    }
  }
  if (lines.length > 0) yield { text: encoder.encode(lines.join('')), rows: lines.length }
}
