import type { Position } from '../city.ts'
import type { Ground } from './ground.ts'
import { ID_SEPARATOR, type IncidentRow, readIncidents } from './incidents.ts'
import { importedKinds } from './kinds.ts'
import { type IncidentSource, incidentSourceName, isGeoJson } from './manifest.ts'
import { personalNouns } from './names.ts'
import type { PlaceFinder } from './placeFinder.ts'
import { placerOf } from './positions.ts'
import { ImportRefusal } from './refusal.ts'
import type { ImportProgress, ImportRun } from './run.ts'
import type { StagedIncident } from './store.ts'

// More kinds than this are no kinds: the column holds something else.
const MOST_KINDS = 1000
const REPEATS_AT_ONCE = 10_000

/** Reads a source into the stage, then moves it into the city. @throws ImportRefusal when none of its rows can be kept. */
export async function importIncidents(run: ImportRun, source: IncidentSource, ground: Ground): Promise<void> {
  const { store, tally, onProgress } = run
  const { code, timeZone } = run.manifest.city
  const file = run.open(source)
  const intake = new Intake(run, source, ground)
  const report = (step: ImportProgress['step'], share: number) =>
    onProgress({ file: source.file, step, share })
  report('reading', 0)
  for await (const batch of readIncidents(source, file, timeZone, await placerOf(source, store))) {
    await store.stage(batch.map((row) => intake.take(row)).filter((incident) => incident !== null))
    report('reading', file.share())
  }
  const { rows, kinds } = intake
  if (rows === 0) throw new ImportRefusal(source.file, 'expected incidents, found no row')
  report('storing', 0)
  await store.closeStage()
  if (source.id !== null) await rejectRepeats(run, intake)
  await store.writeKinds(code, importedKinds(source, kinds))
  await store.writeCells(code, ground.version, ground.cells.takeAdded())
  const repeats = source.id === null ? 'count' : 'omit'
  const counts = await store.merge(code, incidentSourceName(source), repeats, (share) =>
    report('storing', share),
  )
  if (counts.accepted + counts.unchanged === 0) {
    throw new ImportRefusal(source.file, `none of the ${rows} rows can be kept`)
  }
  const { incidents } = tally.report
  incidents.accepted += counts.accepted
  incidents.unchanged += counts.unchanged
  incidents.inNoArea += counts.inNoArea
  incidents.inSeveralAreas += counts.inSeveralAreas
}

/** Takes rows one by one: rejects, or finds the cell. */
class Intake {
  rows = 0
  readonly kinds = new Set<string>()
  private readonly run: ImportRun
  private readonly source: IncidentSource
  private readonly ground: Ground

  constructor(run: ImportRun, source: IncidentSource, ground: Ground) {
    this.run = run
    this.source = source
    this.ground = ground
  }

  take(row: IncidentRow): StagedIncident | null {
    const number = ++this.rows
    if ('reason' in row) {
      this.reject(number, row.line, row.reason)
      return null
    }
    const { finder, cells } = this.ground
    const fault = swapFault(row.point, finder)
    if (fault !== null) {
      this.reject(number, row.line, fault)
      return null
    }
    this.addKind(row.kind, row.line)
    if (row.scrubbed.length > 0) {
      this.run.tally.scrub(row.scrubbed)
      this.notice(number, row.line, `${personalNouns(row.scrubbed)} taken out of the text`)
    }
    const { areaIds, several } = finder.locate(row.point)
    const position = row.point.join(', ')
    if (areaIds.length === 0) this.notice(number, row.line, `${position} lies in no area`)
    for (const codes of several) {
      this.notice(number, row.line, `${position} lies in ${codes.join(' and ')}: counted in ${codes[0]}`)
    }
    return { ...row, number, cellId: cells.cellOf(areaIds), several: several.length > 0 }
  }

  reject(number: number, line: number, reason: string): void {
    this.run.tally.reject('incidents', { file: this.source.file, line, reason: this.located(number, reason) })
  }

  private notice(number: number, line: number, reason: string): void {
    this.run.tally.notice({ file: this.source.file, line, reason: this.located(number, reason) })
  }

  /** A whole GeoJSON file may be a single line. */
  private located(number: number, reason: string): string {
    return isGeoJson(this.source.file) ? `feature ${number}: ${reason}` : reason
  }

  private addKind(kind: string, line: number): void {
    this.kinds.add(kind)
    if (this.kinds.size <= MOST_KINDS) return
    const { file, category } = this.source
    throw new ImportRefusal(
      file,
      `expected categories in "${category}", found more than ${MOST_KINDS} different values`,
      line,
    )
  }
}

/** Rows whose id an earlier row of the same file has. */
async function rejectRepeats({ store }: ImportRun, intake: Intake): Promise<void> {
  let after = 0
  for (;;) {
    const repeats = await store.repeats(after, REPEATS_AT_ONCE)
    for (const { number, line, key, firstLine } of repeats) {
      intake.reject(
        number,
        line,
        `the id "${key.replaceAll(ID_SEPARATOR, ' ')}" is already that of line ${firstLine}`,
      )
    }
    if (repeats.length < REPEATS_AT_ONCE) return
    after = repeats[repeats.length - 1].number
  }
}

/** A point far from the city that would lie in it with its two numbers exchanged. */
function swapFault([lng, lat]: Position, finder: PlaceFinder): string | null {
  if (finder.near([lng, lat]) || !finder.near([lat, lng])) return null
  return `${lng}, ${lat} lies outside the city, ${lat}, ${lng} inside: longitude and latitude seem swapped`
}
