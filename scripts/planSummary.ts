import type { PlanningCity } from '../api/planning/cityInputs.ts'
import type { RuleInstance } from '../api/planning/rosterModel.ts'
import type { StepProof, UnitPlan, WholePlan } from '../api/planning/wholePlan.ts'
import { visitsOf } from './planVisits.ts'
import { type PlanLanguage, type PlanWord, planWords } from './planWords.ts'

type Words = ReturnType<typeof planWords>

/** Columns a text takes in a terminal: Chinese characters take two. */
function width(text: string): number {
  return Array.from(text).reduce((sum, each) => sum + (/[\u2e80-\u9fff\uff00-\uffef]/.test(each) ? 2 : 1), 0)
}

/** Rows in columns: the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))))
  return rows.map((row) =>
    row
      .map((text, column) => {
        const gap = ' '.repeat(widths[column] - width(text))
        return column === 0 ? text + gap : gap + text
      })
      .join('  ')
      .trimEnd(),
  )
}

const fixed = (value: number, digits = 1) => value.toFixed(digits)
const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`
const signed = (value: number, digits = 1) => `${value > 0 ? '+' : ''}${value.toFixed(digits)}`

function stepRows(plan: WholePlan, say: Words): string[][] {
  const none = say('notApplicable')
  const row = (name: PlanWord, { objective, bound, gap, seconds, proven, complete, faults }: StepProof) => [
    say(name),
    fixed(objective, 1),
    bound === undefined ? none : fixed(bound, 1),
    gap === undefined ? none : percent(gap, 2),
    fixed(seconds, 1),
    say(proven ? 'yes' : 'no'),
    say(complete ? 'yes' : 'no'),
    faults.length === 0 ? say('passed') : `${faults.length} ${say('faults')}`,
  ]
  const { areas, posts, cover, routes, roster, response } = plan.steps
  const { mean } = plan.response.after.hypercube.travel ?? { mean: Number.NaN }
  return [
    ['step', 'objective', 'bound', 'gap', 'seconds', 'proven', 'complete', 'check'].map((word) =>
      say(word as PlanWord),
    ),
    row('areas', areas),
    row('posts', posts),
    row('cover', cover),
    row('routes', routes),
    row('roster', roster),
    [say('response'), `${fixed(mean, 1)} s`, none, none, fixed(response.seconds, 1), none, none, none],
  ]
}

function comparison(plan: WholePlan, say: Words): string[][] {
  const { before, after, response } = plan
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
  const worst = ({ placement }: WholePlan['before']) =>
    Math.max(...placement.balance.map(({ imbalance }) => Math.abs(imbalance)))
  const share = (name: string, a: number, b: number) => [
    name,
    percent(a),
    percent(b),
    `${signed(100 * (b - a))}`,
  ]
  const number = (name: string, a: number, b: number, digits = 1) => [
    name,
    fixed(a, digits),
    fixed(b, digits),
    signed(b - a, digits),
  ]
  const reach = before.placement.reach.flatMap(({ minutes, calls, residents }, index) => {
    const planned = after.placement.reach[index]
    return [
      share(`${minutes} ${say('callsWithin')}`, calls, planned.calls),
      share(`${minutes} ${say('residentsWithin')}`, residents, planned.residents),
    ]
  })
  const { rule, workload, before: covered, after: planned } = plan.cover
  const covers = [
    share(`${rule.minutes} ${say('coveredOnce')}`, covered.once / workload, planned.once / workload),
    share(`${rule.minutes} ${say('coveredTwice')}`, covered.twice / workload, planned.twice / workload),
  ]
  const travel = (which: 'before' | 'after') => response[which].hypercube.travel?.mean ?? Number.NaN
  const stops = (which: WholePlan['before']) => `${which.presence.stops.owed}/${which.presence.stops.paid}`
  return [
    [say('figure'), say('today'), say('plan'), say('change')],
    share(say('worstBalance'), worst(before), worst(after)),
    number(say('meanTravel'), before.placement.meanTravelS, after.placement.meanTravelS, 0),
    ...reach,
    ...covers,
    number(say('patrolMinutes'), before.presence.totalMinutes, after.presence.totalMinutes, 0),
    share(say('incidentsSeen'), before.presence.incidentsSeen, after.presence.incidentsSeen),
    number(say('streetsKm'), before.presence.streetsKm, after.presence.streetsKm),
    [
      say('stopsPaid'),
      stops(before),
      stops(after),
      signed(after.presence.stops.paid - before.presence.stops.paid, 0),
    ],
    number(
      say('longestGap'),
      before.presence.stops.longestGapS / 60,
      after.presence.stops.longestGapS / 60,
      0,
    ),
    number(
      `${say('equity')} (n = ${after.presence.equity.n})`,
      before.presence.equity.gini,
      after.presence.equity.gini,
      3,
    ),
    share(say('residentsSeen'), before.presence.residentsSeen, after.presence.residentsSeen),
    number(say('officerMinutes'), sum(before.visibility.officers), sum(after.visibility.officers), 0),
    number(say('vehicleMinutes'), sum(before.visibility.vehicles), sum(after.visibility.vehicles), 0),
    number(say('lightMinutes'), sum(before.visibility.lights), sum(after.visibility.lights), 0),
    number(say('responseTime'), travel('before'), travel('after'), 0),
    share(say('interSquad'), response.before.interSquad, response.after.interSquad),
    share(
      say('busiest'),
      Math.max(...response.before.hypercube.workloads),
      Math.max(...response.after.hypercube.workloads),
    ),
    share(say('waits'), response.before.erlang.waiting, response.after.erlang.waiting),
    number(say('unitsNeeded'), response.before.erlang.unitsNeeded, response.after.erlang.unitsNeeded, 0),
  ]
}

/** What the figures leave open: how much could be covered at most, and why something became worse. */
function remarks(plan: WholePlan, say: Words): string[] {
  const { cover, before, after } = plan
  const [was, is] = [before.presence.equity.gini, after.presence.equity.gini]
  return [
    `${say('mostCover')}: ${percent(cover.most.once / cover.workload)} / ${percent(cover.most.twice / cover.workload)}`,
    ...(is > was ? [`${say('lessEqual')}: ${fixed(was, 3)} → ${fixed(is, 3)}. ${say('whyLessEqual')}`] : []),
  ]
}

