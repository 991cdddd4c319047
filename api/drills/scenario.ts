import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { drillAreas, drillSquads } from '../../db/queries/drills.ts'
import type { Position } from '../../geodata/city.ts'
import { channels } from '../../geodata/codes.ts'
import { createPlane } from '../../geodata/demo/things/plane.ts'
import { scrub } from '../../geodata/scrub.ts'
import { ROLES } from '../roles.ts'
import {
  expectedText,
  type FaultLanguage,
  faultLine,
  ruleText,
  shownValue,
  spoken,
} from './scenarioFaults.ts'

/**
 * Scripted scenes, one JSON file each in geodata/drills, and those that people bring (geodata/drills/README.md). Places are codes of areas, the first that the city has, with
 * metres east and north of the area's label point; found on the ground when a drill begins.
 */

/** PostgreSQL keeps no NUL, and no half of a character. */
const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\0]*$/, { error: ruleText('noNul', 'en') })
    .transform((text) => text.toWellFormed())
const words = z.strictObject({ zh: line(400), en: line(400) })
const code = z.string().regex(/^[a-z0-9-]{1,40}$/)
const place = z.strictObject({
  areas: z.array(line(40)).min(1).max(10),
  east: z.number().min(-20_000).max(20_000).default(0),
  north: z.number().min(-20_000).max(20_000).default(0),
})
const expected = z.strictObject({
  code,
  what: words,
  /** Whose task it is. */
  role: z.enum(ROLES),
  withinMinutes: z.number().positive().max(600),
})
const inject = {
  code,
  /** Minutes of the scenario. */
  atMinute: z.number().min(0).max(600),
  kind: line(80),
  level: z.int().min(1).max(4),
  channel: line(40),
  text: words,
  expected: z.array(expected).max(20),
}
const unit = {
  callSign: line(20),
  kind: z.enum(['car', 'motorcycle', 'foot', 'command']),
  strength: z.int().min(1).max(100),
}
const head = { code, name: words, summary: words, minutes: z.number().positive().max(600) }
const point = { lng: z.number(), lat: z.number() }

export const scenarioFile = z
  .strictObject({
    ...head,
    units: z.array(z.strictObject({ ...unit, place })).max(50),
    injects: z
      .array(z.strictObject({ ...inject, place }))
      .min(1)
      .max(100),
  })
  .refine(({ injects, minutes }) => injects.every(({ atMinute }) => atMinute < minutes), {
    error: ruleText('beforeEnd', 'en'),
  })
  .refine(({ injects }) => allDifferent([...injects, ...injects.flatMap((each) => each.expected)]), {
    error: ruleText('different', 'en'),
  })
export type ScenarioFile = z.infer<typeof scenarioFile>

/** As a drill keeps it: every place is a point, and every inject names the squad in charge there. */
export const scenario = z.strictObject({
  ...head,
  units: z.array(z.strictObject({ ...unit, ...point })),
  injects: z.array(
    z.strictObject({
      ...inject,
      ...point,
      squad: z.strictObject({ code: z.string(), name: words }).nullable(),
    }),
  ),
})
export type Scenario = z.infer<typeof scenario>

function allDifferent(coded: { code: string }[]): boolean {
  return new Set(coded.map((each) => each.code)).size === coded.length
}

const folder = join(import.meta.dirname, '../../geodata/drills')
let read: ScenarioFile[] | undefined

/** All scenarios of the installation, by file name. @throws ZodError for a file that is none: said at the first look. */
export function scenarioFiles(): readonly ScenarioFile[] {
  read ??= readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => scenarioFile.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
  return read
}

/** Most faults that are said at once. */
const MOST_FAULTS = 20

/**
 * A scenario that somebody brought, or what is wrong with it: each fault by its place (`injects.2.atMinute`), what was
 * expected and what came.
 * @param kinds Codes of the city's kinds that may be told of one by one.
 */
