/** What was done: talks, trainings, drills, checks, warnings, posts, legal aid. The kind says what `quantity` counts. */
import type { Area } from '../../city.ts'
import { apportion, type Random, WeightedSampler } from '../../random.ts'
import type { Activity, Attributes } from '../../things.ts'
import { type Targets, type Window, windows } from '../calibration.ts'
import type { Frame } from './frame.ts'
import { localMidnight, type RhythmName, type Rhythms } from './rhythm.ts'

export interface ActivitiesInput {
  frame: Frame
  rhythms: Rhythms
  targets: Targets['activities'] & Pick<Targets['patrol'], 'checks' | 'drills'>
  random: Random
  asOf: number
}

/** quantity: people reached (talks, sessions, trainings, drills), items (posts), workers (legalAid), 10⁴ yuan (zoneDispute). */
export function createActivities({ frame, rhythms, targets, random, asOf }: ActivitiesInput): Activity[] {
  const rows: Omit<Activity, 'id'>[] = []
  const grids = new WeightedSampler(frame.grids.map(({ population }) => population + 5))
  const villages = new WeightedSampler(frame.villages.map(({ population }) => population + 50))
  const aGrid = () => frame.grids[grids.draw(random)]
  const aVillage = () => frame.villages[villages.draw(random)]
  const aTownship = () => random.pick(frame.townships)
  const theCity = () => frame.city
  const add = (
    kind: string,
    count: number,
    window: Window,
    where: () => Area,
    quantity: (i: number) => number | null,
    when: RhythmName = 'desk',
    attributes: (i: number) => Attributes = () => ({}),
  ) => {
    for (let i = 0; i < count; i++) {
      rows.push({
        kind,
        occurredAt: rhythms.draw(when, random, window.from, Math.min(window.to, asOf)),
        areaId: where().id,
        quantity: quantity(i),
        attributes: attributes(i),
        synthetic: true,
      })
    }
  }
  const about = (n: number, spread = 0.5) => Math.max(1, Math.round(n * random.lognormal(spread)))
  const since = (window: Window): Window => ({ from: window.from, to: asOf })
  /** The undated counts, read as the article's year up to its autumn. */
  const autumn: Window = { from: windows[2025].from, to: localMidnight('2025-11-01') }

  const heads = apportion(
    Math.round(targets.audience * 1.18),
    Array.from({ length: targets.talks }, () => random.lognormal(0.6)),
    3,
  )
  add('outreachTalk', targets.talks, autumn, aGrid, (i) => heads[i])
  add('sectorSession', Math.round(targets.sectorSessions * 1.12), windows[2025], aTownship, () => about(32))
  add('lawWiseTraining', targets.trainings + 4, autumn, aVillage, () => about(24))
  add('drill', targets.drills + 4, windows[2024], aTownship, () => about(26), 'patrol')
  add('drill', 46, windows[2025], aTownship, () => about(26), 'patrol')
  if (asOf > windows[2025].to)
    add(
      'drill',
      40,
      since({ ...windows[2025], from: windows[2025].to }),
      aTownship,
      () => about(26),
      'patrol',
    )
  add('enforcementCheck', targets.checks + 3, windows[2025], theCity, () => about(9), 'patrol')
  add(
    'riskWarning',
    targets.warnings + 4,
    windows[2025],
    aTownship,
    () => 1,
    'desk',
    (i) => ({ level: 1 + (i % 3) }),
  )

  // Posts by week: one row counts the week's items.
  const week = 7 * 86_400_000
  const weeks = Math.floor((Math.min(windows[2024].to, asOf) - windows[2024].from) / week)
  apportion(
    Math.round(targets.posts * 1.02),
    Array.from({ length: weeks }, () => random.lognormal(0.2)),
  ).forEach((n, i) => {
    rows.push(weekOfPosts(windows[2024].from + i * week, n))
  })
  for (let start = windows[2024].from + weeks * week; start + week < asOf; start += week) {
    rows.push(weekOfPosts(start, about(48, 0.2)))
  }

  const workers = apportion(
    targets.legalAidWorkers,
    Array.from({ length: 9 }, () => random.lognormal(0.6)),
    1,
  )
  add(
    'legalAid',
    workers.length,
    windows[2024],
    theCity,
    (i) => workers[i],
    'desk',
    () => ({ centre: 'developmentZone' }),
  )
  const amounts = apportion(
    targets.zoneAmount,
    Array.from({ length: 26 }, () => random.lognormal(1)),
    5,
  )
  add(
    'zoneDispute',
    amounts.length,
    windows[2024],
    theCity,
    (i) => amounts[i],
    'desk',
    () => ({ centre: 'developmentZone' }),
  )

  return rows
    .sort((a, b) => a.occurredAt - b.occurredAt || (a.kind < b.kind ? -1 : 1))
    .map((row, i) => ({ id: i + 1, ...row }))

  function weekOfPosts(start: number, quantity: number): Omit<Activity, 'id'> {
    const occurredAt = start + 4 * 86_400_000 + 10 * 3_600_000
    return {
      kind: 'legalPosts',
      occurredAt,
      areaId: frame.city.id,
      quantity,
      attributes: {},
      synthetic: true,
    }
  }
}
