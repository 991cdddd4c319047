import { beforeAll, describe, expect, test } from 'vitest'
import { planningCityOf } from '../../api/planning/cityFromGround.ts'
import type { PlanningCity } from '../../api/planning/cityInputs.ts'
import { PlanPresence } from '../../api/planning/evaluation.ts'
import { type PlanPreset, PRESETS } from '../../api/planning/presets.ts'
import { unitRoute } from '../../api/planning/shiftRoutes.ts'
import { planningTasks, type Solve } from '../../api/planning/tasks.ts'
import { WhatIf } from '../../api/planning/whatIf.ts'
import { type WholePlan, wholePlan } from '../../api/planning/wholePlan.ts'
import { exitCode, planCommand } from '../../scripts/plan.ts'
import { planJson } from '../../scripts/planJson.ts'
import { planSummary } from '../../scripts/planSummary.ts'
import { visitsOf } from '../../scripts/planVisits.ts'
import { createToyCity, TOY_AS_OF } from '../factories/toyCity.ts'

/** Each solver in this thread: the same answers, told from the same seed. */
const here: Solve = async (name, input, options) => {
  const solver: (input: never, options: never) => unknown = planningTasks[name]
  return (await solver(input as never, options as never)) as never
}

let city: PlanningCity
let preset: PlanPreset
let plan: WholePlan

beforeAll(async () => {
  const { ground, things } = createToyCity()
  city = planningCityOf(ground, things, TOY_AS_OF.getTime())
  const whole = PRESETS['six-squads'](city)
  // The toy city's grids are few and heavy: no two areas of them are alike to one in a hundred.
  preset = {
    ...whole,
    areas: { ...whole.areas, tolerance: 0.9 },
    roster: { ...whole.roster, weeks: 1 },
    steps: { areas: 5, routes: 60 },
  }
  plan = await wholePlan(city, preset, { seed: 7, solve: here })
})

