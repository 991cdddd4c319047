import { createHash } from 'node:crypto'
import type { Position } from '../city.ts'
import { type AreaDraft, readAreas } from './areas.ts'
import { buildAreas } from './areaTree.ts'
import { Cells } from './cells.ts'
import { ID_SEPARATOR, readIncidents } from './incidents.ts'
import { importedKinds } from './kinds.ts'
import { levelsOf } from './levels.ts'
import type { AreaSource, IncidentSource, Manifest, ManifestFile } from './manifest.ts'
import { PlaceFinder } from './placeFinder.ts'
import { placerOf } from './positions.ts'
import { ImportRefusal } from './refusal.ts'
import type { ImportReport, Remark, Tally } from './report.ts'
import type { ImportOrigin, ImportStore, StagedIncident, StoredCity } from './store.ts'
import { openTextFile, sourceName, type TextFile } from './textFile.ts'

// More kinds than this are no kinds: the column holds something else.
const MOST_KINDS = 1000
const REPEATS_AT_ONCE = 10_000
const REPORTED_OVERLAPS = 20

export interface ImportOptions {
  /** Delete the city of that code first, whatever it is. */
  replace: boolean
  /** Told often: the file being read, the share of it that has been (0 … 1), and its rows so far. */
  onProgress(file: string, share: number, rows: number): void
}

/** Where points are placed: the city's areas and their cells. */
interface Ground {
  version: string
  finder: PlaceFinder
  cells: Cells
}

/**
 * Loads areas and incidents of one city. Everything happens in the store's transaction: when this throws, nothing of
 * it may be kept. Rows that cannot be used are tallied with file, line and reason, and the others go on; a source of
 * which nothing can be used refuses the whole import.
 * @throws ImportRefusal with one sentence for a person.
 */
export async function importCity(
  { manifest, pathOf }: ManifestFile,
  store: ImportStore,
  tally: Tally,
  options: ImportOptions,
): Promise<ImportReport> {
  const { city } = manifest
  // A file that is missing is told before the first hour of reading, not after.
  const files = new Map(
    manifest.sources.map((source) => [
      source,
      openTextFile(source.file, pathOf(source.file), source.encoding),
    ]),
  )
  const fileOf = (source: Manifest['sources'][number]): TextFile => {
    const file = files.get(source)
    if (!file) throw new Error(`${source.file} was not opened`)
    return file
  }

  await store.lock(city.code)
  if (options.replace) await store.deleteCity(city.code)
  const stored = await store.city(city.code)
  if (stored) checkStored(manifest, stored)

  const areaSources = manifest.sources.filter((source) => source.kind === 'areas')
  const ground =
    areaSources.length > 0
      ? await importAreas(manifest, areaSources, fileOf, stored, store, tally, options)
      : await storedGround(manifest, stored, store)
  for (const source of manifest.sources) {
    if (source.kind === 'incidents')
      await importIncidents(manifest, source, fileOf(source), ground, store, tally, options)
  }
  await store.finish(city, { ...tally.report, notices: tally.notices })
  return tally.report
}

function checkStored({ city }: Manifest, stored: StoredCity): void {
  if (stored.synthetic || stored.origin.kind !== 'import') {
    throw new ImportRefusal(
      '',
      `the city "${city.code}" holds generated data, which is never mixed with real data: give the import another city.code, or add --replace to delete the generated city first`,
    )
  }
  if (stored.timeZone !== city.timeZone) {
    throw new ImportRefusal(
      '',
      `the city "${city.code}" is stored with the time zone ${stored.timeZone}, the manifest says ${city.timeZone}: correct the manifest, or add --replace to delete the city first`,
    )
  }
}

async function importAreas(
  { city, sources }: Manifest,
  areaSources: AreaSource[],
  fileOf: (source: AreaSource) => TextFile,
  stored: StoredCity | null,
  store: ImportStore,
  tally: Tally,
  options: ImportOptions,
): Promise<Ground> {
  const levels = levelsOf(areaSources, city.version)
  const drafts: AreaDraft[] = []
  for (const source of areaSources) {
    const file = fileOf(source)
    let features = 0
    for await (const draft of readAreas(source, file, await placerOf(source, store))) {
      if ('reason' in draft) tally.reject('areas', { file: source.file, ...draft })
      else drafts.push(draft)
      options.onProgress(source.file, file.bytesRead() / file.bytes, ++features)
    }
    if (features === 0) throw new ImportRefusal(source.file, 'expected areas, found no feature')
  }
  const tree = await buildAreas(city, drafts, levels, store, tally)
  tally.report.areas.accepted = tree.areas.length - (tree.outlineMade ? 1 : 0)

  // What PostGIS works out (measures, the outline) may differ in its last digit from version to version: not hashed.
  const given = tree.areas.map(({ areaKm2, labelPoint, ...area }) =>
    tree.outlineMade && area.parentId === null ? null : area,
  )
  const contentHash = createHash('sha256')
    .update(JSON.stringify([levels, given]))
    .digest('hex')
  if (stored && stored.contentHash !== contentHash) {
    throw new ImportRefusal(
      areaSources[0].file,
      `the city "${city.code}" is stored with other areas than these: leave the area sources out to add incidents to it, or add --replace to delete the city and all its data first`,
    )
  }
  if (!stored) {
    const origin: ImportOrigin = {
      kind: 'import',
      outlineMade: tree.outlineMade,
      sources: sources.map(originOf),
    }
    await store.writeCity(city, levels, tree.areas, contentHash, origin)
    for (const { level, codes, areaM2 } of await store.overlaps(city.code, city.version, REPORTED_OVERLAPS)) {
      const reason = `${level}: ${codes.join(' and ')} overlap by ${Math.round(areaM2)} m²`
      tally.notice({ file: areaSources[0].file, line: null, reason })
    }
  }
  const cells = new Cells(await store.cells(city.code))
  // Every area has a cell, incidents or not.
  for (const { labelPoint } of tree.areas) cells.cellOf(tree.finder.locate(labelPoint).areaIds)
  await store.writeCells(city.code, city.version, cells.takeAdded())
  return { version: city.version, finder: tree.finder, cells }
}

