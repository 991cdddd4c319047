import { z } from 'zod'
import { channels, outcomes } from '../../geodata/codes.ts'
import { GEOGRAPHIC_CRS } from '../../geodata/crs.ts'
import { expected, incidentLevel, instant, kindCode, lat, lng } from '../inputs.ts'
import { TOLD_STATES } from './dispatchSteps.ts'
import { STATUSES } from './incidentMerge.ts'

/** What may come in, item by item: each fault says what was expected and what came. */

export const MOST_ITEMS = 1000

const ID = 'the id at its source, 1 to 120 characters'
const CRS = `one of ${GEOGRAPHIC_CRS.join(', ')}`
const CHANNEL = `one of ${Object.keys(channels).join(', ')}`
const STATUS = `one of ${STATUSES.join(', ')}`
const OUTCOME = `one of ${Object.keys(outcomes).join(', ')}`
const TEXT = 'a text of at most 2000 characters'
const UNIT = 'the id of a unit (a whole number) or its call sign'
const HEADING = 'degrees clockwise from north, from 0 to 360'
const SPEED = 'metres a second, from 0 to 150'
const GRID = 'the code of a grid or micro-grid'

const crs = z.enum(GEOGRAPHIC_CRS, { error: expected(CRS) }).optional()
const id = z
  .string({ error: expected(ID) })
  .regex(/^\P{Cc}{1,120}$/u, { error: expected(ID) })
  .transform((text) => text.toWellFormed())
/** Text of somebody's choosing; numbers of persons are taken out of it where it is kept. */
export const freeText = z
  .string({ error: expected(TEXT) })
  .max(2000, { error: expected(TEXT) })
  // PostgreSQL keeps no NUL, and no half of a character.
  .regex(/^[^\0]*$/, { error: expected(TEXT) })
  .transform((text) => text.toWellFormed())
/** null says as much as nothing: some programs write every field. */
const given = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined)

const INCIDENT = z.strictObject({
  id,
  kind: kindCode,
  lng,
  lat,
  crs: given(crs),
  reportedAt: instant,
  level: given(incidentLevel),
  channel: given(z.enum(Object.keys(channels), { error: expected(CHANNEL) })),
  status: given(z.enum(STATUSES, { error: expected(STATUS) })),
  dispatchedAt: given(instant),
  arrivedAt: given(instant),
  closedAt: given(instant),
  dueAt: given(instant),
  updatedAt: given(instant),
  outcome: given(z.enum(Object.keys(outcomes), { error: expected(OUTCOME) })),
  text: given(freeText),
})
export type IncidentItem = z.output<typeof INCIDENT>

const unit = z.union(
  [
    z
      .int()
      .min(1)
      .max(2 ** 31 - 1),
    z
      .string()
      .regex(/^\P{Cc}{1,40}$/u)
      .transform((text) => text.toWellFormed()),
  ],
  {
    error: expected(UNIT),
  },
)

const POSITION = z.strictObject({
  unit: given(unit),
  lng,
  lat,
  crs: given(crs),
  at: instant,
  headingDeg: given(
    z
      .number({ error: expected(HEADING) })
      .min(0, { error: expected(HEADING) })
      .max(360, { error: expected(HEADING) }),
  ),
  speedMs: given(
    z
      .number({ error: expected(SPEED) })
      .min(0, { error: expected(SPEED) })
      .max(150, { error: expected(SPEED) }),
  ),
})
export type PositionItem = z.output<typeof POSITION>

const DUTY = z.strictObject({
  unit,
  state: z.enum(['on', 'off'], { error: expected('"on" or "off"') }),
  at: instant,
})
export type DutyItem = z.output<typeof DUTY>

const TOLD = `one of ${TOLD_STATES.join(', ')}`
const DISPATCH = z.strictObject({
  unit,
  /** The incident's id at its source. */
  incident: id,
  /** Which source calls it so; where only one does, it need not be said. */
  source: given(z.string().regex(/^[\w:.-]{1,60}$/, { error: expected('the code of a source') })),
  state: z.enum(TOLD_STATES, { error: expected(TOLD) }),
  at: instant,
})
export type DispatchItem = z.output<typeof DISPATCH>

const SMS = z.strictObject({
  id,
  text: freeText,
  kind: given(kindCode),
  lng: given(lng),
  lat: given(lat),
  crs: given(crs),
  grid: given(z.string({ error: expected(GRID) }).regex(/^[\w-]{1,40}$/, { error: expected(GRID) })),
  reportedAt: given(instant),
})
export type SmsItem = z.output<typeof SMS>

/** An item that is not kept, by its place in the batch. */
export interface Rejected {
  index: number
  /** As it came, where it had one. */
  id: string | null
  reason: string
}

export interface Read<Item> {
  items: { index: number; item: Item }[]
  rejected: Rejected[]
}

function reasonOf(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      if (issue.code === 'unrecognized_keys') {
        return `expected no other names than those of this kind of item, got ${issue.keys
          .slice(0, 5)
          .map((key) => JSON.stringify(key.slice(0, 40)))
          .join(', ')}`
      }
      return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message
    })
    .join('; ')
}

/** What an item calls itself, short enough for an answer. */
function idOf(item: unknown, name: 'id' | 'unit'): string | null {
  if (typeof item !== 'object' || item === null) return null
  const value: unknown = Reflect.get(item, name)
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 120) : null
}

function reader<T extends z.ZodType>(type: T, name: 'id' | 'unit') {
  return (body: readonly unknown[]): Read<z.output<T>> => {
    const items: Read<z.output<T>>['items'] = []
    const rejected: Rejected[] = []
    for (const [index, item] of body.entries()) {
      const read = type.safeParse(item, {
        error: (issue) => (issue.code === 'invalid_type' ? expected('an object {…}')(issue) : undefined),
      })
      if (read.success) items.push({ index, item: read.data })
      else rejected.push({ index, id: idOf(item, name), reason: reasonOf(read.error) })
    }
    return { items, rejected }
  }
}

export const readIncidentItems = reader(INCIDENT, 'id')
export const readPositionItems = reader(POSITION, 'unit')
export const readDutyItems = reader(DUTY, 'unit')
export const readDispatchItems = reader(DISPATCH, 'unit')
export const readSmsItems = reader(SMS, 'id')

/** One item or an array of them. @returns null where there are none or too many. */
export function itemsOf(body: unknown): readonly unknown[] | null {
  const items: readonly unknown[] = Array.isArray(body) ? body : [body]
  return items.length === 0 || items.length > MOST_ITEMS ? null : items
}
