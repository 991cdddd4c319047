import type { Ground } from '../../geodata/city.ts'
import { copyChunks } from '../copyText.ts'
import { currentVersion } from './groundRows.ts'
import type { TableRows } from './tableRows.ts'

/** The row of `cities`. */
export interface CityHead {
  code: string
  divisionCode: string | null
  nameZh: string
  nameEn: string
  timeZone: string
  synthetic: boolean
  /** The last instant the data speaks about. */
  asOf: Date
  currentVersion: string
  /** How the city came to be, kept with it: generator seed and options, or the import manifest. */
  origin: Record<string, unknown>
}

/** Some rows of one table, ready for the database: they can be made in a worker thread, kept in a file, sent as bytes. */
export interface CityPart {
  table: string
  columns: string[]
  rows: number
  /** Lines of COPY's text format, UTF-8. */
  text: Uint8Array
}

export interface CityOptions {
  /** The last instant the data speaks about. */
  asOf: Date
  /** Generator seed and options, or the import manifest. */
  origin: Record<string, unknown>
}

export function cityHead({ city, areas, versions }: Ground, { asOf, origin }: CityOptions): CityHead {
  return {
    code: city.code,
    divisionCode: city.divisionCode,
    nameZh: city.name.zh,
    nameEn: city.name.en,
    timeZone: city.timeZone,
    synthetic: areas.some((area) => area.synthetic),
    asOf,
    currentVersion: currentVersion(versions),
    origin,
  }
}

/** The rows of tables in the order given, in parts of a few megabytes. */
export async function* cityParts(tables: TableRows[]): AsyncGenerator<CityPart> {
  for (const { table, columns, rows } of tables) {
    for await (const chunk of copyChunks(rows)) yield { table, columns, ...chunk }
  }
}
