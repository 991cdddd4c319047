import { z } from 'zod'
import { caseSources } from '../geodata/codes.ts'
import { scrub } from '../geodata/scrub.ts'

/**
 * The words every procedure's input is made of. Each check says what was expected and what came.
 * Boxes are [west, south, east, north], EPSG:4326, degrees; windows are half-open, [from, to).
 */

/** What came, short enough for a message. */
function shown(input: unknown): string {
  if (input === undefined) return 'nothing'
  const text = JSON.stringify(input) ?? String(input)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** The sentence of a check: what was expected, and what came. */
export function expected(what: string) {
  return (issue: { input?: unknown }) => `expected ${what}, got ${shown(issue.input)}`
}

const CITY = 'a city code such as "shuifu", or a division code such as "530681"'
export const cityName = z
  .string({ error: expected(CITY) })
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i, { error: expected(CITY) })

const LEVEL = 'the name of a level such as "grid"'
/** Which levels there are depends on the city and the version, so the router checks the name. */
export const levelName = z
  .string({ error: expected(LEVEL) })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, { error: expected(LEVEL) })

const VERSION = 'a boundary version such as "2025"'
export const versionName = z
  .string({ error: expected(VERSION) })
  .min(1, { error: expected(VERSION) })
  .max(40, { error: expected(VERSION) })

/** Ids fit PostgreSQL's integer. */
export const areaId = wholeNumber('the id of an area, a whole number from 1', 1, 2 ** 31 - 1)
export const cameraId = wholeNumber('the id of a camera, a whole number from 1', 1, 2 ** 31 - 1)
/** Below zero: one that came in as a dispute. */
export const incidentId = wholeNumber(
  'the id of an incident, a whole number',
  Number.MIN_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER,
)

export const unitId = wholeNumber('the id of a unit, a whole number from 1', 1, 2 ** 31 - 1)
export const dispatchId = wholeNumber(
  'the id of a dispatch, a whole number from 1',
  1,
  Number.MAX_SAFE_INTEGER,
)

function wholeNumber(what: string, least: number, most: number) {
  return z
    .number({ error: expected(what) })
    .int({ error: expected(what) })
    .min(least, { error: expected(what) })
    .max(most, { error: expected(what) })
}

/** How many rows at most; a larger wish is refused, not cut, so that nobody mistakes a part for the whole. */
export function limit(standard: number, most: number) {
  return wholeNumber(`a limit from 1 to ${most}`, 1, most).default(standard)
}

const CASE_SOURCE = `one of ${Object.keys(caseSources).join(', ')}`
/**
 * The register disputes are counted from. One register may hold what another holds too, so that they are counted apart
 * and never added up. Other kinds have no register: the word changes nothing there.
 */
export const caseSource = z
  .enum(Object.keys(caseSources), { error: expected(CASE_SOURCE) })
  .default('platform')

const KIND = 'the code of a kind such as "020000"'
/** The code of one kind. */
export const kindCode = z
  .string({ error: expected(KIND) })
  .regex(/^\P{Cc}{1,80}$/u, { error: expected(KIND) })

/** Codes of kinds; a parent stands for all its sub-kinds. Absent: every kind but disputes. */
export const kindCodes = z
  .array(z.string({ error: expected(KIND) }).regex(/^\P{Cc}{1,80}$/u, { error: expected(KIND) }), {
    error: expected('a list of kind codes'),
  })
  .min(1, { error: 'expected at least one kind, got an empty list; leave it out for all kinds but disputes' })
  .max(300, {
    error: (issue) =>
      `expected at most 300 kinds, got ${Array.isArray(issue.input) ? issue.input.length : 'more'}`,
  })

const DATE = /^\d{4}-\d{2}-\d{2}$/
const MOMENT =
  'an instant such as "2026-11-01T00:00:00Z" (or +08:00), or a date such as "2026-11-01", between the years 1970 and 2200'

