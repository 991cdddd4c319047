import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Database, Queryable } from '../db/client.ts'
import type { Columns } from '../db/columns.ts'
import { type AuditEntry, insertAudit } from '../db/queries/audit.ts'
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
import { viewAs } from '../db/viewing.ts'
import { encodeAreas } from '../geodata/areaBundle.ts'
import { type CameraBundle, encodeCameras } from '../geodata/cameraBundle.ts'
import { encodeLines } from '../geodata/lineBundle.ts'
import type { Access, Scope } from './access.ts'
import { tellRefusal } from './audit/refusals.ts'
import { type BundleFile, BundleFiles, type BundleOwner } from './bundleFiles.ts'
import { accessFor } from './cityAccess.ts'
import type { BundleUrls, Viewer } from './context.ts'
import type { CountedCity } from './cube/countedCity.ts'
import { createDayCubes, type DayCubes, serveDayCubes } from './dayCube.ts'
import { refusal } from './hardening/refusedRequest.ts'
import { actorOf, eyesOf } from './procedureCall.ts'
import { conflict, ForbiddenReason, purposeless } from './refusal.ts'

/** A city's immutable files: packed from the database when first asked for, kept until the city is written anew. */
export interface Bundles {
  /** Those of a city that a viewer may fetch. */
  urls(viewer: Viewer, access: Access): Promise<BundleUrls>
  /** Packs what is the same for everybody, so that the first to ask need not wait for it. */
  prepare(cityCode: string): Promise<void>
  find(folder: string, name: string): BundleFile | undefined
  /** Whose a file is; nobody's when there is none. */
  owners(folder: string, name: string): Promise<readonly BundleOwner[]>
  /** Counts by day, which change with the rows. */
  days: DayCubes
  close(): Promise<void>
}

/** Camera files of limited viewers remembered at once, over all cities. */
const MOST_LIMITED = 1000
/** What a file is read for when it is packed: whoever is handed one states a purpose of their own. */
const PACKING = 'packing'

/** @param countsOf A city's counts in memory; absent: rows are counted. */
export async function createBundles({
  database,
  dataDir,
  countsOf,
}: {
  database: Database
  dataDir: string
  countsOf?: (city: string) => Promise<CountedCity | null>
}): Promise<Bundles> {
  const files = new BundleFiles(join(dataDir, 'bundles'))
  const wholeCities = new Map<string, Promise<WholeUrls>>()
  /** By city and key of the scope. */
  const limitedCameras = new Map<string, Promise<string>>()
  const stop = await database.listen(cityChannel, (code) => {
    if (code === '') wholeCities.clear()
    else wholeCities.delete(code)
    limitedCameras.clear()
  })
  const days = await createDayCubes(database, countsOf)

  // One snapshot: a city written anew meanwhile must not be packed half old, half new.
  const whole = (code: string) =>
    remembered(wholeCities, code, () =>
      database.transaction(async (tx) => {
        await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
        return packCity(tx, files, code)
      }),
    )

  /** Read as the viewer: the database decides once more what goes into the file. */
  const camerasOf = (viewer: Viewer, city: string, { cells, key }: Scope) => {
    if (limitedCameras.size > MOST_LIMITED) limitedCameras.clear()
    return remembered(limitedCameras, `${city} ${key}`, async () => {
      const ground = cells && [...cells]
      // Before the viewing: PGlite has one session, and it holds it.
      const there = await cameraFingerprint(database, city, ground)
      const viewing = viewAs(database, { id: viewer.userId, purpose: PACKING }, 'points', { snapshot: true })
      try {
        // Rights taken away in between would make a file with too little in it, for everybody of this scope.
        if ((await cameraFingerprint(viewing.rows, city, ground)) !== there)
          throw conflict('Rights or cameras changed while their file was made: ask again.')
        const url = await packCameras(viewing.rows, files, { city, cells: ground, scope: key, key: there })
        await viewing.end()
        return url
      } catch (error) {
        await viewing.abandon()
        throw error
      }
    })
  }

  return {
    days,
    async urls(viewer, access) {
      const { cameras: allCameras, ...common } = await whole(access.city)
      const scope = access.scope('cameras.points')
      const own = () => (scope.whole ? allCameras : camerasOf(viewer, access.city, scope))
      return {
        ...common,
        cameras: access.has('cameras.points') ? await own() : null,
        days: access.parts('counts').length > 0 ? `/bundles/days/${access.city}.bin` : null,
      }
    },
    async prepare(code) {
      await whole(code)
    },
    find: (folder, name) => files.find(folder, name),
    owners: (folder, name) => files.owners(folder, name),
    async close() {
      await stop()
      await days.close()
      await files.close()
    },
  }
}

function remembered<T>(known: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(name)
  if (found) return found
  const made = make()
  known.set(name, made)
  // A failure is told to whoever asked, and tried again at the next question.
  made.catch(() => {
    if (known.get(name) === made) known.delete(name)
  })
  return made
}

/** The same for everybody who may see the whole city; its cameras are for those who may see all of them. */
type WholeUrls = Omit<BundleUrls, 'days' | 'cameras'> & { cameras: string }

