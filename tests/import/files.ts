import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openTextFile, type TextFile } from '../../geodata/import/textFile.ts'

/** Writes files into a directory: text as UTF-8, bytes as they are, names ending in .gz packed. @returns path of the first. */
export function writeFiles(dir: string, files: Record<string, string | Uint8Array>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, name.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content)
  }
  return join(dir, Object.keys(files)[0])
}

/** A text file that comes in pieces of `size` characters, as a stream from disk may cut it anywhere. */
export function textInPieces(text: string, size: number): TextFile {
  return {
    name: 'pieces',
    share: () => 1,
    async *text() {
      const characters = [...text]
      for (let at = 0; at < characters.length; at += size) yield characters.slice(at, at + size).join('')
    },
  }
}

export function textFile(dir: string, name: string, content: string | Uint8Array): TextFile {
  return openTextFile(name, writeFiles(dir, { [name]: content }), 'utf-8')
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
