import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Database, Queryable } from '../db/client.ts'
import type { Columns } from '../db/columns.ts'
import {
  allBlocks,
  allCameras,
  allRoads,
  allSites,
  allWaters,
  areasWithShapes,
  cameraFingerprint,
  findAsset,
  groundFingerprint,
  type PackedCamera,
} from '../db/queries/bundles.ts'
import { listLevels, listVersions, type VersionRow } from '../db/queries/catalog.ts'
import { cityChannel } from '../db/queries/cities.ts'
import { encodeAreas } from '../geodata/areaBundle.ts'
import { type CameraBundle, encodeCameras } from '../geodata/cameraBundle.ts'
import { encodeLines } from '../geodata/lineBundle.ts'
import { type BundleFile, BundleFiles } from './bundleFiles.ts'
import type { BundleUrls } from './context.ts'
import { createDayCubes, type DayCubes, serveDayCubes } from './dayCube.ts'

/** A city's immutable files: packed from the database when first asked for, kept until the city is written anew. */
export interface Bundles {
  urls(cityCode: string): Promise<BundleUrls>
  find(folder: string, name: string): BundleFile | undefined
  /** Counts by day, which change with the rows. */
  days: DayCubes
  close(): Promise<void>
}

export async function createBundles({
  database,
  dataDir,
}: {
  database: Database
  dataDir: string
}): Promise<Bundles> {
  const files = new BundleFiles(join(dataDir, 'bundles'))
  const urlsOfCity = new Map<string, Promise<BundleUrls>>()
  const stop = await database.listen(cityChannel, (code) => {
    if (code === '') urlsOfCity.clear()
    else urlsOfCity.delete(code)
  })
  const days = await createDayCubes(database)
  return {
    days,
    urls(code) {
      const known = urlsOfCity.get(code)
      if (known) return known
      // One snapshot: a city written anew meanwhile must not be packed half old, half new.
      const urls = database.transaction(async (tx) => {
        await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
        return packCity(tx, files, code)
      })
      urlsOfCity.set(code, urls)
      // A failure is told to whoever asked, and tried again at the next question.
      urls.catch(() => urlsOfCity.delete(code))
      return urls
    },
    find: (folder, name) => files.find(folder, name),
    async close() {
      await stop()
      await days.close()
      await files.close()
    },
  }
}

async function packCity(db: Queryable, files: BundleFiles, city: string): Promise<BundleUrls> {
  const versions = await listVersions(db, city)
  const areas: Record<string, string> = {}
  for (const version of versions) areas[version.version] = await packAreas(db, files, city, version)
  const cameras = await files.ensure(
    'cameras',
    'bin',
    `${city} ${await cameraFingerprint(db, city)}`,
    async () => encodeCameras(cameraBundle(await allCameras(db, city))),
  )
  const ground = await files.ensure(
    'ground',
    'bin',
    `${city} ${await groundFingerprint(db, city)}`,
    async () =>
      encodeLines({
        roads: await allRoads(db, city),
        water: await allWaters(db, city),
        blocks: await allBlocks(db, city),
        sites: await allSites(db, city),
      }),
  )
  return {
    areas,
    cameras: `/bundles/cameras/${cameras}`,
    ground: `/bundles/ground/${ground}`,
    days: `/bundles/days/${city}.bin`,
    relief: await packRelief(db, files, city),
  }
}

async function packAreas(
  db: Queryable,
  files: BundleFiles,
  city: string,
  version: VersionRow,
): Promise<string> {
  const key = `${city} ${version.version} ${version.content_hash}`
  const name = await files.ensure('areas', 'bin', key, async () => {
    const levels = (await listLevels(db, city)).filter((level) => level.version === version.version)
    return encodeAreas({
      version: version.version,
      levels: levels.map((level) => ({
        version: level.version,
        hierarchy: level.hierarchy,
        level: level.level,
        rank: level.rank,
        name: { zh: level.name_zh, en: level.name_en },
      })),
      areas: await areasWithShapes(db, city, version.version),
    })
  })
  return `/bundles/areas/${name}`
}

async function packRelief(db: Queryable, files: BundleFiles, city: string): Promise<BundleUrls['relief']> {
  const relief = await findAsset(db, city, 'relief')
  if (!relief?.bounds) return null
  const [west, south, east, north] = relief.bounds
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(relief.content))).toString(
    'hex',
  )
  const name = await files.ensure('relief', 'png', digest, async () => relief.content)
  return { url: `/bundles/relief/${name}`, bounds: [west, south, east, north] }
}

function cameraBundle(columns: Columns<PackedCamera>): CameraBundle {
  const ownership = indexed(columns.ownership)
  const type = indexed(columns.type)
  const status = indexed(columns.status)
  return {
    count: columns.id.length,
    id: Uint32Array.from(columns.id),
    lng: Int32Array.from(columns.lng),
    lat: Int32Array.from(columns.lat),
    ownership: ownership.index,
    type: type.index,
    status: status.index,
    ownerships: ownership.values,
    types: type.values,
    statuses: status.values,
    direction: Uint16Array.from(columns.direction_deg),
    fieldOfView: Uint16Array.from(columns.field_of_view_deg),
    range: Uint16Array.from(columns.range_m),
  }
}

/** Few distinct values as a list and an index a row. */
function indexed(column: string[]): { values: string[]; index: Uint8Array } {
  const values = [...new Set(column)].sort()
  const position = new Map(values.map((value, index) => [value, index]))
  return { values, index: Uint8Array.from(column, (value) => position.get(value) ?? 0) }
}

/** `GET /bundles/{folder}/{hash}.{bin|png}`: the URL names the content, so that it is asked for once and kept for good. */
export function serveBundles(app: FastifyInstance, bundles: Bundles): void {
  serveDayCubes(app, bundles.days)
  app.get<{ Params: { folder: string; name: string } }>('/bundles/:folder/:name', async (request, reply) => {
    const { folder, name } = request.params
    const file = bundles.find(folder, name)
    if (!file) return reply.callNotFound()
    const etag = `"${name}"`
    reply
      .header('etag', etag)
      .header('cache-control', 'private, max-age=31536000, immutable')
      .header('vary', 'accept-encoding')
    if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send()
    reply.type(file.mediaType)
    const acceptsBrotli = /\bbr\b/.test(request.headers['accept-encoding']?.toString() ?? '')
    if (file.compressedPath && acceptsBrotli) {
      return reply.header('content-encoding', 'br').send(createReadStream(file.compressedPath))
    }
    return reply.send(createReadStream(file.path))
  })
}