/** The ground of a city that is there already, for a manifest that brings incidents only. */
async function storedGround(
  { city }: Manifest,
  stored: StoredCity | null,
  store: ImportStore,
): Promise<Ground> {
  if (!stored) {
    throw new ImportRefusal(
      '',
      `expected a source of kind "areas": there is no city "${city.code}" yet to add incidents to`,
    )
  }
  const areas = await store.locatedAreas(city.code, stored.version)
  const outline =
    stored.origin.outlineMade === true ? areas.find(({ level }) => level === stored.levels[0]) : undefined
  return {
    version: stored.version,
    finder: new PlaceFinder(
      areas.filter((area) => area !== outline),
      stored.levels,
      outline?.id,
    ),
    cells: new Cells(await store.cells(city.code)),
  }
}

async function importIncidents(
  { city }: Manifest,
  source: IncidentSource,
  file: TextFile,
  { version, finder, cells }: Ground,
  store: ImportStore,
  tally: Tally,
  options: ImportOptions,
): Promise<void> {
  const reject = (line: number, reason: string) =>
    tally.reject('incidents', { file: source.file, line, reason })
  const kinds = new Set<string>()
  let firstReason: Remark | undefined
  let rows = 0
  for await (const batch of readIncidents(source, file, city.timeZone, await placerOf(source, store))) {
    const staged: StagedIncident[] = []
    for (const row of batch) {
      const fault = 'reason' in row ? row.reason : swapFault(row.point, finder)
      if ('reason' in row || fault !== null) {
        firstReason ??= { file: source.file, line: row.line, reason: fault ?? '' }
        reject(row.line, fault ?? '')
        continue
      }
      const { areaIds, several } = finder.locate(row.point)
      const notice = (reason: string) => tally.notice({ file: source.file, line: row.line, reason })
      if (areaIds.length === 0) notice(`${row.point.join(', ')} lies in no area`)
      for (const codes of several)
        notice(`${row.point.join(', ')} lies in ${codes.join(' and ')}: counted in ${codes[0]}`)
      kinds.add(row.kind)
      if (kinds.size > MOST_KINDS) {
        throw new ImportRefusal(
          source.file,
          `expected categories in "${source.category}", found more than ${MOST_KINDS} different values`,
          row.line,
        )
      }
      staged.push({ ...row, cellId: cells.cellOf(areaIds), several: several.length > 0 })
    }
    await store.stage(staged)
    rows += batch.length
    options.onProgress(source.file, file.bytesRead() / file.bytes, rows)
  }
  if (rows === 0) throw new ImportRefusal(source.file, 'expected incidents, found no row')
  await store.writeKinds(city.code, importedKinds(source, kinds))
  await store.writeCells(city.code, version, cells.takeAdded())
  if (source.id !== null) await rejectRepeats(store, reject)
  const counts = await store.merge(
    city.code,
    `import:${source.name ?? sourceName(source.file)}`,
    source.id === null ? 'count' : 'omit',
  )
  if (counts.accepted + counts.unchanged === 0) {
    const { line, reason } = firstReason ?? { line: null, reason: '' }
    throw new ImportRefusal(source.file, `none of the ${rows} rows can be kept; the first: ${reason}`, line)
  }
  for (const [name, count] of Object.entries(counts) as [keyof typeof counts, number][]) {
    tally.report.incidents[name] += count
  }
}

/** Rows whose id an earlier row of the same file has. */
async function rejectRepeats(
  store: ImportStore,
  reject: (line: number, reason: string) => void,
): Promise<void> {
  let after = 0
  for (;;) {
    const repeats = await store.repeatedIds(after, REPEATS_AT_ONCE)
    for (const { line, key, firstLine } of repeats) {
      reject(line, `the id "${key.replaceAll(ID_SEPARATOR, ' ')}" is already that of line ${firstLine}`)
    }
    if (repeats.length < REPEATS_AT_ONCE) return
    after = repeats[repeats.length - 1].line
  }
}

/** A point far from the city that would lie in it with its two numbers exchanged. */
function swapFault([lng, lat]: Position, finder: PlaceFinder): string | null {
  if (finder.near([lng, lat]) || !finder.near([lat, lng])) return null
  return `${lng}, ${lat} lies outside the city, ${lat}, ${lng} inside: longitude and latitude seem swapped`
}

function originOf({
  file,
  licence,
  attribution,
}: Manifest['sources'][number]): ImportOrigin['sources'][number] {
  return { name: sourceName(file), licence: licence ?? null, attribution: attribution ?? null }
}