async function packCity(db: Queryable, files: BundleFiles, city: string): Promise<WholeUrls> {
  const versions = await listVersions(db, city)
  const areas: Record<string, string> = {}
  for (const version of versions) areas[version.version] = await packAreas(db, files, city, version)
  const ground = await files.ensure(
    'ground',
    { extension: 'bin', key: await groundFingerprint(db, city), owner: onTheMap(city) },
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
    cameras: await packCameras(db, files, {
      city,
      cells: null,
      scope: 'all',
      key: await cameraFingerprint(db, city, null),
    }),
    ground: `/bundles/ground/${ground}`,
    relief: await packRelief(db, files, city),
  }
}

function onTheMap(city: string): BundleOwner {
  return { city, right: 'map', scope: '' }
}

/** @param cells The cameras of these cells; null: all. @param key Their `cameraFingerprint`. */
async function packCameras(
  db: Queryable,
  files: BundleFiles,
  { city, cells, scope, key }: { city: string; cells: readonly number[] | null; scope: string; key: string },
): Promise<string> {
  const name = await files.ensure(
    'cameras',
    {
      extension: 'bin',
      key,
      owner: { city, right: 'cameras.points', scope },
    },
    async () => encodeCameras(cameraBundle(await allCameras(db, city, cells))),
  )
  return `/bundles/cameras/${name}`
}

async function packAreas(
  db: Queryable,
  files: BundleFiles,
  city: string,
  version: VersionRow,
): Promise<string> {
  const key = `${version.version} ${version.content_hash}`
  const name = await files.ensure('areas', { extension: 'bin', key, owner: onTheMap(city) }, async () => {
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
  const name = await files.ensure(
    'relief',
    { extension: 'png', key: digest, owner: onTheMap(city) },
    async () => relief.content,
  )
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

/** The owner through whom a viewer may be given a file; undefined: there is no such file, or it is not for them. */
async function ownedBy(
  database: Database,
  viewer: Viewer,
  owners: readonly BundleOwner[],
): Promise<{ owner: BundleOwner; access: Access } | undefined> {
  // A file that was named before a purpose was stated is given after it too.
  const asked = [viewer, ...(viewer.purpose === null ? [] : [{ ...viewer, purpose: null }])]
  for (const [owner, asking] of owners.flatMap((each) => asked.map((as) => [each, as] as const))) {
    const seen = await accessFor(database, asking, owner.city)
    if (!seen) continue
    const { access } = seen
    if (owner.right === 'map' || (access.has(owner.right) && access.scope(owner.right).key === owner.scope))
      return { owner, access }
  }
  return undefined
}

/** Leaves the look in the audit. @throws when it cannot: then nothing is handed over. */
async function auditCameras(database: Database, viewer: Viewer, entry: AuditEntry): Promise<void> {
  const viewing = viewAs(database, eyesOf(viewer), 'points')
  try {
    await insertAudit(viewing.rows, actorOf(viewer), { ...entry, purpose: viewer.purpose ?? undefined })
    await viewing.end()
  } catch (error) {
    await viewing.abandon()
    throw error
  }
}

/**
 * `GET /bundles/{folder}/{hash}.{bin|png}`: the URL names the content, so that it is asked for once and kept for good.
 * Given to whoever may see what is in it; to all others it sounds like a file that is not there. Handing over cameras
 * leaves an entry in the audit; where they are only seen for a purpose the browser asks each time, and says which.
 */
export function serveBundles(
  app: FastifyInstance,
  database: Database,
  { bundles, now = () => new Date() }: { bundles: Bundles; now?: () => Date },
): void {
  serveDayCubes(app, bundles.days, async (viewer, city) =>
    viewer ? accessFor(database, viewer, city) : undefined,
  )
  app.get<{ Params: { folder: string; name: string } }>('/bundles/:folder/:name', async (request, reply) => {
    const { folder, name } = request.params
    const { viewer } = request
    const file = bundles.find(folder, name)
    const owners = await bundles.owners(folder, name)
    const given = viewer && file && (await ownedBy(database, viewer, owners))
    const refused = async (reason: 'notFound' | 'purpose', city: string | undefined) => {
      if (viewer)
        await tellRefusal(database, viewer, { procedure: 'cameras.bundle', reason, city, id: name }, now())
    }
    if (!given) {
      if (folder === 'cameras') await refused('notFound', owners[0]?.city)
      return reply.callNotFound()
    }
    const { owner, access } = given
    const showsPoints = owner.right === 'cameras.points'
    if (showsPoints) {
      if (!access.may('cameras.points')) {
        await refused('purpose', owner.city)
        return refusePurposeless(reply)
      }
      await auditCameras(database, viewer, { action: 'cameras.bundle', city: owner.city, target: name })
    }
    const asksAgain = showsPoints && access.purposeNeeded('cameras.points')
    const etag = `"${name}"`
    reply
      .header('etag', etag)
      .header('cache-control', asksAgain ? 'private, no-cache' : 'private, max-age=31536000, immutable')
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

function refusePurposeless(reply: FastifyReply): FastifyReply {
  const { message, cause } = purposeless()
  const body = refusal('FORBIDDEN', 403, message)
  const details = cause instanceof ForbiddenReason ? cause.data : {}
  return reply
    .header('cache-control', 'no-store')
    .code(403)
    .send({ error: { ...body.error, data: { ...body.error.data, ...details } } })
}
