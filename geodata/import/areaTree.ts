import type { AreaLevel, Names } from '../city.ts'
import type { AreaDraft } from './areas.ts'
import { CITY_LEVEL, levelsAbove } from './levels.ts'
import { compare, PlaceFinder } from './placeFinder.ts'
import { ImportRefusal } from './refusal.ts'
import type { Remark, Tally } from './report.ts'
import type { ImportedArea, ImportStore } from './store.ts'

/** A valid draft with its measures. */
type SurveyedArea = Omit<ImportedArea, 'id' | 'parentId' | 'squadId'> & { parentCode: string | null }

/** The areas of a city, numbered by level and code, and the finder of those that hold a point. */
export interface AreaTree {
  areas: ImportedArea[]
  /** True where the city's own outline was made from its coarsest level. */
  outlineMade: boolean
  finder: PlaceFinder
}

/**
 * Makes the areas of a city from what its files bring, leaving out what cannot be one (a code met before, a polygon
 * that is not valid, an unknown parent). The parent is the one named, else the nearest level above that holds a point
 * inside, else the city.
 * @throws ImportRefusal when nothing is left, or several areas claim to be the city.
 */
export async function buildAreas(
  city: { code: string; name: Names },
  drafts: AreaDraft[],
  levels: AreaLevel[],
  store: Pick<ImportStore, 'survey' | 'union'>,
  tally: Pick<Tally, 'reject' | 'notice'>,
): Promise<AreaTree> {
  const surveyed = await survey(drafts, levels, store, tally)
  if (surveyed.length === 0) {
    throw new ImportRefusal(drafts[0]?.file ?? null, 'expected areas, but none of them can be kept')
  }
  const cities = surveyed.filter(({ level }) => level === CITY_LEVEL)
  if (cities.length > 1) {
    throw new ImportRefusal(drafts[0].file, `expected one area of the level "city", found ${cities.length}`)
  }
  const outlineMade = cities.length === 0
  if (outlineMade) surveyed.unshift(await outlineOf(city, surveyed, store))

  const numbered = surveyed.map((area, index) => ({ ...area, id: index + 1 }))
  const [root, ...others] = numbered
  const finder = new PlaceFinder(
    outlineMade ? others : numbered,
    levels.map(({ level }) => level),
    outlineMade ? root.id : null,
  )
  const idOf = new Map(numbered.map(({ level, code, id }) => [`${level} ${code}`, id]))
  const levelOf = new Map(numbered.map(({ id, level }) => [id, level]))
  const areas = numbered.map(({ parentCode, ...area }): ImportedArea => {
    const around = finder.locate(area.labelPoint).areaIds
    const holding = (level: string) => around.find((id) => levelOf.get(id) === level)
    const above = levelsAbove(levelNamed(levels, area.level), levels)
    const named = parentCode === null ? undefined : idOf.get(`${above[0]?.level} ${parentCode}`)
    const found = above.map(({ level }) => holding(level)).find((id) => id !== undefined)
    return {
      ...area,
      parentId: area.id === root.id ? null : (named ?? found ?? root.id),
      squadId: area.level === 'grid' || area.level === 'microGrid' ? (holding('squad') ?? null) : null,
    }
  })
  return { areas, outlineMade, finder }
}

function levelNamed(levels: AreaLevel[], name: string): AreaLevel {
  const level = levels.find((known) => known.level === name)
  if (!level)
    throw new Error(`Expected one of the levels ${levels.map((known) => known.level)}, got ${name}.`)
  return level
}

/** By level, then code. */
async function survey(
  drafts: AreaDraft[],
  levels: AreaLevel[],
  store: Pick<ImportStore, 'survey'>,
  tally: Pick<Tally, 'reject' | 'notice'>,
): Promise<SurveyedArea[]> {
  const surveys = await store.survey(drafts.map(({ polygons }) => polygons))
  const accepted: SurveyedArea[] = []
  for (const level of levels) {
    const above = levelsAbove(level, levels)[0]
    const parentCodes = new Set(
      accepted.filter((area) => area.level === above?.level).map(({ code }) => code),
    )
    const first = new Map<string, string>()
    const found: SurveyedArea[] = []
    for (const [index, { file, line, ...draft }] of drafts.entries()) {
      if (draft.level !== level.level) continue
      const measures = surveys[index]
      const remark = (reason: string): Remark => ({ file, line, reason: `area "${draft.code}": ${reason}` })
      const refuse = (reason: string) => tally.reject('areas', remark(reason))
      const twin = first.get(draft.code)
      if (twin) refuse(`the code is already that of ${twin}`)
      else if ('reason' in measures) refuse(measures.reason)
      else if (above && draft.parentCode !== null && !parentCodes.has(draft.parentCode)) {
        refuse(`its parent "${draft.parentCode}" is none of the level "${above.level}"`)
      } else {
        first.set(draft.code, `${file}, line ${line}`)
        const { repaired, ...rest } = measures
        if (repaired) tally.notice(remark(`${repaired.fault}; rewritten to cover the same ground`))
        found.push({ ...draft, ...rest, polygons: repaired?.polygons ?? draft.polygons })
      }
    }
    accepted.push(...found.sort((a, b) => compare(a.code, b.code)))
  }
  return accepted
}

/** The city's own area where no source brings it: the union of the coarsest level. */
async function outlineOf(
  city: { code: string; name: Names },
  areas: SurveyedArea[],
  store: Pick<ImportStore, 'survey' | 'union'>,
): Promise<SurveyedArea> {
  const coarsest = areas.filter(({ level }) => level === areas[0].level)
  const polygons = await store.union(coarsest.map((area) => area.polygons))
  const [measures] = await store.survey([polygons])
  if ('reason' in measures) throw new Error(`The union of valid areas is not valid: ${measures.reason}`)
  const { areaKm2, labelPoint } = measures
  return {
    level: CITY_LEVEL,
    code: city.code,
    name: city.name,
    parentCode: null,
    population: coarsest.reduce((sum, { population }) => sum + population, 0),
    households: coarsest.reduce((sum, { households }) => sum + households, 0),
    polygons,
    areaKm2,
    labelPoint,
  }
}