/**
 * An instant with its offset, or a date, which means local midnight in the city's time zone.
 * Kept as the text `YYYY-MM-DD` or as an ISO instant in UTC.
 */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], { error: expected(MOMENT) })
  .transform((text) => (DATE.test(text) ? text : new Date(text).toISOString()))
  .refine((text) => text >= '1970' && text < '2200', { error: expected(MOMENT) })

const INSTANT = 'an instant such as "2026-11-01T00:00:00Z" between the years 1970 and 2200'
/** An instant with its offset, kept as ISO text in UTC. */
export const instant = z.iso
  .datetime({ offset: true, error: expected(INSTANT) })
  .transform((text) => new Date(text).toISOString())
  .refine((text) => text >= '1970' && text < '2200', { error: expected(INSTANT) })

/** [from, to): `from` belongs to the window, `to` does not. Their order is checked once dates are instants. */
export const windowShape = { from: moment, to: moment }

export const compareTo = z
  .union([z.literal('previousPeriod'), z.literal('previousYear'), z.strictObject(windowShape)], {
    error: expected('"previousPeriod", "previousYear" or {from, to}'),
  })
  .optional()

const HOUR = 'an hour of the week, from 0 (Monday 00–01) to 167 (Sunday 23–24)'
/** Only incidents reported in these hours of the city's week. Absent: all. */
export const hoursOfWeek = z
  .array(wholeNumber(HOUR, 0, 167), { error: expected('a list of hours of the week') })
  .min(1, { error: 'expected at least one hour of the week, got an empty list; leave it out for all hours' })
  .max(168, { error: expected('at most 168 hours of the week') })
  .optional()

/** What may be asked beside counts. */
export const measures = z
  .array(
    z.enum(['closedInTime', 'medianHandling', 'resolvedLevel'], {
      error: expected('"closedInTime", "medianHandling" or "resolvedLevel"'),
    }),
    { error: expected('a list of measures') },
  )
  .max(3, { error: expected('each measure once') })
  .optional()

const BOX =
  'a box [west, south, east, north] in degrees with west < east, south < north, -180 ≤ lng ≤ 180 and -90 ≤ lat ≤ 90'
export const bbox = z
  .tuple([z.number(), z.number(), z.number(), z.number()], { error: expected(BOX) })
  .refine(
    ([west, south, east, north]) =>
      west >= -180 && east <= 180 && south >= -90 && north <= 90 && west < east && south < north,
    { error: expected(BOX) },
  )

const LNG = 'a longitude from -180 to 180 degrees'
const LAT = 'a latitude from -90 to 90 degrees'
export const lng = z
  .number({ error: expected(LNG) })
  .min(-180, { error: expected(LNG) })
  .max(180, { error: expected(LNG) })
export const lat = z
  .number({ error: expected(LAT) })
  .min(-90, { error: expected(LAT) })
  .max(90, { error: expected(LAT) })

export const bucket = z.enum(['hour', 'day', 'week', 'month', 'hourOfWeek'], {
  error: expected('"hour", "day", "week", "month" or "hourOfWeek"'),
})
export type Bucket = z.infer<typeof bucket>

/** A name somebody chooses, of 1 to `most` characters: refused where it holds a number that leads to one person. */
export function plainName(most: number) {
  const what = `a name of 1 to ${most} characters`
  return z
    .string({ error: expected(what) })
    .trim()
    .min(1, { error: expected(what) })
    .max(most, { error: expected(what) })
    .regex(/^\P{Cc}*$/u, { error: 'expected a name without control characters' })
    .refine((text) => scrub(text).found.length === 0, {
      error: 'expected a name without ID numbers, telephone numbers, number plates or e-mail addresses',
    })
}

const INCIDENT_LEVEL = 'a level from 1 (red) to 4 (blue)'
export const incidentLevel = wholeNumber(INCIDENT_LEVEL, 1, 4)

const OVERLAP = 'hours from 0 (at once) to 720'
/** For how long the tokens before a new one still hold. */
export const overlapHours = z
  .number({ error: expected(OVERLAP) })
  .min(0, { error: expected(OVERLAP) })
  .max(720, { error: expected(OVERLAP) })
  .default(24)