describe('a whole plan', () => {
  test('passes every check, and its steps say how far from the best they may be', () => {
    const { areas, posts, routes, roster } = plan.steps
    for (const step of [areas, posts, routes, roster]) expect(step.faults).toEqual([])
    for (const step of [areas, posts, roster])
      expect(step.bound).toBeLessThanOrEqual(step.objective * (1 + 1e-6))
    expect(roster.complete).toBe(true)
    expect(plan.units).toHaveLength(2 * city.squads.length)
  })

  test('the same seed gives the same plan', async () => {
    const again = await wholePlan(city, preset, { seed: 7, solve: here })
    expect(again.squadOfGrid).toEqual(plan.squadOfGrid)
    expect(again.units.map(({ answer }) => answer.routes)).toEqual(
      plan.units.map(({ answer }) => answer.routes),
    )
    expect(again.roster.shifts).toEqual(plan.roster.shifts)
    expect(again.after.presence.minutes).toEqual(plan.after.presence.minutes)
  })

  test('stopped at once it is a plan all the same, and says that it was stopped', async () => {
    const stopped = await wholePlan(city, preset, { seed: 7, solve: here, signal: AbortSignal.abort() })
    const { areas, posts, routes, roster } = stopped.steps
    for (const step of [areas, posts, routes, roster]) expect(step.faults).toEqual([])
    expect(exitCode(stopped)).toBe(130)
    expect(planSummary(city, stopped, { language: 'en', source: 'demo', timed: false }).join('\n')).toContain(
      'Stopped early',
    )
  })

  test('posts cover no more than as many posts can; chosen for their cover they cover just that', async () => {
    const worth = ({ once, twice }: { once: number; twice: number }) => once + preset.cover.backup * twice
    const { cover, steps } = plan
    expect(steps.cover.faults).toEqual([])
    expect(steps.cover.complete).toBe(true)
    expect(worth(cover.most)).toBeCloseTo(steps.cover.objective, 6)
    expect(worth(cover.after)).toBeLessThanOrEqual(worth(cover.most) + 1e-6)
    expect(cover.most.twice).toBeLessThanOrEqual(cover.most.once)
    expect(cover.most.once).toBeLessThanOrEqual(cover.workload)
    const byCover = await wholePlan(city, { ...preset, postsBy: 'cover' }, { seed: 7, solve: here })
    expect(byCover.cover.after).toEqual(byCover.cover.most)
    expect(byCover.posts).toHaveLength(plan.posts.length)
  })

  test('a changed route tried on it is what a plan with that route is; nothing of it stays unless kept', () => {
    const whatIf = new WhatIf(city, plan)
    const unit = plan.units.findIndex(({ answer }) => answer.routes.length > 0)
    const { answer } = plan.units[unit]
    const same = whatIf.route(unit, answer.routes[0].stops)
    expect(same.faults).toEqual([])
    expect(same.objective).toBeCloseTo(answer.objective, 6)
    expect(same.presence.stops).toEqual(plan.after.presence.stops)
    for (const each of same.minutes) expect(each).toBeCloseTo(0, 9)
    const shorter = whatIf.route(unit, answer.routes[0].stops.slice(0, 1), { keep: true })
    const tracks = plan.units.map(({ track }, index) => (index === unit ? shorter.track : track))
    const anew = new PlanPresence(plan.ground, tracks).summary()
    expect(shorter.presence.totalMinutes).toBeCloseTo(anew.totalMinutes, 9)
    expect(shorter.presence.residentsSeen).toBeCloseTo(anew.residentsSeen, 9)
    expect(Math.max(...shorter.minutes.map(Math.abs))).toBeGreaterThan(1)
    expect(() => whatIf.route(99, [])).toThrow(/unit/)
    expect(() => whatIf.route(unit, [{ job: 9999, reversed: false }])).toThrow(/stops/)
  })

  test('places a unit must go to are visited in their order, and told with the time', async () => {
    const { grids } = city
    const visits = PRESETS['ordered-points'](city).visits.map(({ squad, kind }) => ({
      squad,
      kind,
      places: grids.areas
        .filter((_, grid) => grids.squad[grid] === squad)
        .map(({ name, point }) => ({ name, point, seconds: 300 }))
        .slice(0, 3)
        .reverse(),
    }))
    expect(visits[0].places.length).toBeGreaterThan(1)
    const ordered = await wholePlan(city, { ...preset, visits }, { seed: 7, solve: here })
    expect(ordered.steps.routes.faults).toEqual([])
    const text = planSummary(city, ordered, { language: 'zh', source: 'demo', timed: false })
      .join('\n')
      .replaceAll(/ \(\d\d:\d\d\)/g, '')
    for (const { squad, kind, places } of visits) {
      const unit = ordered.units.find((each) => each.squad === squad && each.kind === kind)
      const told = unit ? visitsOf(unit) : []
      expect(told.map(({ visit }) => visit)).toEqual(places)
      const times = told.map(({ at }) => at ?? Number.NaN)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(text).toContain(places.map(({ name }) => name.zh).join(' → '))
    }
    const onFoot = visits.map((each) => ({ ...each, kind: 'foot' as const }))
    await expect(wholePlan(city, { ...preset, visits: onFoot }, { seed: 7, solve: here })).rejects.toThrow(
      'visits: expected a foot unit of squad 0 in the shift, got none',
    )
  })

  test('streets by residents reach no fewer residents than the busiest, in as much time', () => {
    const reached = (equity: number) => {
      const { jobs } = unitRoute(city, plan.travels.car, {
        squad: 0,
        cells: [...city.cells.ids.keys()],
        post: plan.travels.car.cells[0],
        stops: [],
        taken: new Set(),
        weights: plan.ground.weights,
        equity,
        given: new Float64Array(city.grids.areas.length),
        shiftS: 3600,
        rule: { ...preset.streets.car, most: 12 },
      })
      const roads = new Set(jobs.flatMap((job) => ('street' in job ? [job.street] : [])))
      const grids = new Set(
        [...roads].flatMap((road) => city.roads[road].cells.map((cell) => city.cells.grid[cell])),
      )
      const seconds = [...roads].reduce((sum, road) => sum + plan.travels.car.seconds[road], 0)
      return { residents: [...grids].reduce((sum, grid) => sum + city.grids.residents[grid], 0), seconds }
    }
    const [busiest, fair] = [reached(0), reached(1)]
    expect(fair.residents).toBeGreaterThanOrEqual(busiest.residents)
    expect(fair.residents).toBeGreaterThan(0)
    expect(fair.seconds).toBeLessThanOrEqual(3600)
  })

  test('patrol is kept as even as today where that can be, or it is said that it cannot', async () => {
    expect(plan.equity).toMatchObject({ limit: null, kept: true, tries: [{ share: preset.equity }] })
    const fair = await wholePlan(city, { ...preset, mostGini: 'today' }, { seed: 7, solve: here })
    const { today, kept, taken, tries } = fair.equity
    expect(today).toBeCloseTo(fair.before.presence.equity.gini, 12)
    expect(tries[taken].gini).toBeCloseTo(fair.after.presence.equity.gini, 12)
    const within = tries.map(({ gini }) => gini <= today + 1e-9)
    // The first within the limit is taken; where none is, all were tried and the fairest is.
    expect(within.indexOf(true)).toBe(kept ? taken : -1)
    if (!kept) {
      expect(tries).toHaveLength(3)
      expect(tries[taken].gini).toBe(Math.min(...tries.map(({ gini }) => gini)))
      expect(exitCode(fair)).toBe(2)
    }
    const text = planSummary(city, fair, { language: 'en', source: 'demo', timed: false }).join('\n')
    expect(text).toContain(`${tries[taken].gini.toFixed(3)} / ${today.toFixed(3)}`)
  })

  test('differences by micro-grid are after less before', () => {
    plan.differences.minutes.forEach((each, cell) => {
      expect(each).toBeCloseTo(plan.after.presence.minutes[cell] - plan.before.presence.minutes[cell], 9)
    })
  })
})

