import type { PlanningCity } from '../api/planning/cityInputs.ts'
import type { RuleInstance } from '../api/planning/rosterRule.ts'
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
/** A share never stands without what it is of: "62.5 % (5/8)". @param digits Of the two amounts. */
const shareOf = (part: number, whole: number, digits = 0) =>
  `${whole === 0 ? '–' : percent(part / whole)} (${fixed(part, digits)}/${fixed(whole, digits)})`
/** What rounds to nothing has no sign. */
const signed = (value: number, digits = 1) => {
  const text = value.toFixed(digits)
  return Number(text) === 0 ? text.replace('-', '') : `${value > 0 ? '+' : ''}${text}`
}

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
  const { city, weights, shift } = plan.ground
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)
  /** @param a, b Shares of `whole`, today and planned. */
  const share = (name: string, a: number, b: number, whole: number, digits = 0) => [
    name,
    shareOf(a * whole, whole, digits),
    shareOf(b * whole, whole, digits),
    `${signed(100 * (b - a))} ${say('percentPoints')}`,
  ]
  const number = (name: string, a: number, b: number, digits = 1) => [
    name,
    fixed(a, digits),
    fixed(b, digits),
    signed(b - a, digits),
  ]
  const [was, is] = [before, after].map((each) => {
    const apart = each.placement.balance.map(({ imbalance }) => Math.abs(imbalance))
    const most = Math.max(...apart)
    return { most, told: fromMean(city, each)[apart.indexOf(most)] }
  })
  const calls = sum(city.incidents.call)
  const reach = before.placement.reach.flatMap(({ minutes, ...today }, index) => {
    const planned = after.placement.reach[index]
    return [
      share(`${minutes} ${say('callsWithin')}`, today.calls, planned.calls, calls),
      share(
        `${minutes} ${say('residentsWithin')}`,
        today.residents,
        planned.residents,
        sum(city.cells.residents),
      ),
    ]
  })
  const { rule, workload, before: covered, after: planned } = plan.cover
  const covers = [
    share(
      `${rule.minutes} ${say('coveredOnce')}`,
      covered.once / workload,
      planned.once / workload,
      workload,
      1,
    ),
    share(
      `${rule.minutes} ${say('coveredTwice')}`,
      covered.twice / workload,
      planned.twice / workload,
      workload,
      1,
    ),
  ]
  const travel = (which: 'before' | 'after') => response[which].hypercube.travel?.mean ?? Number.NaN
  const stops = (which: WholePlan['before']) => `${which.presence.stops.owed}/${which.presence.stops.paid}`
  // Calls come to the city as often, whatever the plan.
  const { callsPerHour } = response.after
  return [
    [say('figure'), say('today'), say('plan'), say('change')],
    [say('worstBalance'), was.told, is.told, `${signed(100 * (is.most - was.most))} ${say('percentPoints')}`],
    number(say('meanTravel'), before.placement.meanTravelS, after.placement.meanTravelS, 0),
    ...reach,
    ...covers,
    number(say('patrolMinutes'), before.presence.totalMinutes, after.presence.totalMinutes, 0),
    share(say('incidentsSeen'), before.presence.incidentsSeen, after.presence.incidentsSeen, sum(weights)),
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
    share(
      say('residentsSeen'),
      before.presence.residentsSeen,
      after.presence.residentsSeen,
      sum(city.grids.residents),
    ),
    number(say('officerMinutes'), sum(before.visibility.officers), sum(after.visibility.officers), 0),
    number(say('vehicleMinutes'), sum(before.visibility.vehicles), sum(after.visibility.vehicles), 0),
    number(say('lightMinutes'), sum(before.visibility.lights), sum(after.visibility.lights), 0),
    number(say('responseTime'), travel('before'), travel('after'), 0),
    share(say('interSquad'), response.before.interSquad, response.after.interSquad, callsPerHour, 2),
    share(
      say('busiest'),
      Math.max(...response.before.hypercube.workloads),
      Math.max(...response.after.hypercube.workloads),
      (shift.to - shift.from) / 3600,
      1,
    ),
    share(say('waits'), response.before.erlang.waiting, response.after.erlang.waiting, callsPerHour, 2),
    number(say('unitsNeeded'), response.before.erlang.unitsNeeded, response.after.erlang.unitsNeeded, 0),
  ]
}

