import type { Database, Queryable } from '../db/client.ts'
import { type AreaRow, findArea, listAreas } from '../db/queries/areas.ts'
import {
  type CellsRow,
  type CityRow,
  catalogChannel,
  findCity,
  type KindRow,
  type LevelRow,
  type ListedCityRow,
  listCells,
  listCities,
  listKinds,
  listLevels,
  listVersions,
  type VersionRow,
} from '../db/queries/catalog.ts'
import { reachChannel, reachOf } from '../db/queries/reach.ts'
import { LocalTime } from '../geodata/localTime.ts'

/**
 * What a city consists of, as a question about it needs it. A server keeps it in memory (`keepCatalog`), so that a
 * question costs no statement for names; the database tells when it changes. Without it each of these asks the database.
 */
export interface CityCatalog {
  city: CityRow
  versions: VersionRow[]
  levels: LevelRow[]
  kinds: KindRow[]
  /** Read when first asked for: it is by far the larger part. */
  ground(): Promise<CityGround>
}

/** Areas and cells of all boundary versions of a city. */
export interface CityGround {
  areas: Map<number, AreaRow>
  /** One entry a version and level. */
  cells: CellsRow[]
}

export interface Catalog {
  /** By code or division code; undefined when there is no such city. */
  city(name: string): Promise<CityCatalog | undefined>
  /** All cities with their boxes, in the order of lists. */
  cities(): Promise<ListedCityRow[]>
  close(): Promise<void>
}

const kept = new WeakMap<Queryable, Catalog>()

/** Keeps the catalog of every city asked about from now on, for whoever asks with this database. */
export async function keepCatalog(database: Database): Promise<Catalog> {
  const cities = new Map<string, Promise<CityCatalog | undefined>>()
  let list: Promise<ListedCityRow[]> | undefined
  // Few writes, and then of all tables at once: whatever changed, everything about the city is read anew.
  const stop = await database.listen(catalogChannel, () => {
    cities.clear()
    list = undefined
  })
  // How far the data reach moves every few seconds while incidents come in: that alone is taken anew.
  const stopReach = await database.listen(reachChannel, (code) => {
    list = undefined
    for (const [name, read] of cities) {
      const moved = read.then(async (known) => {
        if (known?.city.code !== code) return known
        const asOf = await reachOf(database, code)
        return asOf ? { ...known, city: { ...known.city, as_of: asOf } } : known
      })
      cities.set(name, moved)
      // A failure is told to whoever asked, and tried again at the next question.
      moved.catch(() => {
        if (cities.get(name) === moved) cities.delete(name)
      })
    }
  })
  const catalog: Catalog = {
    city(name) {
      const known = cities.get(name)
      if (known) return known
      const read = readCity(database, name)
      cities.set(name, read)
      const forget = () => {
        if (cities.get(name) === read) cities.delete(name)
      }
      // What is not there may come; a failure is told to whoever asked, and tried again at the next question.
      read.then((found) => found ?? forget(), forget)
      return read
    },
    cities() {
      if (list) return list
      const read = listCities(database)
      list = read
      read.catch(() => {
        if (list === read) list = undefined
      })
      return read
    },
    async close() {
      kept.delete(database)
      await stop()
      await stopReach()
    },
  }
  kept.set(database, catalog)
  return catalog
}

/** All of one snapshot: a city written anew meanwhile is not read half old, half new. */
function readCity(database: Database, name: string): Promise<CityCatalog | undefined> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    const city = await findCity(tx, name)
    if (!city) return undefined
    const versions = await listVersions(tx, city.code)
    let ground: Promise<CityGround> | undefined
    return {
      city,
      versions,
      levels: await listLevels(tx, city.code),
      kinds: await listKinds(tx, city.code),
      ground() {
        if (ground) return ground
        const read = readGround(database, city.code, versions)
        ground = read
        // Told to whoever asked, and tried again at the next question.
        read.catch(() => {
          if (ground === read) ground = undefined
        })
        return read
      },
    }
  })
}

function readGround(database: Database, city: string, versions: readonly VersionRow[]): Promise<CityGround> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    const areas = new Map<number, AreaRow>()
    for (const { version } of versions) {
      for (const area of await listAreas(tx, city, version)) areas.set(area.id, area)
    }
    return { areas, cells: await listCells(tx, city) }
  })
}

export async function cityNamed(db: Queryable, name: string): Promise<CityRow | undefined> {
  const catalog = kept.get(db)
  return catalog ? (await catalog.city(name))?.city : findCity(db, name)
}

/** All cities with their boxes, in the order of lists. */
export async function citiesOf(db: Queryable): Promise<ListedCityRow[]> {
  return (await kept.get(db)?.cities()) ?? listCities(db)
}

export async function versionsOf(db: Queryable, city: CityRow): Promise<VersionRow[]> {
  return (await kept.get(db)?.city(city.code))?.versions ?? listVersions(db, city.code)
}

export async function levelsOf(db: Queryable, city: CityRow): Promise<LevelRow[]> {
  return (await kept.get(db)?.city(city.code))?.levels ?? listLevels(db, city.code)
}

export async function kindsOf(db: Queryable, city: CityRow): Promise<KindRow[]> {
  return (await kept.get(db)?.city(city.code))?.kinds ?? listKinds(db, city.code)
}

export async function areaOf(db: Queryable, city: CityRow, id: number): Promise<AreaRow | undefined> {
  const catalog = await kept.get(db)?.city(city.code)
  return catalog ? (await catalog.ground()).areas.get(id) : findArea(db, city.code, id)
}

/** All areas of a version, coarse to fine, then by code. */
export async function areasOf(db: Queryable, city: CityRow, version: string): Promise<AreaRow[]> {
  const catalog = await kept.get(db)?.city(city.code)
  if (!catalog) return listAreas(db, city.code, version)
  return [...(await catalog.ground()).areas.values()].filter((area) => area.version === version)
}

export async function cellsOf(db: Queryable, city: CityRow): Promise<CellsRow[]> {
  const catalog = await kept.get(db)?.city(city.code)
  return catalog ? (await catalog.ground()).cells : listCells(db, city.code)
}

const zones = new Map<string, LocalTime>()

/** Local time of a city. Made once a time zone: finding all its changes of clocks takes tens of milliseconds. */
export function localTimeOf(city: Pick<CityRow, 'time_zone'>): LocalTime {
  const known = zones.get(city.time_zone)
  if (known) return known
  const made = new LocalTime(city.time_zone)
  zones.set(city.time_zone, made)
  return made
}
