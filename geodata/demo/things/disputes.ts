/**
 * Disputes: incidents with rules of their own. Each is counted where its grid's label stands, never where people live,
 * so that no query can show one closer than its grid. The sources may overlap in life; here each is counted apart.
 */
import type { Area, Position } from '../../city.ts'
import { apportion, type Random, WeightedSampler } from '../../random.ts'
import type { Attributes, IncidentLevel, Project, ResolvedLevel } from '../../things.ts'
import { careVillageCode, type Targets, type Window, windows } from '../calibration.ts'
import {
  channelOfSource,
  disputeKinds,
  disputesOfOtherYears,
  type KindWeights,
  returneeKinds,
} from './disputeMix.ts'
import type { Frame } from './frame.ts'
import { nextOffice } from './handling.ts'
import type { Draft } from './incidents.ts'
import { localDate, localMidnight, type RhythmName, type Rhythms } from './rhythm.ts'
import type { Spots } from './spots.ts'

const minute = 60_000
const day = 86_400_000

export interface DisputesInput {
  frame: Frame
  spots: Spots
  rhythms: Rhythms
  projects: Project[]
  targets: Targets['disputes']
  random: Random
  /** 1 for a full-sized city; below, the years no figure fixes shrink. */
  scale: number
  asOf: number
}

type Source = keyof typeof disputesOfOtherYears

type Fate = 'settled' | 'open' | 'failed'

interface Wish {
  source: string
  kind: string
  window: Window
  fate: Fate
  when?: RhythmName
  outcome?: string
  level?: IncidentLevel
  attributes?: Attributes
  where?: () => Area
}