/** By squad: how far its workload is from the mean of its district, and the two. */
function fromMean({ squads }: PlanningCity, { placement: { balance } }: WholePlan['before']): string[] {
  return balance.map(({ workload, imbalance }, squad) => {
    const own = balance.filter((_, other) => squads[other].district === squads[squad].district)
    const mean = own.reduce((sum, each) => sum + each.workload, 0) / own.length
    return `${signed(100 * imbalance, 2)} % (${fixed(workload)}/${fixed(mean)})`
  })
}

/** What the figures leave open: how much could be covered at most, and what of it became worse. */
function remarks(plan: WholePlan, say: Words): string[] {
  const { cover, before, after, equity } = plan
  const [was, is] = [before.presence.equity.gini, after.presence.equity.gini]
  const most = [cover.most.once, cover.most.twice].map((covered) => shareOf(covered, cover.workload, 1))
  // Where a limit was set, the lines about it say as much.
  const isTold = is > was && equity.limit === null
  return [
    `${say('mostCover')}: ${most.join(', ')}`,
    ...(isTold ? [`${say('lessEqual')}: ${fixed(was, 3)} → ${fixed(is, 3)}`, `  ${say('untried')}`] : []),
  ]
}

function squadRows(city: PlanningCity, plan: WholePlan, language: PlanLanguage, say: Words): string[][] {
  const [was, is] = [plan.before, plan.after].map((each) => fromMean(city, each))
  return [
    [say('squad'), `${say('fromMean')} ${say('today')}`, `${say('fromMean')} ${say('plan')}`],
    ...city.squads.map(({ name }, squad) => [name[language], was[squad], is[squad]]),
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
  const none = say('notApplicable')
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
      const startS = each.track.stays[0]?.from ?? each.track.endS
      const clock = (startS % 86_400) + (each.track.endS - startS)
      const out = each.track.endS - startS
      return [
        city.squads[each.squad].name[language],
        say(each.kind),
        ...served(each),
        hourAndMinute(clock),
        shareOf(each.track.emptyS / 60, out / 60),
        each.surprise ? shareOf(each.surprise.recall * each.surprise.came, each.surprise.came) : none,
        each.surprise ? fixed(each.surprise.entropyRate, 2) : none,
      ]
    }),
  ]
}

/** What observers who remember more or fewer days guess of all units' visits. */
function observerLine(plan: WholePlan, say: Words): string[] {
  const watched = plan.units.flatMap(({ surprise }) => (surprise ? [surprise] : []))
  if (watched.length === 0) return []
  const came = watched.reduce((sum, own) => sum + own.came, 0)
  const told = watched[0].recallByDays.map(([days], at) => {
    const hits = watched.reduce((sum, own) => sum + own.recallByDays[at][1] * own.came, 0)
    return `${days}: ${shareOf(hits, came)}`
  })
  return [`${say('observer')}: ${told.join(', ')}`]
}

/** Both values of the limit on inequality, and what each try brought. */
function equityLines(plan: WholePlan, say: Words): string[] {
  const { equity } = plan
  if (equity.limit === null) return []
  const { today, kept, taken, tries } = equity
  const { gini } = tries[taken]
  const seen = plan.ground.weights.reduce((sum, weight) => sum + weight, 0)
  return [
    `${say(kept ? 'equityKept' : 'equityMissed')}: ${fixed(gini, 3)} / ${fixed(today, 3)}`,
    ...(kept ? [] : [`  ${say('triedEquity')}`]),
    ...tries.map(
      ({ share, gini: own, incidentsSeen, streetsKm }) =>
        `  equity ${fixed(share, 2)}: ${say('equity')} ${fixed(own, 3)}, ${say('incidentsSeen')} ${shareOf(incidentsSeen * seen, seen)}, ${say('streetsKm')} ${fixed(streetsKm, 0)}`,
    ),
    ...(tries[tries.length - 1].gini > tries[0].gini ? [`  ${say('moreIsLessEqual')}`] : []),
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
