import { importGround, storedGround } from './ground.ts'
import { importIncidents } from './incidentImport.ts'
import type { ManifestFile } from './manifest.ts'
import { ImportRefusal } from './refusal.ts'
import type { ImportReport, Tally } from './report.ts'
import { type ImportRun, startRun } from './run.ts'
import { type ImportStore, isImported, type SourceNotice, type StoredCity } from './store.ts'
import { sourceName } from './textFile.ts'

export interface ImportOptions {
  /** Delete the city of that code first, whatever it is. */
  replace: boolean
  onProgress: ImportRun['onProgress']
}

/**
 * Loads areas and incidents of one city. Everything happens in the store's transaction: when this throws, nothing of
 * it may be kept. Rows that cannot be used are tallied with file, line and reason, and the others go on; a source of
 * which nothing can be used refuses the whole import.
 * @throws ImportRefusal with one sentence for a person.
 */
export async function importCity(
  manifestFile: ManifestFile,
  store: ImportStore,
  tally: Tally,
  { replace, onProgress }: ImportOptions,
): Promise<ImportReport> {
  const run = startRun(manifestFile, store, tally, onProgress)
  const { city, sources } = manifestFile.manifest
  await store.lock(city.code)
  if (replace) await store.deleteCity(city.code)
  const stored = await store.city(city.code)
  if (stored) checkStored(run, stored)
  const [namesake] = await store.namesakes(city.code, [city.code, city.divisionCode ?? city.code])
  if (namesake) {
    throw new ImportRefusal(
      null,
      `city.code and city.divisionCode must be its own, but the city "${namesake}" has one of them`,
    )
  }

  const notices = sourceNotices(run, stored)
  const [first, ...others] = sources.filter((source) => source.kind === 'areas')
  const ground = first
    ? await importGround(run, [first, ...others], stored, notices)
    : await storedGround(run, stored)
  for (const source of sources) {
    if (source.kind === 'incidents') await importIncidents(run, source, ground)
  }
  await store.finish(city, notices, { ...tally.report, notices: tally.notices })
  return tally.report
}

function checkStored({ manifest }: ImportRun, stored: StoredCity): void {
  const { code, timeZone } = manifest.city
  if (stored.synthetic || !isImported(stored.origin)) {
    throw new ImportRefusal(
      null,
      `the city "${code}" holds generated data, which is never mixed with real data: give the import another city.code, or add --replace to delete the generated city first`,
    )
  }
  if (stored.timeZone !== timeZone) {
    throw new ImportRefusal(
      null,
      `the city "${code}" is stored with the time zone ${stored.timeZone}, the manifest says ${timeZone}: correct the manifest, or add --replace to delete the city first`,
    )
  }
}

/** What the city consists of, with this import: each source once, as last described. */
function sourceNotices({ manifest }: ImportRun, stored: StoredCity | null): SourceNotice[] {
  const before = stored && isImported(stored.origin) ? stored.origin.sources : []
  const added = manifest.sources.map(({ file, licence, attribution }) => ({
    name: sourceName(file),
    licence: licence ?? '',
    attribution: attribution ?? sourceName(file),
  }))
  const kept = before.filter(({ name }) => !added.some((source) => source.name === name))
  return [...kept, ...added]
}