export function createDisputes(input: DisputesInput) {
  const { frame, spots, rhythms, projects, targets, random, scale, asOf } = input

  const standsAt = new Map<number, { point: Position; cell: Area }>()
  /** The grid's label point and the micro-grid under it. */
  const gridStand = (grid: Area) => {
    const known = standsAt.get(grid.id)
    if (known) return known
    const round = ([lng, lat]: Position): Position => [
      Math.round(lng * 1e6) / 1e6,
      Math.round(lat * 1e6) / 1e6,
    ]
    const children = frame.microGrids.filter(({ parentId }) => parentId === grid.id)
    for (const { labelPoint } of [grid, ...children]) {
      const point = round(labelPoint)
      const cell = frame.cellAt(point)
      if (cell && cell.parentId === grid.id) {
        standsAt.set(grid.id, { point, cell })
        return { point, cell }
      }
    }
    throw new Error(`expected a label point inside grid ${grid.code}`)
  }

  const atHome = () => frame.ancestor(spots.draw('home', random).cell, 'grid')

  // Villages with lawsuits, and those that had none since 2025: the small ones.
  const bySize = [...frame.villages].sort((a, b) => a.population - b.population || a.id - b.id)
  const quiet = Math.min(targets.villagesWithoutLitigation, bySize.length - 1)
  const suing = bySize.slice(quiet)
  const gridsOf = new Map<number, Area[]>()
  for (const grid of frame.grids) {
    const village = frame.ancestor(grid, 'village').id
    gridsOf.set(village, [...(gridsOf.get(village) ?? []), grid])
  }
  const inVillage = (village: Area) => {
    const grids = gridsOf.get(village.id) ?? []
    return grids[new WeightedSampler(grids.map(({ population }) => population + 1)).draw(random)]
  }

  const kindDraw = (weights: KindWeights) => {
    const codes = Object.keys(weights)
    const sampler = new WeightedSampler(Object.values(weights))
    return () => codes[sampler.draw(random)]
  }
  const kindOf = {
    platform: kindDraw(disputeKinds.platform),
    centre: kindDraw(disputeKinds.centre),
    family: kindDraw(disputeKinds.family),
    prelitigation: kindDraw(disputeKinds.prelitigation),
    litigation: kindDraw(disputeKinds.litigation),
    project: kindDraw(disputeKinds.project),
    major: kindDraw(disputeKinds.major),
    returnee: kindDraw(
      Object.fromEntries(
        Object.entries(targets.returnee.categories).map(([category, n]) => [
          returneeKinds[category] ?? 'D99',
          n,
        ]),
      ),
    ),
  }

  const resolvedLevel = (source: string): ResolvedLevel => {
    if (source === 'centre' || source === 'litigation' || source === 'major') return 'city'
    const draw = random.next()
    return draw < 0.62 ? 'village' : draw < 0.89 ? 'township' : 'city'
  }

  /** Found, taken on within days, talked over for weeks; squeezed where `asOf` comes sooner and it must be over. */
  const draft = (wish: Wish, mustBeOver: boolean): Draft => {
    const to = Math.min(wish.window.to, asOf)
    const reportedAt = rhythms.draw(wish.when ?? 'desk', random, wish.window.from, to)
    let grid = (wish.where ?? atHome)()
    if (wish.kind === 'D0102') {
      while (frame.ancestor(grid, 'village').code === careVillageCode) grid = atHome()
    }
    const accepted =
      Math.max(reportedAt, nextOffice(reportedAt, random)) + Math.round(random.lognormal(0.8) * 90) * minute
    const begun = nextOffice(accepted + Math.round(random.lognormal(0.7) * 1.6 * 1440) * minute, random)
    const days = wish.source === 'litigation' ? 55 : wish.source === 'major' ? 70 : 11
    const ended = nextOffice(begun + Math.round(random.lognormal(0.65) * days * 1440) * minute, random)
    const last = wish.fate === 'open' ? begun : ended
    const room = asOf - reportedAt
    const squeeze = mustBeOver && last > asOf ? (room * 0.9) / (last - reportedAt) : 1
    const at = (instant: number) => reportedAt + Math.floor(((instant - reportedAt) * squeeze) / 1000) * 1000
    const past = (instant: number) => (at(instant) <= asOf ? at(instant) : null)
    const dispatchedAt = past(accepted)
    const arrivedAt = past(begun)
    const closedAt = wish.fate === 'open' ? null : past(ended)
    const settled = closedAt !== null && wish.fate === 'settled'
    const { point, cell } = gridStand(grid)
    const level = resolvedLevel(wish.source)
    return {
      kind: wish.kind,
      level: wish.level ?? (random.chance(0.06) ? 3 : 4),
      channel: channelOfSource[wish.source] ?? (random.chance(0.6) ? 'platform' : 'gridWorker'),
      reportedAt,
      dispatchedAt,
      arrivedAt,
      closedAt,
      dueAt: reportedAt + 30 * day,
      status:
        closedAt !== null
          ? 'closed'
          : arrivedAt !== null
            ? 'onScene'
            : dispatchedAt !== null
              ? 'dispatched'
              : 'new',
      outcome: closedAt === null ? null : settled ? (wish.outcome ?? 'mediated') : 'notMediated',
      resolvedLevel: closedAt === null ? null : level,
      cellId: cell.id,
      point,
      attributes: { caseSource: wish.source, settled, ...wish.attributes },
    }
  }

  const times = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i))
  const fates = (settled: number, open: number): Fate[] =>
    random.shuffled([...times(settled, () => 'settled' as const), ...times(open, () => 'open' as const)])

  const returneeWish = (category: string, window: Window, fate: Fate): Wish => ({
    source: 'returnee',
    kind: returneeKinds[category] ?? 'D99',
    window,
    fate,
    when: 'returnee',
    attributes: { category },
  })

  return {
    /** Every dispute a published figure counts. */
    calibrated(): Draft[] {
      const { platform, returnee, centre, family, prelitigation, litigation } = targets
      const wishes: Wish[] = []
      for (const fate of fates(platform.settled, platform.found - platform.settled)) {
        wishes.push({ source: 'platform', kind: kindOf.platform(), window: windows[2025], fate })
      }
      const categories = Object.entries(returnee.categories).flatMap(([name, n]) => times(n, () => name))
      const returneeFates = fates(returnee.settled, categories.length - returnee.settled)
      categories.forEach((category, i) => {
        wishes.push(returneeWish(category, windows[2025], returneeFates[i]))
      })
      for (const fate of fates(centre.mediated, centre.open)) {
        wishes.push({ source: 'centre', kind: kindOf.centre(), window: windows.centre, fate })
      }
      for (let i = 0; i < centre.arbitrated; i++) {
        const kind = random.chance(0.6) ? 'D0701' : 'D0703'
        wishes.push({
          source: 'centre',
          kind,
          window: windows.centre,
          fate: 'settled',
          outcome: 'arbitrated',
        })
      }
      for (const fate of fates(family.settled, family.found - family.settled)) {
        wishes.push({ source: 'family', kind: kindOf.family(), window: windows[2025], fate })
      }
      times(prelitigation.found, (i) => {
        wishes.push(prelitigationWish(windows[2025], i < prelitigation.mediated))
      })
      times(litigation.before, () => {
        wishes.push(litigationWish(windows[2024]))
      })
      apportion(
        litigation.after,
        suing.map(({ population }) => population + 1),
        1,
      ).forEach((n, i) => {
        times(n, () => wishes.push({ ...litigationWish(windows[2025]), where: () => inVillage(suing[i]) }))
      })
      times(targets.majorSettled, (i) => {
        const window =
          i % 2 === 0 ? windows[2024] : { from: windows[2025].from, to: localMidnight('2025-10-01') }
        wishes.push({
          source: 'major',
          kind: kindOf.major(),
          window,
          fate: 'settled',
          level: i % 5 === 0 ? 1 : 2,
        })
      })
      // "20-odd" in print: the year itself holds that many, later years stay below thirty in all.
      times(targets.projectsSettled + 2, () => {
        wishes.push(projectWish(windows[2024]))
      })
      times(5, () => {
        wishes.push(projectWish({ from: windows[2025].from, to: localMidnight('2025-11-01') }))
      })
      return wishes.map((wish) => draft(wish, true))
    },
    /** The years around them. */
    free(): Draft[] {
      const wishes = (Object.keys(disputesOfOtherYears) as Source[]).flatMap((source) => {
        const when: RhythmName = source === 'returnee' ? 'returnee' : 'desk'
        const perYear = disputesOfOtherYears[source]
        const plan: [number, Window][] = [
          [perYear[2023], windows[2023]],
          [perYear[2024], windows[2024]],
        ]
        const fullYear = rhythms.share(when, windows[2025].from, windows[2025].to)
        const lastYear = Number(localDate(asOf - 1).slice(0, 4))
        for (let year = 2026; year <= lastYear; year++) {
          const window = {
            from: localMidnight(`${year}-01-01`),
            to: Math.min(asOf, localMidnight(`${year + 1}-01-01`)),
          }
          if (window.from < window.to) {
            plan.push([(perYear.since * rhythms.share(when, window.from, window.to)) / fullYear, window])
          }
        }
        return plan.flatMap(([count, window]) =>
          times(Math.round(count * scale), () => otherWish(source, window)),
        )
      })
      return wishes.map((wish) => draft(wish, false))
    },
  }

  function prelitigationWish(window: Window, mediated: boolean): Wish {
    const outcome = mediated ? 'mediated' : random.chance(0.7) ? 'judged' : 'transferred'
    const attributes = { mediatedBeforeLitigation: mediated }
    return {
      source: 'prelitigation',
      kind: kindOf.prelitigation(),
      window,
      fate: 'settled',
      outcome,
      attributes,
    }
  }
  function litigationWish(window: Window): Wish {
    return { source: 'litigation', kind: kindOf.litigation(), window, fate: 'settled', outcome: 'judged' }
  }
  function projectWish(window: Window): Wish {
    const project = random.pick(projects)
    const where = () => frame.ancestor(frame.areaOf(project.cellIds[0]), 'grid')
    const attributes = { project: project.id }
    return { source: 'project', kind: kindOf.project(), window, fate: 'settled', attributes, where }
  }
  function otherWish(source: Source, window: Window): Wish {
    const fate: Fate = random.chance(0.014) ? 'failed' : 'settled'
    switch (source) {
      case 'prelitigation':
        return prelitigationWish(window, random.chance(window.from < windows[2025].from ? 0.17 : 0.25))
      case 'litigation': {
        const wish = litigationWish(window)
        if (window.from < windows[2025].from) return wish
        const village = suing[new WeightedSampler(suing.map(({ population }) => population + 1)).draw(random)]
        return { ...wish, where: () => inVillage(village) }
      }
      case 'returnee':
        return returneeWish(
          random.pick(
            Object.entries(targets.returnee.categories).flatMap(([name, n]) => times(n, () => name)),
          ),
          window,
          fate,
        )
      default:
        return { source, kind: kindOf[source](), window, fate }
    }
  }
}
