import { hash } from 'node:crypto'
import type { Position } from '../city.ts'
import { type PersonalMark, scrub } from '../scrub.ts'
import { readCsv } from './csv.ts'
import { parseFeature, propertyText, readFeatures } from './features.ts'
import { type IncidentSource, isGeoJson } from './manifest.ts'
import { keyFault, nameFault } from './names.ts'
import { checkCrs, type Placed, type Placer, parsePosition } from './positions.ts'
import type { SourceRow } from './rows.ts'
import type { TextFile } from './textFile.ts'
import { compileTimeFormat } from './time.ts'

/** An incident as its file tells it. */
export interface IncidentDraft {
  line: number
  /** Its id in the file, or a digest of its content where the file has no ids. */
  key: string
  kind: string
  /** Epoch milliseconds. */
  reportedAt: number
  /** [lng, lat], EPSG:4326. */
  point: Position
  attributes: Record<string, unknown>
  /** Numbers that were taken out of its attributes. */
  scrubbed: PersonalMark[]
}

export type IncidentRow = IncidentDraft | { line: number; reason: string }

/** Stands between the parts of an id of several columns. */
export const ID_SEPARATOR = '\u001f'

const BATCH = 5_000
/** Of one kept column, in characters: a report fits, a book does not. */
const LONGEST_ATTRIBUTE = 10_000

/** The incidents of a source in batches, in the order of the file, each row an incident or the reason why not. */
export async function* readIncidents(
  source: IncidentSource,
  file: TextFile,
  timeZone: string,
  place: Placer,
): AsyncGenerator<IncidentRow[]> {
  const read = rowReader(source, compileTimeFormat(source.timeFormat, timeZone))
  for await (const rows of inBatches(sourceRows(source, file))) yield placeRows(rows.map(read), place)
}

// Columns stand in a row's values in this order.
function columnsOf(source: IncidentSource): string[] {
  const position = isGeoJson(source.file) ? [] : [source.lng ?? '', source.lat ?? '']
  const ids = source.id === null ? [] : [source.id].flat()
  return [...position, source.category, ...source.time, ...ids, ...source.attributes]
}

function sourceRows(source: IncidentSource, file: TextFile): AsyncGenerator<SourceRow> {
  return isGeoJson(source.file)
    ? featureRows(source, file)
    : readCsv(file, columnsOf(source), source.delimiter)
}

async function* featureRows(source: IncidentSource, file: TextFile): AsyncGenerator<SourceRow> {
  const columns = columnsOf(source)
  for await (const text of readFeatures(file, ({ crs }) => checkCrs(source, crs))) {
    const { line } = text
    const feature = parseFeature(file.name, text)
    const { geometry } = feature
    if (geometry?.type !== 'Point') {
      yield { line, reason: `expected a Point, found ${geometry ? `a ${geometry.type}` : 'no geometry'}` }
      continue
    }
    const [lng = '', lat = ''] = [geometry.coordinates ?? []].flat()
    yield {
      line,
      content: JSON.stringify([geometry.coordinates, feature.properties]),
      values: [String(lng), String(lat), ...columns.map((column) => propertyText(feature, column) ?? '')],
    }
  }
}

type ReadRow = (Omit<IncidentDraft, 'point'> & { position: Position }) | { line: number; reason: string }

/** Everything of a row but its place on the ground. */
function rowReader(
  source: IncidentSource,
  readTime: ReturnType<typeof compileTimeFormat>,
): (row: SourceRow) => ReadRow {
  const timeEnd = 3 + source.time.length
  const idEnd = timeEnd + (source.id === null ? 0 : [source.id].flat().length)
  // One slip of the pen (2102) would move the city's "as of" out of reach.
  const latest = Date.now() + 366 * 24 * 3_600_000
  return (row) => {
    const { line } = row
    if ('reason' in row) return row
    const { values, content } = row
    const position = parsePosition(values[0], values[1])
    if ('reason' in position) return { line, reason: position.reason }
    const kind = values[2].trim()
    const kindFault = kind === '' ? 'is empty' : nameFault(kind)
    if (kindFault) return { line, reason: `"${source.category}" ${kindFault}` }
    const text = values.slice(3, timeEnd).join(' ').trim()
    if (text === '') return { line, reason: 'the time is empty' }
    const time = readTime(text)
    if ('reason' in time) return { line, reason: time.reason }
    if (time.instant > latest) return { line, reason: `time "${text}" lies more than a year ahead` }
    const ids = values.slice(timeEnd, idEnd).map((id) => id.trim())
    if (ids.includes('')) return { line, reason: 'the id is empty' }
    const key = ids.length > 0 ? ids.join(ID_SEPARATOR) : digest(content)
    const fault = keyFault(key)
    if (fault) return { line, reason: `the id ${fault}` }
    const long = source.attributes.findIndex((_, index) => values[idEnd + index].length > LONGEST_ATTRIBUTE)
    if (long >= 0) {
      return { line, reason: `"${source.attributes[long]}" is longer than ${LONGEST_ATTRIBUTE} characters` }
    }
    const attributes: Record<string, unknown> = {}
    const scrubbed: PersonalMark[] = []
    source.attributes.forEach((name, index) => {
      const { text: clean, found } = scrub(values[idEnd + index].replaceAll('\0', '').trim())
      attributes[name] = clean
      scrubbed.push(...found)
    })
    if (source.crs !== 'EPSG:4326')
      Object.assign(attributes, { sourceCrs: source.crs, sourcePosition: position })
    return {
      line,
      key,
      kind,
      reportedAt: time.instant,
      attributes,
      scrubbed,
      position,
    }
  }
}

/** 144 bits of SHA-256: identical texts, and only those, have one. */
function digest(content: string): string {
  return hash('sha256', content, 'base64url').slice(0, 24)
}

async function placeRows(rows: ReadRow[], place: Placer): Promise<IncidentRow[]> {
  const readable = rows.filter((row) => 'position' in row)
  const places = await place(readable.map(({ position }) => position))
  let next = 0
  return rows.map((row) => ('position' in row ? withPlace(row, places[next++]) : row))
}

function withPlace(
  { position: _, ...row }: Extract<ReadRow, { position: Position }>,
  placed: Placed,
): IncidentRow {
  return 'reason' in placed ? { line: row.line, reason: placed.reason } : { ...row, point: placed }
}

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
