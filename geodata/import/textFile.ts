import { createReadStream, type ReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { archiveBeginning } from './archives.ts'
import { ImportRefusal } from './refusal.ts'

export const ENCODINGS = ['utf-8', 'gb18030'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** Repetitive CSV packs to a fiftieth; a thousandth is made to fill a disk or a day. */
const MOST_UNPACKED = 250
/** Up to here any file may unpack, in bytes. */
const UNSUSPICIOUS = 16 * 1024 * 1024

/** A file of an import: text, read once from start to end in bounded memory. */
export interface TextFile {
  /** As the manifest names it: what reports call it. */
  name: string
  /** How much of it has been read, 0 … 1. */
  share(): number
  /** Its text without byte order mark, in pieces of some 100 kB. */
  text(): AsyncGenerator<string>
}

/** The name of a file apart from folder and compression: rows keep it as their source. */
export function sourceName(name: string): string {
  return basename(name).replace(/\.gz$/i, '')
}

/**
 * @param name what the manifest calls it. @param path where it lies; unpacked on the way when it ends in .gz.
 * @throws ImportRefusal when it is missing, no file, or empty; while reading, when it is an archive or its bytes are not of that encoding.
 */
export function openTextFile(name: string, path: string, encoding: Encoding): TextFile {
  const status = statSync(path, { throwIfNoEntry: false })
  if (!status) throw new ImportRefusal(name, `expected a file at ${path}, found none`)
  if (!status.isFile()) throw new ImportRefusal(name, `expected a file at ${path}, found a directory`)
  if (status.size === 0) throw new ImportRefusal(name, 'the file is empty')
  let stream: ReadStream | undefined

  async function* bytes(): AsyncGenerator<Buffer> {
    stream = createReadStream(path, { highWaterMark: 128 * 1024 })
    if (!name.toLowerCase().endsWith('.gz')) return yield* stream
    // pipeline hands errors of either end to whoever reads the last one.
    let unpacked = 0
    for await (const chunk of pipeline(stream, createGunzip({ chunkSize: 128 * 1024 }), () => undefined)) {
      unpacked += chunk.length
      if (unpacked > UNSUSPICIOUS && unpacked > MOST_UNPACKED * stream.bytesRead) {
        throw new ImportRefusal(
          name,
          `expected data, found a file that unpacks to more than ${MOST_UNPACKED} times its size`,
        )
      }
      yield chunk
    }
  }

  async function* text(): AsyncGenerator<string> {
    const decoder = new TextDecoder(encoding, { fatal: true })
    let line = 1
    let begun = false
    try {
      for await (const chunk of bytes()) {
        if (!begun) refuseArchive(name, chunk)
        begun = true
        const piece = decoder.decode(chunk, { stream: true })
        yield piece
        line += countLines(piece)
      }
      const rest = decoder.decode()
      if (rest !== '') yield rest
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
        const other = ENCODINGS.find((known) => known !== encoding)
        throw new ImportRefusal(
          name,
          `expected ${encoding} text, found bytes that are none soon after this line: declare "encoding": "${other}" if it is that`,
          line,
        )
      }
      if (typeof code === 'string' && /^Z_|^ERR_STREAM_PREMATURE/.test(code)) {
        throw new ImportRefusal(name, `expected a whole gzip file, found a damaged one (${code})`, line)
      }
      throw error
    }
  }

  return { name, share: () => (stream?.bytesRead ?? 0) / status.size, text }
}

/** Nothing here opens an archive: what one unpacks to is nobody's word, and paths inside could lead anywhere. */
function refuseArchive(name: string, begin: Uint8Array): void {
  const archive = archiveBeginning(begin)
  if (archive === undefined) return
  throw new ImportRefusal(
    name,
    `expected text, plain or packed by gzip alone and named .gz, found ${archive}: archives are never opened, so unpack it and name the file inside`,
  )
}

export function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
