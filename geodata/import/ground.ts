import { createHash } from 'node:crypto'
import type { AreaLevel } from '../city.ts'
import { type AreaDraft, readAreas } from './areas.ts'
import { type AreaTree, buildAreas } from './areaTree.ts'
import { Cells } from './cells.ts'
import { levelsOf } from './levels.ts'
import type { AreaSource } from './manifest.ts'
import { PlaceFinder } from './placeFinder.ts'
import { placerOf } from './positions.ts'
import { ImportRefusal } from './refusal.ts'
import type { ImportRun } from './run.ts'
import { isImported, type SourceNotice, type StoredCity } from './store.ts'

const REPORTED_OVERLAPS = 20

/** Where points are placed: the city's areas and their cells. */
export interface Ground {
  version: string
  finder: PlaceFinder
  cells: Cells
}

/**
 * The areas of the manifest, written where the city is new.
 * @throws ImportRefusal when the city is there with other areas.
 */
export async function importGround(
  run: ImportRun,
  sources: [AreaSource, ...AreaSource[]],
  stored: StoredCity | null,
  notices: SourceNotice[],
): Promise<Ground> {
  const { store, tally } = run
  const { city } = run.manifest
  const levels = levelsOf(sources, city.version)
  const drafts: AreaDraft[] = []
  for (const source of sources) drafts.push(...(await readDrafts(run, source)))
  const tree = await buildAreas(city, drafts, levels, store, tally)
  const { areas, outlineMade, finder } = tree
  tally.report.areas.accepted = outlineMade ? areas.length - 1 : areas.length

  const contentHash = hashOf(levels, tree)
  if (stored && stored.contentHash !== contentHash) {
    throw new ImportRefusal(
      sources[0].file,
      `the city "${city.code}" is stored with other areas than these: leave the area sources out to add incidents to it, or add --replace to delete the city and all its data first`,
    )
  }
  if (!stored) {
    await store.writeCity(city, levels, contentHash, { kind: 'import', outlineMade, sources: notices })
    await store.writeAreas(city, areas)
    for (const { level, codes, areaM2 } of await store.overlaps(city.code, city.version, REPORTED_OVERLAPS)) {
      const reason = `${level}: ${codes.join(' and ')} overlap by ${Math.round(areaM2)} m²`
      tally.notice({ file: sources[0].file, line: null, reason })
    }
  }
  const cells = new Cells(await store.cells(city.code))
  // Every area has a cell, incidents or not.
  for (const { labelPoint } of areas) cells.cellOf(finder.locate(labelPoint).areaIds)
  await store.writeCells(city.code, city.version, cells.takeAdded())
  return { version: city.version, finder, cells }
}

/** The ground of a city that is there already, for a manifest that brings incidents only. */
export async function storedGround(
  { store, manifest }: ImportRun,
  stored: StoredCity | null,
): Promise<Ground> {
  const { code } = manifest.city
  if (!stored) {
    throw new ImportRefusal(
      null,
      `expected a source of kind "areas": there is no city "${code}" yet to add incidents to`,
    )
  }
  const { version, levels, origin } = stored
  const areas = await store.locatedAreas(code, version)
  const outline =
    isImported(origin) && origin.outlineMade ? areas.find(({ level }) => level === levels[0]) : undefined
  const others = areas.filter((area) => area !== outline)
  return {
    version,
    finder: new PlaceFinder(others, levels, outline?.id),
    cells: new Cells(await store.cells(code)),
  }
}

async function readDrafts(
  { store, tally, onProgress, open }: ImportRun,
  source: AreaSource,
): Promise<AreaDraft[]> {
  const file = open(source)
  const drafts: AreaDraft[] = []
  let features = 0
  for await (const draft of readAreas(source, file, await placerOf(source, store))) {
    if ('reason' in draft) tally.reject('areas', { file: source.file, ...draft })
    else drafts.push(draft)
    features++
    onProgress({ file: source.file, step: 'reading', share: file.share() })
  }
  if (features === 0) throw new ImportRefusal(source.file, 'expected areas, found no feature')
  return drafts
}

/** Over what the files say. What PostGIS works out (measures, the outline) may differ in a last digit from version to version. */
function hashOf(levels: AreaLevel[], { areas, outlineMade }: AreaTree): string {
  const given = (outlineMade ? areas.slice(1) : areas).map(({ areaKm2, labelPoint, ...area }) => area)
  return createHash('sha256')
    .update(JSON.stringify([levels, given]))
    .digest('hex')
}