describe('npm run plan', () => {
  test('tells in both languages every step, every squad, today beside the plan and every team', () => {
    for (const [language, words] of [
      [
        'en',
        ['squad areas', 'gap', 'proven', 'passed', 'min reach of calls', 'Gini', 'sample configuration'],
      ],
      ['zh', ['中队辖区', '差距', '已证最优', '通过', '分钟内可到的报警', '基尼系数', '示例配置']],
    ] as const) {
      const text = planSummary(city, plan, { language, source: 'demo', timed: true }).join('\n')
      for (const word of words) expect(text).toContain(word)
      for (const { name } of city.squads) expect(text).toContain(name[language])
      for (const { code } of plan.rosterInput.teams) expect(text).toContain(code)
      expect(text).not.toMatch(/NaN|undefined|null/)
    }
  })

  test('no percentage stands without what it is of, and both say the same; a gap stands beside its objective and bound', () => {
    for (const language of ['en', 'zh'] as const) {
      const text = planSummary(city, plan, { language, source: 'demo', timed: false }).join('\n')
      // The first part has the steps.
      const told = [
        ...text
          .split('\n\n')
          .slice(2)
          .join('\n')
          .matchAll(/([+-]?[\d.]+) %(?: \(([\d.]+)\/([\d.]+)\))?/g),
      ]
      expect(told.length).toBeGreaterThan(20)
      for (const [, share, part, whole] of told) {
        const decimals = part.split('.')[1]?.length ?? 0
        // A share of the whole, or how far it is from it; both amounts are rounded.
        const off = [0, 1].map((from) =>
          Math.abs(Number(share) / 100 - (Number(part) / Number(whole) - from)),
        )
        expect(Math.min(...off)).toBeLessThanOrEqual(0.0006 + 10 ** -decimals / Number(whole))
      }
    }
  })

  test('its JSON names what it speaks of by the city’s own ids, whole', () => {
    const told = JSON.parse(JSON.stringify(planJson(city, plan)))
    expect(Object.keys(told.areas.squadOfGrid)).toHaveLength(city.grids.areas.length)
    expect(told.differences).toHaveLength(city.cells.ids.length)
    expect(told.routes).toHaveLength(plan.units.length)
    expect(told.steps.roster.proven).toBe(true)
  })

  test('exit codes: whole 0, incomplete 2, a failed check 3', () => {
    const whole: WholePlan = {
      ...plan,
      steps: {
        ...plan.steps,
        routes: { ...plan.steps.routes, complete: true },
        areas: { ...plan.steps.areas, complete: true },
      },
    }
    expect(exitCode(whole)).toBe(0)
    const { steps } = whole
    expect(exitCode({ ...whole, steps: { ...steps, roster: { ...steps.roster, complete: false } } })).toBe(2)
    expect(exitCode({ ...whole, steps: { ...steps, areas: { ...steps.areas, faults: ['x'] } } })).toBe(3)
  })

  test('options have defaults, and what cannot be meant is refused in both languages', () => {
    expect(planCommand([])).toMatchObject({
      city: 'shuifu',
      preset: 'six-squads',
      seed: 7,
      seconds: undefined,
      language: 'en',
    })
    expect(planCommand(['--seed', '9', '--seconds', '2.5', '--language', 'zh'])).toMatchObject({
      seed: 9,
      seconds: 2.5,
    })
    expect(planCommand(['--observer-days', '14', '--fair'])).toMatchObject({ observerDays: 14, fair: true })
    for (const args of [
      ['--observer-days', '0'],
      ['--seed', '1.5'],
      ['--seconds', '0'],
      ['--preset', 'x'],
      ['--language', 'fr'],
      ['--what'],
      ['--seed', ''],
    ]) {
      expect(() => planCommand(args)).toThrow(/[\u4e00-\u9fff][\s\S]*[a-z]{3}/)
    }
  })
})
