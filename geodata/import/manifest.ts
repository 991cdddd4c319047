import { readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import { ACCEPTED_CRS, epsgCode, isGeographicCrs } from '../crs.ts'
import { kindGroups } from '../kinds.ts'
import type { KindGroup } from '../things.ts'
import { ImportRefusal } from './refusal.ts'
import { ENCODINGS, sourceName } from './textFile.ts'
import { compileTimeFormat } from './time.ts'

// Every message below completes the sentence "expected …".

const text = z.string({ error: 'text' }).trim().min(1, 'text that is not empty')
const column = z
  .string({ error: 'the name of a column or property' })
  .min(1, 'the name of a column or property')
const names = z.strictObject(
  { zh: text, en: text },
  { error: 'names such as {"zh": "旧金山", "en": "San Francisco"}' },
)
const columns = z.array(column, { error: 'a list of columns' }).min(1, 'at least one column')
const groups = kindGroups.map(({ group }) => group) as [KindGroup, ...KindGroup[]]

const crs = z
  .string({ error: `${ACCEPTED_CRS} (a coordinate system is declared, never guessed)` })
  .refine((value) => isGeographicCrs(value) || epsgCode(value) !== null, ACCEPTED_CRS)

const timeZone = z.string({ error: 'an IANA time zone such as "Asia/Shanghai"' }).refine((value) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }))
  } catch {
    return false
  }
}, 'an IANA time zone such as "Asia/Shanghai"')

const timeFormat = z
  .string({ error: 'a format such as "yyyy-MM-dd HH:mm:ss"' })
  .superRefine((value, context) => {
    try {
      compileTimeFormat(value, 'UTC')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      context.addIssue({ code: 'custom', message: `a format such as "yyyy-MM-dd HH:mm:ss" (${why})` })
    }
  })

const encodings = `one of ${ENCODINGS.join(', ')}`
const source = {
  file: text,
  crs,
  encoding: z
    .string({ error: encodings })
    .toLowerCase()
    .pipe(z.enum(ENCODINGS, { error: encodings }))
    .default('utf-8'),
  licence: text.optional(),
  attribution: text.optional(),
}

const areaSource = z.strictObject({
  ...source,
  kind: z.literal('areas'),
  level: text.regex(/^[A-Za-z][A-Za-z0-9]*$/, 'a word of Latin letters and digits such as "district"'),
  levelName: names.optional(),
  hierarchy: z
    .enum(['administration', 'patrol'], { error: 'one of administration, patrol' })
    .default('administration'),
  code: column,
  name: z.union([column, z.strictObject({ zh: column, en: column })], {
    error: 'a property, or one for each language: {"zh": …, "en": …}',
  }),
  parent: column.optional(),
  population: column.optional(),
  households: column.optional(),
})

const incidentSource = z.strictObject({
  ...source,
  kind: z.literal('incidents'),
  name: text.optional(),
  delimiter: z.string({ error: 'one character' }).length(1, 'one character').default(','),
  lng: column.optional(),
  lat: column.optional(),
  time: columns,
  timeFormat,
  category: column,
  categories: z
    .record(
      text,
      z.strictObject({
        group: z.enum(groups, { error: `one of ${groups.join(', ')}` }),
        name: names,
        sensitive: z.boolean().default(false),
        publicOrder: z.boolean().default(true),
      }),
    )
    .default({}),
  id: z.union([column, columns, z.null()], { error: 'a column, a list of columns, or null' }),
  attributes: z.array(column).default([]),
})

const manifestSchema = z.strictObject({
  city: z.strictObject({
    code: text.regex(
      /^[a-z0-9][a-z0-9-]{0,31}$/,
      'at most 32 small letters, digits and hyphens such as "sf"',
    ),
    divisionCode: text.regex(/^\d{6}$/, 'six digits').optional(),
    name: names,
    timeZone,
    version: text.default('1'),
    validFrom: text.regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as "2012-01-01"').optional(),
  }),
  sources: z
    .array(
      z.discriminatedUnion('kind', [areaSource, incidentSource], {
        error: '"kind" to be "areas" or "incidents"',
      }),
      { error: 'a list of sources' },
    )
    .min(1, 'at least one source'),
})

/** A thousand kinds with their names take a tenth of it. */
const LARGEST_MANIFEST = 4_000_000

