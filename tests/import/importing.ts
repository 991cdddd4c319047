import { join } from 'node:path'
import type { Database } from '../../db/client.ts'
import { importStore } from '../../db/queries/imports.ts'
import { importCity } from '../../geodata/import/importer.ts'
import { readManifest } from '../../geodata/import/manifest.ts'
import { ImportRefusal } from '../../geodata/import/refusal.ts'
import { type ImportReport, type Remark, Tally } from '../../geodata/import/report.ts'
import { writeFiles } from './files.ts'

export interface ImportOutcome {
  report: ImportReport
  notices: Remark[]
}

/** Imports one manifest as the command does. @throws ImportRefusal */
export async function importManifest(db: Database, path: string, replace = false): Promise<ImportOutcome> {
  const tally = new Tally('test')
  const report = await db.transaction(async (tx) =>
    importCity(readManifest(path), await importStore(tx), tally, { replace, onProgress: () => undefined }),
  )
  return { report, notices: tally.notices }
}

/** Writes a manifest and its files into a directory of their own, and imports them. */
export function importFiles(
  db: Database,
  dir: string,
  manifest: unknown,
  files: Record<string, string | Uint8Array>,
  replace = false,
): Promise<ImportOutcome> {
  const path = writeFiles(dir, { 'manifest.json': JSON.stringify(manifest), ...files })
  return importManifest(db, path, replace)
}

/** What a refused import says: 'file, line: sentence'. */
export async function refusalOf(action: Promise<unknown>): Promise<string> {
  try {
    await action
  } catch (error) {
    if (!(error instanceof ImportRefusal)) throw error
    const { file, line, message } = error
    return `${file ?? 'manifest'}${line === null ? '' : `, ${line}`}: ${message}`
  }
  throw new Error('Expected the import to be refused, but it went through.')
}

const cityNames = { zh: '甲市', en: 'Alpha' }

/** A manifest in the shape of DESIGN's example, with other keys where a test needs them. */
export function manifestOf(
  code: string,
  areas: Record<string, unknown>[],
  incidents: Record<string, unknown>[] = [],
  city: Record<string, unknown> = {},
) {
  return {
    city: { code, name: cityNames, timeZone: 'Asia/Shanghai', ...city },
    sources: [
      ...areas.map((source) => ({
        kind: 'areas',
        file: 'areas.geojson',
        crs: 'EPSG:4326',
        level: 'district',
        code: 'code',
        name: 'code',
        ...source,
      })),
      ...incidents.map((source) => ({
        kind: 'incidents',
        file: 'incidents.csv',
        crs: 'EPSG:4326',
        lng: 'lng',
        lat: 'lat',
        time: ['time'],
        timeFormat: 'yyyy-MM-dd HH:mm',
        category: 'category',
        id: 'id',
        ...source,
      })),
    ],
  }
}

/** Tables an import may write. */
const TABLES = [
  'cities',
  'boundary_versions',
  'area_levels',
  'areas',
  'cell_areas',
  'kinds',
  'incidents',
  'imports',
]

/** How many rows each table holds. */
export async function rowCounts(db: Database): Promise<Record<string, number>> {
  const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)
  const [row] = await db.query<Record<string, number>>(`SELECT ${counts.join(', ')}`)
  return row
}

export const sanFrancisco = join(import.meta.dirname, '../../geodata/san-francisco/manifest.json')
