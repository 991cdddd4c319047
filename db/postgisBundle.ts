import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Extension } from '@electric-sql/pglite'
import { postgis } from '@electric-sql/pglite-postgis'
import { cacheDir, isReadOnly, packageVersion } from './cache.ts'

// The published bundle holds three modules of 16 MB, which PGlite compiles at every start; we use one.
const UNUSED =
  /postgis_(raster|topology|tiger_geocoder|sfcgal)|address_standardizer|\/contrib\/|--(unpackaged|ANY)/
const BLOCK = 512

/** A tar archive without the files whose name matches. Source: POSIX ustar, IEEE 1003.1 "pax". */
export function withoutFiles(tar: Buffer, unwanted: RegExp): Buffer {
  const kept: Buffer[] = []
  let offset = 0
  while (offset < tar.length && tar[offset] !== 0) {
    const text = (from: number, length: number) => {
      const field = tar.subarray(offset + from, offset + from + length).toString('latin1')
      return field.slice(0, field.indexOf('\0') === -1 ? length : field.indexOf('\0'))
    }
    const size = Number.parseInt(text(124, 12).trim(), 8)
    const end = offset + BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (!unwanted.test(`${text(345, 155)}/${text(0, 100)}`)) kept.push(tar.subarray(offset, end))
    offset = end
  }
  return Buffer.concat([...kept, Buffer.alloc(2 * BLOCK)])
}

function makeSlim(bundle: URL, path: string): void {
  const tar = gunzipSync(readFileSync(fileURLToPath(bundle)))
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.unfinished-${process.pid}`
  writeFileSync(unfinished, gzipSync(withoutFiles(tar, UNUSED), { level: 1 }))
  renameSync(unfinished, path)
}

/** PGlite's PostGIS extension without the parts GridWall does not use: half the work and half the memory of a start. */
export const slimPostgis: Extension = {
  name: postgis.name,
  async setup(pg, emscriptenOpts) {
    const setup = await postgis.setup(pg, emscriptenOpts)
    if (!setup.bundlePath) throw new Error('Expected the PostGIS extension of PGlite to name its bundle.')
    const path = join(cacheDir, `postgis-slim-${packageVersion('@electric-sql/pglite-postgis')}.tar.gz`)
    try {
      if (!existsSync(path)) makeSlim(setup.bundlePath, path)
    } catch (error) {
      // A read-only installation keeps no smaller bundle; the published one does the same, later.
      if (!isReadOnly(error)) throw error
      return setup
    }
    return { ...setup, bundlePath: pathToFileURL(path) }
  },
}