export type Manifest = z.infer<typeof manifestSchema>
export type ManifestCity = Manifest['city']
export type AreaSource = z.infer<typeof areaSource>
export type IncidentSource = z.infer<typeof incidentSource>

export interface ManifestFile {
  manifest: Manifest
  /** Where a file named in the manifest lies. */
  pathOf(file: string): string
}

/**
 * Reads and checks a manifest (DESIGN, contract; all keys: README.md beside this file).
 * @throws ImportRefusal that names every fault with its path inside the manifest, what was expected and what came.
 */
export function readManifest(path: string): ManifestFile {
  const file = basename(path)
  const status = statSync(path, { throwIfNoEntry: false })
  if (!status?.isFile()) {
    throw new ImportRefusal(file, `expected a manifest at ${resolve(path)}, found no file`)
  }
  if (status.size > LARGEST_MANIFEST) {
    throw new ImportRefusal(file, `expected a manifest of at most 4 MB, found ${status.size} bytes`)
  }
  let input: unknown
  try {
    input = JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''))
  } catch (error) {
    throw new ImportRefusal(file, `expected JSON: ${error instanceof Error ? error.message : error}`)
  }
  const result = manifestSchema.safeParse(input)
  if (!result.success) {
    throw new ImportRefusal(file, result.error.issues.map((issue) => faultText(issue, input)).join('; '))
  }
  const manifest = result.data
  const fault = manifest.sources.map(sourceFault).find((found) => found !== null)
  if (fault) throw new ImportRefusal(file, fault)
  return { manifest, pathOf: (name) => pathBeside(path, name) }
}

/**
 * Where a file of the manifest lies. A manifest may come from elsewhere with its data, and must not reach what lies
 * around the folder it was put into: not by name, and not through a link.
 */
function pathBeside(manifestPath: string, name: string): string {
  const folder = dirname(resolve(manifestPath))
  const path = resolve(folder, name)
  if (name.includes('\0') || !isInside(folder, path)) {
    throw new ImportRefusal(
      name,
      'expected a file in the folder of the manifest or below it, came a path that leads out',
    )
  }
  const exists = statSync(path, { throwIfNoEntry: false }) !== undefined
  if (exists && !isInside(realpathSync(folder), realpathSync(path))) {
    throw new ImportRefusal(
      name,
      'expected a file in the folder of the manifest or below it, came a link that leads out',
    )
  }
  return path
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** GeoJSON by its name; everything else is CSV. */
export function isGeoJson(file: string): boolean {
  return /\.(geo)?json(\.gz)?$/i.test(file)
}

/** What no single key shows. */
function sourceFault(
  source: Manifest['sources'][number],
  index: number,
  all: Manifest['sources'],
): string | null {
  const path = `sources[${index}]`
  if (source.kind === 'areas') {
    return isGeoJson(source.file) ? null : `${path}.file: expected a .geojson file, came "${source.file}"`
  }
  if (!isGeoJson(source.file) && !(source.lng && source.lat)) {
    return `${path}: expected the columns lng and lat, came ${source.lng || source.lat ? 'one of them' : 'neither'}`
  }
  const name = incidentSourceName(source)
  const twin = all.findIndex((other) => other.kind === 'incidents' && incidentSourceName(other) === name)
  if (twin === index) return null
  return `${path}: expected a source of its own, but rows of sources[${twin}] are stored under "${name}" too: give one of them a "name"`
}

/** What rows of a source are stored under: a later import of the same name knows them again. */
export function incidentSourceName(source: IncidentSource): string {
  return `import:${source.name ?? sourceName(source.file)}`
}

function faultText(issue: z.core.$ZodIssue, input: unknown): string {
  const where = issue.path.reduce<string>(
    (path, key) =>
      typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${String(key)}` : String(key),
    '',
  )
  const prefix = where ? `${where}: ` : ''
  if (issue.code === 'unrecognized_keys') {
    return `${prefix}expected no ${issue.keys.map((key) => `"${key}"`).join(', ')} here`
  }
  const came = issue.path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  )
  return `${prefix}expected ${issue.message}, came ${came === undefined ? 'nothing' : shorten(jsonOf(came))}`
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    // Nested too deeply to be written, which nothing in a manifest is.
    return Array.isArray(value) ? 'a list in a list in a list …' : 'an object in an object in an object …'
  }
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