function squadRows(city: PlanningCity, plan: WholePlan, language: PlanLanguage, say: Words): string[][] {
  const { before, after } = plan
  return [
    [
      say('squad'),
      `${say('workload')} ${say('today')}`,
      say('fromMean'),
      `${say('workload')} ${say('plan')}`,
      say('fromMean'),
    ],
    ...city.squads.map(({ name }, squad) => {
      const [was, is] = [before.placement.balance[squad], after.placement.balance[squad]]
      return [
        name[language],
        fixed(was.workload),
        percent(was.imbalance, 2),
        fixed(is.workload),
        percent(is.imbalance, 2),
      ]
    }),
  ]
}

/** Past midnight the hours go on. @param seconds Since midnight. */
function hourAndMinute(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

const hasVisits = ({ units }: WholePlan) => units.some((each) => visitsOf(each).length > 0)

/** The places each unit must go to, one after the other, and when it is there. */
function visitLines(city: PlanningCity, plan: WholePlan, language: PlanLanguage, say: Words): string[] {
  if (!hasVisits(plan)) return []
  const lines = plan.units.flatMap((each) => {
    const visits = visitsOf(each).map(
      ({ visit, at }) =>
        `${visit.name[language]} (${at === undefined ? say('neverThere') : hourAndMinute(at % 86_400)})`,
    )
    const who = `${city.squads[each.squad].name[language]} ${say(each.kind)}`
    return visits.length > 0 ? [`  ${who}: ${visits.join(' → ')}`] : []
  })
  return [`${say('visits')}:`, ...lines]
}

function unitRows(city: PlanningCity, plan: WholePlan, language: PlanLanguage, say: Words): string[][] {
  const served = ({ answer, unit }: UnitPlan) => {
    const left = new Set(answer.unserved)
    const of = (what: 'street' | 'stop' | 'visit') =>
      unit.jobs.flatMap((job, index) => (what in job ? [index] : []))
    const told = (what: 'street' | 'stop' | 'visit') => {
      const all = of(what)
      return `${all.filter((job) => !left.has(job)).length}/${all.length}`
    }
    return [told('street'), told('stop'), ...(hasVisits(plan) ? [told('visit')] : [])]
  }
  return [
    [
      say('squad'),
      say('kind'),
      say('streets'),
      say('stops'),
      ...(hasVisits(plan) ? [say('points')] : []),
      say('back'),
      say('empty'),
      say('guessed'),
      say('entropy'),
    ],
    ...plan.units.map((each) => {
      const shift = each.unit.problem.vehicles[0]
      const startS = each.track.stays[0]?.from ?? each.track.endS
      const clock = (startS % 86_400) + (each.track.endS - startS)
      const out = each.track.endS - startS
      return [
        city.squads[each.squad].name[language],
        say(each.kind),
        ...served(each),
        hourAndMinute(clock),
        shift && out > 0 ? fixed((100 * each.track.emptyS) / out, 0) : '0',
        each.surprise ? fixed(100 * each.surprise.recall, 0) : say('notApplicable'),
        each.surprise ? fixed(each.surprise.entropyRate, 2) : say('notApplicable'),
      ]
    }),
  ]
}

/** What observers who remember more or fewer days guess, over all units' visits alike. */
function observerLine(plan: WholePlan, say: Words): string[] {
  const watched = plan.units.flatMap(({ surprise }) => (surprise ? [surprise.recallByDays] : []))
  if (watched.length === 0) return []
  const told = watched[0].map(([days], at) => {
    const mean = watched.reduce((sum, own) => sum + own[at][1], 0) / watched.length
    return `${days}: ${fixed(100 * mean, 0)} %`
  })
  return [`${say('observer')} (n ${watched.length}): ${told.join(', ')}`]
}

/** Both values of the limit on inequality, what each try cost, and why where it could not be kept. */
function equityLines({ equity }: WholePlan, say: Words): string[] {
  if (equity.limit === null) return []
  const { today, kept, taken, tries } = equity
  const { gini } = tries[taken]
  return [
    `${say(kept ? 'equityKept' : 'equityMissed')}: ${fixed(gini, 3)} / ${fixed(today, 3)}`,
    ...(kept ? [] : [`  ${say('whyEquityMissed')}`]),
    ...tries.map(
      ({ share, gini: own, incidentsSeen, streetsKm }) =>
        `  equity ${fixed(share, 2)}: ${say('equity')} ${fixed(own, 3)}, ${say('incidentsSeen')} ${fixed(100 * incidentsSeen, 1)} %, ${say('streetsKm')} ${fixed(streetsKm, 0)}`,
    ),
  ]
}

/** A rule of a conflict in one line. */
export function conflictLine(plan: WholePlan, { rule, team, line, days }: RuleInstance): string {
  const { rosterInput } = plan
  const who = team === undefined ? '' : ` ${rosterInput.teams[team].code}`
  const asked = line === undefined ? undefined : rosterInput.lines[line]
  const what = asked
    ? ` ${rosterInput.shifts[asked.shift].code}/mode${asked.mode + 1}/duty${asked.duty + 1} squad ${(asked.squad ?? -1) + 1}`
    : ''
  return `${rule}${who}${what}: ${days.map((day) => day + 1).join(', ')}`
}

function rosterRows(plan: WholePlan, say: Words): string[][] {
  const { rosterInput, roster } = plan
  const { days, teams, shifts } = rosterInput
  const letter = (shift: number) => (shift < 0 ? '·' : (shifts[shift].code[0] ?? '?').toUpperCase())
  return [
    ['', '', say('nights'), say('weekends'), say('hours')],
    ...teams.map(({ code }, team) => {
      const own = Array.from(roster.shifts.subarray(team * days, (team + 1) * days), letter)
      const weeks = Array.from({ length: Math.ceil(days / 7) }, (_, week) =>
        own.slice(7 * week, 7 * week + 7).join(''),
      )
      const { nights, weekends, hours } = roster.tallies[team]
      return [code, weeks.join(' '), `${nights}`, `${weekends}`, `${hours}`]
    }),
  ]
}

function changedCells(city: PlanningCity, plan: WholePlan, language: PlanLanguage): string[][] {
  const { minutes } = plan.differences
  const order = Array.from(minutes.keys()).sort(
    (a, b) => Math.abs(minutes[b]) - Math.abs(minutes[a]) || a - b,
  )
  return order
    .slice(0, 6)
    .map((cell) => [
      `${city.grids.areas[city.cells.grid[cell]].name[language]} #${city.cells.ids[cell]}`,
      signed(minutes[cell]),
    ])
}

/** Everything a planner reads first, as lines. */
export function planSummary(
  city: PlanningCity,
  plan: WholePlan,
  { language, source, timed }: { language: PlanLanguage; source: 'database' | 'demo'; timed: boolean },
): string[] {
  const say = planWords(language)
  const { roster } = plan
  const facts = [
    city.name[language],
    `${say('asOf')} ${new Date(city.asOf).toISOString().slice(0, 16)}Z`,
    say(source === 'database' ? 'fromDatabase' : 'fromGenerator'),
    ...(city.synthetic ? [say('synthetic')] : []),
    `${say('seed')} ${plan.seed}`,
    `${fixed(plan.seconds, 0)} s`,
  ]
  return [
    `${say('title')} · ${facts.join(' · ')}`,
    ...(plan.stopped ? [say('stopped')] : []),
    say('samples'),
    ...(timed ? [say('timed')] : []),
    '',
    ...table(stepRows(plan, say)),
    '',
    ...table(squadRows(city, plan, language, say)),
    `${say('gridsChanged')}: ${plan.areas.changes} / ${city.grids.areas.length}`,
    '',
    ...table(comparison(plan, say)),
    ...remarks(plan, say),
    ...equityLines(plan, say),
    '',
    say('units'),
    ...table(unitRows(city, plan, language, say)),
    ...observerLine(plan, say),
    ...visitLines(city, plan, language, say),
    '',
    say('rosterOf'),
    ...table(rosterRows(plan, say)),
    ...(roster.shortfalls.length > 0
      ? [`${say('short')}: ${roster.shortfalls.reduce((sum, { missing }) => sum + missing, 0)}`]
      : []),
    ...roster.conflicts.flatMap(({ rules }) => [
      say('conflict'),
      ...rules.map((rule) => `  ${conflictLine(plan, rule)}`),
    ]),
    '',
    say('biggest'),
    ...table(changedCells(city, plan, language)),
  ]
}