export function readScenario(
  given: unknown,
  kinds: ReadonlySet<string>,
  language: FaultLanguage = 'en',
): { file: ScenarioFile } | { faults: string[] } {
  const read = scenarioFile.safeParse(given, spoken(language))
  const line = (at: string, expected: string, value: unknown) =>
    faultLine(at, expected, shownValue(value, language), language)
  const faults = read.success
    ? read.data.injects.flatMap(({ kind, channel }, i) => [
        ...(kinds.has(kind) ? [] : [line(`injects.${i}.kind`, ruleText('kind', language), kind)]),
        ...(channel in channels
          ? []
          : [
              line(
                `injects.${i}.channel`,
                `${ruleText('channel', language)} ${Object.keys(channels).join(', ')}`,
                channel,
              ),
            ]),
      ])
    : read.error.issues.map((issue) => {
        const value = issue.path.reduce<unknown>(
          (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
          given,
        )
        return line(issue.path.join('.'), expectedText(issue.message, language), value)
      })
  if (read.success && faults.length === 0) return { file: scrubbed(read.data) }
  return { faults: faults.slice(0, MOST_FAULTS) }
}

/** Without numbers of persons in what people wrote. */
function scrubbed(file: ScenarioFile): ScenarioFile {
  const clean = (text: string) => scrub(text).text
  const both = ({ zh, en }: { zh: string; en: string }) => ({ zh: clean(zh), en: clean(en) })
  return {
    ...file,
    name: both(file.name),
    summary: both(file.summary),
    units: file.units.map((each) => ({ ...each, callSign: clean(each.callSign) })),
    injects: file.injects.map((each) => ({
      ...each,
      text: both(each.text),
      expected: each.expected.map((one) => ({ ...one, what: both(one.what) })),
    })),
  }
}

const placesOf = (file: ScenarioFile) => [...file.units, ...file.injects].map((each) => each.place)

/** Codes of which a city has none, for places that have no other. */
export async function missingPlaces(
  db: Queryable,
  city: { code: string; version: string },
  files: readonly ScenarioFile[],
): Promise<Map<string, string[]>> {
  const known = await areaPoints(db, city, files)
  return new Map(
    files.map((file) => [
      file.code,
      placesOf(file)
        .filter(({ areas }) => !areas.some((each) => known.has(each)))
        .map(({ areas }) => areas[0]),
    ]),
  )
}

async function areaPoints(
  db: Queryable,
  city: { code: string; version: string },
  files: readonly ScenarioFile[],
): Promise<Map<string, Position>> {
  const codes = [...new Set(files.flatMap((file) => placesOf(file).flatMap(({ areas }) => areas)))]
  const rows = await drillAreas(db, city.code, city.version, codes)
  return new Map(rows.map((row) => [row.code, [row.lng, row.lat]]))
}

/** The scenario on the ground of a city. @returns the codes of areas that are missing instead, where there are any. */
export async function placedScenario(
  db: Queryable,
  city: { code: string; version: string },
  file: ScenarioFile,
): Promise<Scenario | { missing: string[] }> {
  const known = await areaPoints(db, city, [file])
  const missing = (await missingPlaces(db, city, [file])).get(file.code) ?? []
  if (missing.length > 0) return { missing }
  const pointOf = ({ areas, east, north }: ScenarioFile['units'][number]['place']): Position => {
    const label = areas.map((each) => known.get(each)).find((each) => each !== undefined)
    if (!label) throw new Error(`expected one of the areas ${areas.join(', ')}`)
    return createPlane(label).moved(label, east, north)
  }
  const points = file.injects.map((each) => pointOf(each.place))
  const squads = new Map(
    (await drillSquads(db, city.code, city.version, points)).map((row) => [
      row.point,
      { code: row.code, name: { zh: row.name_zh, en: row.name_en } },
    ]),
  )
  return {
    code: file.code,
    name: file.name,
    summary: file.summary,
    minutes: file.minutes,
    units: file.units.map(({ place: where, ...rest }) => {
      const [lng, lat] = pointOf(where)
      return { ...rest, lng, lat }
    }),
    injects: file.injects
      .map(({ place: _, ...rest }, i) => ({
        ...rest,
        lng: points[i][0],
        lat: points[i][1],
        squad: squads.get(i) ?? null,
      }))
      .sort((a, b) => a.atMinute - b.atMinute),
  }
}
