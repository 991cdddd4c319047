import { z } from 'zod'
import type { AreaRow } from '../../db/queries/areas.ts'
import type { CityRow, LevelRow } from '../../db/queries/catalog.ts'
import { countScope } from '../access.ts'
import { cellsOf } from '../catalog.ts'
import * as inputs from '../inputs.ts'
import { badRequest } from '../refusal.ts'
import {
  type KindSelection,
  kindSight,
  selectArea,
  selectKinds,
  selectLevel,
  selectVersion,
  selectWindow,
  type Window,
} from '../selection.ts'
import type { CountContext } from './shared.ts'
import { type Sight, sightOf } from './sight.ts'
import { requireSeen } from './visibleAreas.ts'

export const byAreaInput = z.object({
  level: inputs.levelName,
  version: inputs.versionName.optional(),
  within: inputs.areaId.optional(),
  ...inputs.windowShape,
  kinds: inputs.kindCodes.optional(),
  caseSource: inputs.caseSource,
  compareTo: inputs.compareTo,
  hoursOfWeek: inputs.hoursOfWeek,
  measures: inputs.measures,
  /** Whether the columns come as one string instead (geodata/packed.ts). */
  packed: z.boolean({ error: 'packed: expected true or false' }).default(false),
  /**
   * What the reader of a packed answer holds already of the same areas, kinds and hours: the counts of another window, and
   * their `checkOf`. Only where they are what the reader would be answered now may the answer be told by them.
   */
  given: z
    .strictObject({
      ...inputs.windowShape,
      check: z
        .number({ error: 'given.check: expected a whole number' })
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER),
    })
    .optional(),
})

export type Measure = 'closedInTime' | 'medianHandling' | 'resolvedLevel'

/** A question by area, its names turned into what the city has. */
export interface AreaQuestion {
  city: CityRow
  version: string
  level: LevelRow
  /** All levels of that version. */
  levels: LevelRow[]
  /** Only areas sharing ground with this one, and of these only what is inside it. */
  within: AreaRow | null
  kinds: KindSelection
  sight: Sight
  caseSource: string
  hoursOfWeek?: number[]
  measures: readonly Measure[]
  window: Window
  compare: Window | null
  /** What the reader says it holds. */
  given: { window: Window; check: number } | null
}

export async function selectAreaQuestion(
  { database: db, city, access }: CountContext,
  input: z.output<typeof byAreaInput>,
): Promise<AreaQuestion> {
  const kinds = await selectKinds(db, city, input.kinds, kindSight(access, 'counts'))
  const sight = sightOf(countScope(access), kinds)
  const within = input.within === undefined ? null : await selectArea(db, city, input.within)
  if (within && !kinds.disputes) requireSeen(await cellsOf(db, city), city, within, sight)
  const version = await selectVersion(db, city, { version: input.version ?? within?.version })
  if (within && within.version !== version) {
    throw badRequest(
      `within: expected an area of version "${version}", got area ${within.id} of version "${within.version}"`,
    )
  }
  return {
    city,
    version,
    ...(await selectLevel(db, city, version, input.level)),
    within,
    kinds,
    sight,
    caseSource: input.caseSource,
    hoursOfWeek: input.hoursOfWeek,
    measures: input.measures ?? [],
    ...selectWindow(city, input),
    given:
      input.packed && input.given ? { ...selectWindow(city, input.given), check: input.given.check } : null,
  }
}

/** The question as it is put to the rows. */
export function countedRows(
  { city, version, level, within, kinds, hoursOfWeek }: AreaQuestion,
  window: Window,
) {
  return {
    city: city.code,
    version,
    level: level.level,
    within: within?.id ?? null,
    kinds: kinds.codes,
    caseSource: null,
    hours: hoursOfWeek && { timeZone: city.time_zone, hoursOfWeek },
    ...window,
  }
}
