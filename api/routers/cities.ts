import type { CityRow, ListedCityRow } from '../../db/queries/catalog.ts'
import { familyOf, seesCity } from '../access.ts'
import { citiesOf, kindsOf, levelsOf, versionsOf } from '../catalog.ts'
import { notFound } from '../refusal.ts'
import { dataSources } from '../sources.ts'
import { permitted, permittedAnywhere, router } from '../trpc.ts'

/** `asOf` is the instant the data speaks about (ISO); `bounds` [west, south, east, north] in degrees, null while a city has no area. */
function cityAnswer(row: ListedCityRow) {
  return {
    code: row.code,
    divisionCode: row.division_code,
    name: { zh: row.name_zh, en: row.name_en },
    timeZone: row.time_zone,
    synthetic: row.synthetic,
    asOf: row.as_of.toISOString(),
    bounds: boundsOf(row),
    currentVersion: row.current_version,
  }
}

function boundsOf({ west, south, east, north }: ListedCityRow): [number, number, number, number] | null {
  return west === null || south === null || east === null || north === null
    ? null
    : [west, south, east, north]
}

function rowOf(rows: ListedCityRow[], city: CityRow): ListedCityRow {
  const row = rows.find((candidate) => candidate.code === city.code)
  if (!row) throw notFound(`The city "${city.code}" has just been removed.`)
  return row
}

export const cities = router({
  /** The cities of this installation in which the viewer has any right. */
  list: permittedAnywhere('map').query(async ({ ctx }) =>
    (await citiesOf(ctx.database)).filter(({ code }) => seesCity(ctx.viewer.grants, code)).map(cityAnswer),
  ),

  /**
   * One city: its boundary versions, levels, sources, the kinds the viewer knows of, and where its immutable files are;
   * of these, the viewer's own.
   */
  get: permitted('map').query(async ({ ctx }) => {
    const { database: db, city, access } = ctx
    const row = rowOf(await citiesOf(db), city)
    const versions = await versionsOf(db, city)
    const levels = await levelsOf(db, city)
    const kinds = (await kindsOf(db, city)).filter((kind) => access.knowsKind(kind))
    return {
      ...cityAnswer(row),
      versions: versions.map((version) => ({
        version: version.version,
        validFrom: version.valid_from,
        validTo: version.valid_to,
        synthetic: version.synthetic,
        source: version.source,
      })),
      levels: levels.map((level) => ({
        version: level.version,
        hierarchy: level.hierarchy,
        level: level.level,
        rank: level.rank,
        name: { zh: level.name_zh, en: level.name_en },
      })),
      kinds: kinds.map((kind) => ({
        code: kind.code,
        parentCode: kind.parent_code,
        group: kind.kind_group,
        family: familyOf(kind),
        name: { zh: kind.name_zh, en: kind.name_en },
        dispute: kind.dispute,
        sensitive: kind.sensitive,
      })),
      sources: dataSources(city, versions),
      bundles: await ctx.bundleUrls(ctx.viewer, access),
    }
  }),
})
