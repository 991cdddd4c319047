import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant } from '../../../api/access.ts'
import { type Catalog, keepCatalog } from '../../../api/catalog.ts'
import { Cubes } from '../../../api/cube/cubes.ts'
import { createCaller } from '../../../api/router.ts'
import { viewAs } from '../../../db/viewing.ts'
import { checkOf, unpackAnswer } from '../../../geodata/packed.ts'
import { TOY_AS_OF, TOY_FROM, TOY_LEVELS } from '../../factories/toyCity.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'
import { type AreasOfCell, countedGround } from './viewers.ts'

const RUNS = Number(process.env.VIEWER_RUNS ?? 25)
const DAY_MS = 86_400_000
const iso = (time: number) => new Date(time).toISOString()

describe.each(databaseKinds())('counts of whoever may see a part on %s', (kind) => {
  let api: TestApi
  let catalog: Catalog
  let cubes: Cubes
  let areasOfCell: AreasOfCell
  const familyOf = new Map<string, 'governance' | 'publicOrder'>()
  const plain: string[] = []

  beforeAll(async () => {
    api = await openTestApi(kind)
    // As a city that was written by the commands is: without it the comparing SQL takes minutes.
    await api.database.query('ANALYZE')
    catalog = await keepCatalog(api.database)
    cubes = await Cubes.start(api.database, catalog)
    areasOfCell = new Map(api.ground.cells.map((cell) => [cell.id, new Set(cell.areaIds)]))
    for (const { code, dispute, publicOrder } of api.things.kinds) {
      familyOf.set(code, publicOrder ? 'publicOrder' : 'governance')
      if (!dispute) plain.push(code)
    }
  })
  afterAll(async () => {
    await cubes?.close()
    await catalog?.close()
    await api?.close()
  })

  /** The procedures as somebody with these grants calls them: out of memory, and over rows. */
  async function callers(grants: readonly Grant[]) {
    const { viewer, caller: rows } = await api.person(grants)
    return { viewer, rows, cubed: createCaller({ ...api.context, cubes, viewer }) }
  }

  const role = fc.constantFrom(
    'gridWorker' as const,
    'officer' as const,
    'squadLeader' as const,
    'centreClerk' as const,
    'department' as const,
    'leader' as const,
    'wall' as const,
  )
  /** Areas of both hierarchies, every level and both versions; now and then the whole city. */
  const grants = fc
    .array(fc.record({ role, area: fc.nat(), whole: fc.nat({ max: 7 }) }), { minLength: 1, maxLength: 4 })
    .map((wished) =>
      wished.map(({ role, area, whole }): Grant => {
        const levels = [...new Set(api.ground.areas.map(({ version, level }) => `${version} ${level}`))]
        const at = levels[area % levels.length]
        const areas = api.ground.areas.filter(({ version, level }) => `${version} ${level}` === at)
        return {
          role,
          city: 'shuifu',
          areaId: whole === 0 ? null : areas[Math.floor(area / levels.length) % areas.length].id,
        }
      }),
    )
  const instants = fc.integer({ min: TOY_FROM.getTime() - 30 * DAY_MS, max: TOY_AS_OF.getTime() + DAY_MS })
  const questions = fc.record({
    window: fc
      .tuple(instants, instants)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({ from: iso(Math.min(a, b)), to: iso(Math.max(a, b)) })),
    level: fc.constantFrom(...TOY_LEVELS),
    kinds: fc.option(fc.nat(), { nil: undefined }),
    hoursOfWeek: fc.option(fc.uniqueArray(fc.nat({ max: 167 }), { minLength: 20, maxLength: 100 }), {
      nil: undefined,
      freq: 3,
    }),
    bucket: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'hourOfWeek' as const),
    compareTo: fc.constantFrom(undefined, 'previousPeriod' as const),
    area: fc.nat(),
    inside: fc.boolean(),
  })

  const withoutInstant = <T extends { countedAt: string }>(answer: T) => ({ ...answer, countedAt: '' })
  const sumOf = (counts: readonly (number | null)[]) =>
    counts.reduce<number>((total, count) => total + (count ?? 0), 0)

  test('every number is plain SQL over the rows they may read, and map, series and kinds tell one total', async () => {
    let limited = 0
    let answered = 0
    let missed = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constant(null).chain(() => grants),
        fc.array(questions, { minLength: 3, maxLength: 3 }),
        async (held, asked) => {
          const { viewer, cubed, rows } = await callers(held)
          const ground = countedGround(held, areasOfCell)
          const visibleKinds = plain.filter((code) => ground.has(familyOf.get(code) ?? 'governance'))
          for (const {
            window,
            level: [version, level],
            kinds: seed,
            area,
            inside,
            bucket,
            ...rest
          } of asked) {
            const kinds =
              seed === undefined ? undefined : visibleKinds.filter((_, i) => (seed >> (i % 20)) & 1)
            if (kinds?.length === 0) continue
            const counted = kinds ?? visibleKinds
            // A parent stands for what is below it as far as that is seen.
            const below = new Set(
              api.things.kinds
                .filter(
                  ({ code, parentCode }) => counted.includes(code) || counted.includes(parentCode ?? ''),
                )
                .map(({ code }) => code)
                .filter((code) => visibleKinds.includes(code)),
            )
            const families = [...ground.keys()].filter(
              (family) => kinds === undefined || [...below].some((code) => familyOf.get(code) === family),
            )
            const grounds = families.map((family) => ground.get(family) ?? new Set<number>())
            const seenIn = (cell: number) => grounds.filter((each) => each === 'everywhere' || each.has(cell))
            const areas = api.ground.areas.filter((each) => each.version === version)
            const within = inside ? areas[area % areas.length].id : undefined
            const question = { city: 'shuifu', ...window, ...rest, kinds }
            const cells = [...areasOfCell].filter(([, ids]) => within === undefined || ids.has(within))
            const seen = cells.filter(([cell]) => seenIn(cell).length > 0)
            const isLimited = grounds.some((each) => each !== 'everywhere')
            if (isLimited) limited++

            const map = () => cubed.aggregates.byArea({ ...question, version, level, within })
            if (within !== undefined && seen.length === 0) {
              missed++
              const missing = new RegExp(`^No area ${within} in shuifu\\.$`)
              for (const caller of [cubed, rows]) {
                await expect(
                  caller.aggregates.byArea({ ...question, version, level, within }),
                ).rejects.toThrow(missing)
                await expect(caller.aggregates.byKind({ ...question, areaId: within })).rejects.toThrow(
                  missing,
                )
                await expect(
                  caller.aggregates.series({ ...question, areaId: within, bucket }),
                ).rejects.toThrow(missing)
              }
              continue
            }
            answered++
            const byArea = await map()
            expect(byArea.families).toEqual(families)

            // Areas: those with a cell that is seen; partial where not all is.
            const ofLevel = new Set(
              api.ground.areas
                .filter((each) => each.version === version && each.level === level)
                .map(({ id }) => id),
            )
            const areaOf = (ids: ReadonlySet<number>) => [...ids].filter((id) => ofLevel.has(id))
            const listed = [...new Set(seen.flatMap(([, ids]) => areaOf(ids)))].sort((a, b) => a - b)
            if (isLimited || within !== undefined) expect(byArea.areaId).toEqual(listed)
            const lacking = new Set(
              cells
                .filter(([cell]) => seenIn(cell).length < families.length)
                .flatMap(([, ids]) => areaOf(ids)),
            )
            expect(byArea.partial).toEqual(isLimited ? listed.map((id) => lacking.has(id)) : undefined)

            // Numbers: as the database tells this person.
            const viewing = viewAs(api.database, { id: viewer.userId }, 'counts')
            const hours = rest.hoursOfWeek
              ? `AND ((extract(isodow FROM i.reported_at AT TIME ZONE 'Asia/Shanghai') - 1) * 24
                 + extract(hour FROM i.reported_at AT TIME ZONE 'Asia/Shanghai'))::int = ANY('{${rest.hoursOfWeek.join(',')}}')`
              : ''
            const WHERE = `i.city_code = 'shuifu' AND i.reported_at >= $1 AND i.reported_at < $2 AND i.kind = ANY($3) ${hours}
              ${within === undefined ? '' : `AND i.cell_id IN (SELECT cell_id FROM cell_areas WHERE area_id = ${within})`}`
            const params = [window.from, window.to, [...below]]
            const truth = await viewing.rows.query<{ area_id: number; n: number }>(
              `SELECT ca.area_id, count(*)::int AS n FROM incidents i
               JOIN cell_areas ca ON ca.city_code = i.city_code AND ca.cell_id = i.cell_id AND ca.version = $4 AND ca.level = $5
               WHERE ${WHERE} GROUP BY 1`,
              [...params, version, level],
            )
            const byKindTruth = await viewing.rows.query<{ kind: string; n: number }>(
              `SELECT i.kind, count(*)::int AS n FROM incidents i WHERE ${WHERE} GROUP BY 1`,
              params,
            )
            const handled = await viewing.rows.query<{
              area_id: number
              due: number
              part: number
              median: number
            }>(
              `SELECT ca.area_id, count(*) FILTER (WHERE i.due_at <= least($2::timestamptz, $6::timestamptz))::int AS due,
                 count(*) FILTER (WHERE i.due_at <= least($2::timestamptz, $6::timestamptz) AND i.closed_at <= i.due_at)::int AS part,
                 percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM i.closed_at - i.reported_at)::float8 / 60) AS median
               FROM cell_areas ca JOIN incidents i ON ca.city_code = i.city_code AND ca.cell_id = i.cell_id
               WHERE ca.version = $4 AND ca.level = $5 AND ${WHERE} GROUP BY 1`,
              [...params, version, level, TOY_AS_OF.toISOString()],
            )
            await viewing.end()
            const counts = new Map(truth.map((row) => [row.area_id, row.n]))
            expect(byArea.count).toEqual(byArea.areaId.map((id) => counts.get(id) ?? 0))
            // Nothing is lost by leaving areas out.
            expect(byArea.totals.count).toBe(truth.reduce((total, row) => total + row.n, 0))
            expect(byArea.totals.outside === null).toBe(
              within !== undefined || !grounds.includes('everywhere'),
            )
            expect(byArea.totals.count).toBe(sumOf(byArea.count))

            const measured = await cubed.aggregates.byArea({
              ...question,
              version,
              level,
              within,
              measures: ['closedInTime', 'medianHandling'],
            })
            const handling = new Map(handled.map((row) => [row.area_id, row]))
            expect(measured.areaId).toEqual(byArea.areaId)
            expect(measured.closedInTime).toEqual({
              part: byArea.areaId.map((id) => handling.get(id)?.part ?? 0),
              whole: byArea.areaId.map((id) => handling.get(id)?.due ?? 0),
            })
            expect(measured.medianHandlingMin).toEqual(
              byArea.areaId.map((id) => handling.get(id)?.median ?? null),
            )

            const all = byKindTruth.reduce((total, row) => total + row.n, 0)
            const byKind = await cubed.aggregates.byKind({ ...question, areaId: within })
            // Kinds without any now stand there for the window compared with.
            expect(
              byKind.kind.flatMap((code, i) => (byKind.count[i] ? [{ kind: code, n: byKind.count[i] }] : [])),
            ).toEqual(byKindTruth.toSorted((a, b) => b.n - a.n || (a.kind < b.kind ? -1 : 1)))
            expect(byKind.totals.count).toBe(all)
            expect((byArea.totals.count ?? 0) + (byArea.totals.outside ?? 0)).toBe(all)
            const series = await cubed.aggregates.series({ ...question, areaId: within, bucket })
            expect(series.totals.count).toBe(all)
            expect(series.count.reduce((total, count) => total + count, 0)).toBe(all)
            const partial = isLimited
              ? within === undefined || cells.some(([cell]) => seenIn(cell).length < families.length)
              : undefined
            expect(byKind.partial).toBe(partial)
            expect(series.partial).toBe(partial)

            // Packed, and over rows: the same.
            const asked = await cubed.aggregates.byArea({
              ...question,
              ...{ version, level, within, packed: true },
            })
            const packed = unpackAnswer(asked)
            expect(withoutInstant(packed)).toEqual(withoutInstant(byArea))
            // Told by what they hold, but never by what only others may know, or by what they make up.
            const everywhere = await api.caller.aggregates.byArea({ ...question, version, level, within })
            for (const { areaId, count } of [byArea, everywhere, { ...byArea, count: everywhere.count }]) {
              const isTheirs =
                isDeepStrictEqual(areaId, byArea.areaId) && isDeepStrictEqual(count, byArea.count)
              const held = Int32Array.from(count, Number)
              const given = { from: window.from, to: window.to, check: checkOf(areaId, held) }
              for (const caller of [cubed, rows]) {
                const told = await caller.aggregates.byArea({
                  ...question,
                  ...{ version, level, within, given, packed: true },
                })
                expect(withoutInstant(unpackAnswer(told, isTheirs ? held : undefined))).toEqual(
                  withoutInstant(byArea),
                )
                if (!isTheirs) expect(told.packed).toBe(asked.packed)
              }
            }
            expect(
              withoutInstant(await rows.aggregates.byArea({ ...question, version, level, within })),
            ).toEqual(withoutInstant(byArea))
            expect(withoutInstant(await rows.aggregates.byKind({ ...question, areaId: within }))).toEqual(
              withoutInstant(byKind),
            )
            expect(
              withoutInstant(await rows.aggregates.series({ ...question, areaId: within, bucket })),
            ).toEqual(withoutInstant(series))
          }
        },
      ),
      { numRuns: RUNS, seed: 7, endOnFailure: true },
    )
    // The questions were no formality.
    expect(limited).toBeGreaterThan(RUNS)
    expect(answered).toBeGreaterThan(RUNS)
    expect(missed).toBeGreaterThan(0)
  })
})
