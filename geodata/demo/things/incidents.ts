/** The incidents that are no disputes: place, time, handling; calibrated counts for crime and public order. */
import type { Area } from '../../city.ts'
import { apportion, type Random, WeightedSampler } from '../../random.ts'
import type { Attributes, Channel, Incident, IncidentLevel, Project } from '../../things.ts'
import { type Targets, type Window, windows } from '../calibration.ts'
import { asSeen, type Desk, drawResolvedLevel } from './handling.ts'
import { groupShares, type KindMix, mix, onlineRumour } from './mix.ts'
import type { Rhythms } from './rhythm.ts'
import type { Affinity, Spot, Spots } from './spots.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Criminal and public-order incidents a year after the calibrated ones: the demo's own guess of a steady state. */
const steadyState = { criminal: 108, publicOrder: 246 }

/** How many incidents stand in each stage at `asOf` at the least, so that a live screen has something to show. */
const stagesNow = { new: 2, dispatched: 2, onScene: 4 }

/** An incident before it has its name. */
export type Draft = Omit<Incident, 'source' | 'sourceId' | 'synthetic'>

export interface IncidentsInput {
  spots: Spots
  rhythms: Rhythms
  desk: Desk
  projects: Project[]
  areaOf: (id: number) => Area
  targets: Targets['incidents']
  random: Random
  /** 1 for a full-sized city; below, the parts no figure fixes shrink. */
  scale: number
  asOf: number
}

interface Draw<T> {
  keys: T[]
  sampler: WeightedSampler
}

const drawOf = <T extends string>(weights: Partial<Record<T, number>>): Draw<T> => {
  const keys = Object.keys(weights) as T[]
  return { keys, sampler: new WeightedSampler(keys.map((key) => weights[key] ?? 0)) }
}
const take = <T>(draw: Draw<T>, random: Random): T => draw.keys[draw.sampler.draw(random)]

interface Recipe extends KindMix {
  affinity: Draw<Affinity>
  channel: Draw<Channel>
  outcome: Draw<string>
}

const recipeOf = (item: KindMix): Recipe => ({
  ...item,
  affinity: drawOf(item.where),
  channel: drawOf(item.channels),
  outcome: drawOf(item.outcomes),
})

/** Generators of incidents: the calibrated part first, then as many others as are asked for. */
export function createIncidents(input: IncidentsInput) {
  const { spots, rhythms, desk, projects, areaOf, targets, random, scale, asOf } = input
  const recipes = mix.map(recipeOf)
  const inGroup = (group: string) => recipes.filter((recipe) => recipe.group === group)
  const projectCells = new Set(projects.flatMap(({ cellIds }) => cellIds))

  const drawLevel = ({ levels }: Recipe): IncidentLevel => {
    const draw = random.next()
    if (draw < levels[0]) return 1
    if (draw < levels[0] + levels[1]) return 2
    return draw < levels[0] + levels[1] + levels[2] ? 3 : 4
  }

  const finish = (
    recipe: Recipe,
    spot: Spot,
    level: IncidentLevel,
    channel: Channel,
    reportedAt: number,
    times: Parameters<typeof asSeen>[0],
    attributes: Attributes = {},
  ): Draft => {
    const handling = asSeen(times, asOf)
    const closed = handling.status === 'closed'
    const outcome = take(recipe.outcome, random)
    const resolvedLevel = drawResolvedLevel(recipe.handledBy, level, random)
    return {
      kind: recipe.code,
      level,
      channel,
      reportedAt,
      ...handling,
      outcome: closed ? outcome : null,
      resolvedLevel: closed ? resolvedLevel : null,
      cellId: spot.cell.id,
      point: spot.point,
      attributes,
    }
  }

  const one = (recipe: Recipe, spot: Spot, reportedAt: number, attributes?: Attributes): Draft => {
    const level = drawLevel(recipe)
    const times = desk.handle(
      { handledBy: recipe.handledBy, takes: recipe.takes, level },
      reportedAt,
      spot.cell,
      random,
    )
    return finish(recipe, spot, level, take(recipe.channel, random), reportedAt, times, attributes)
  }

  /** `count` incidents of one kind in a window; some follow earlier ones nearby within days (near repeats). */
  const batch = (
    recipe: Recipe,
    count: number,
    window: Window,
    allowed: (cell: Area) => boolean,
  ): Draft[] => {
    const to = Math.min(window.to, asOf)
    const drafts: Draft[] = []
    const placed: { spot: Spot; reportedAt: number }[] = []
    const anywhere = () => {
      for (let tries = 0; tries < 100; tries++) {
        const spot = spots.draw(take(recipe.affinity, random), random)
        if (allowed(spot.cell)) return spot
      }
      throw new Error(`expected room for kind ${recipe.code} outside the excluded cells`)
    }
    for (let i = 0; i < count; i++) {
      let spot: Spot | null = null
      let reportedAt = 0
      if (placed.length > 0 && random.chance(recipe.repeat)) {
        const first = random.pick(placed)
        const later =
          Math.max(1, Math.round(random.exponential(4.5))) * day + Math.round(random.normal() * 5400) * second
        reportedAt = first.reportedAt + later
        spot = reportedAt < to ? spots.near(first.spot, 45, random) : null
        if (spot && !allowed(spot.cell)) spot = null
      }
      if (!spot) {
        spot = anywhere()
        reportedAt = rhythms.draw(recipe.when, random, window.from, to)
      }
      placed.push({ spot, reportedAt })
      drafts.push(one(recipe, spot, reportedAt))
    }
    return drafts
  }

  const everywhere = () => true
  const outsideProjects = (cell: Area) => !projectCells.has(cell.id)

  const spread = (
    parts: Recipe[],
    count: number,
    window: Window,
    allowed: (cell: Area) => boolean = everywhere,
  ): Draft[] =>
    count === 0 || window.from >= asOf
      ? []
      : apportion(
          count,
          parts.map(({ share }) => share),
        ).flatMap((n, i) => batch(parts[i], n, window, allowed))

  /** Public order inside project areas, drawn there and marked with the project. */
  const insideProjects = (count: number, window: Window): Draft[] => {
    const parts = inGroup('publicOrder')
    const sampler = new WeightedSampler(parts.map(({ share }) => share))
    return Array.from({ length: count }, () => {
      const recipe = parts[sampler.draw(random)]
      const project = random.pick(projects)
      const spot = spots.inCells(project.cellIds.map(areaOf), random)
      return one(recipe, spot, rhythms.draw(recipe.when, random, window.from, window.to), {
        project: project.id,
      })
    })
  }

  return {
    /** Crime and public order of the years with published changes. */
    calibrated(): Draft[] {
      const { publicOrder, criminal, inProjects, onlineRumours } = targets
      const orderly = inGroup('publicOrder')
      return [
        ...spread(inGroup('criminal'), criminal.before, windows[2023]),
        ...spread(inGroup('criminal'), criminal.after, windows[2024]),
        ...insideProjects(inProjects.before, windows[2023]),
        ...insideProjects(inProjects.after, windows[2024]),
        ...spread(orderly, publicOrder.before - inProjects.before, windows[2023], outsideProjects),
        ...spread(
          orderly,
          publicOrder.after - inProjects.after - onlineRumours,
          windows[2024],
          outsideProjects,
        ),
        ...batch(recipeOf(onlineRumour), onlineRumours, windows[2024], outsideProjects),
      ]
    },
    /** Crime and public order since. */
    steady(): Draft[] {
      const since: Window = { from: windows[2025].from, to: asOf }
      const years = (asOf - since.from) / (365.25 * day)
      return [
        ...spread(inGroup('criminal'), Math.round(steadyState.criminal * years * scale), since),
        ...spread(inGroup('publicOrder'), Math.round(steadyState.publicOrder * years * scale), since),
      ]
    },
    /** Everything else, `count` in all over the whole history. */
    free(count: number, window: Window, onProgress?: (share: number) => void): Draft[] {
      const groups = Object.entries(groupShares)
      const now = Math.min(count, stagesNow.new + stagesNow.dispatched + stagesNow.onScene)
      const counts = apportion(
        count - now,
        groups.map(([, share]) => share),
      )
      const drafts = groups.flatMap(([group], i) => {
        onProgress?.(i / groups.length)
        return spread(inGroup(group), counts[i], window)
      })
      return [...drafts, ...underWay(now)]
    },
  }

  /** Calls of the last minutes, each in a stage of its own. */
  function underWay(count: number): Draft[] {
    const parts = recipes.filter(({ group, handledBy }) => handledBy === 'police' && group in groupShares)
    const weights = parts.map(({ group, share }) => {
      const total = inGroup(group).reduce((sum, recipe) => sum + recipe.share, 0)
      return (groupShares[group as keyof typeof groupShares] * share) / total
    })
    const sampler = new WeightedSampler(weights)
    const ago = (from: number, to: number) => asOf - Math.round(random.between(from, to)) * second
    return Array.from({ length: count }, (_, i) => {
      const recipe = parts[sampler.draw(random)]
      const spot = spots.draw(take(recipe.affinity, random), random)
      const channel = take(recipe.channel, random)
      const level = drawLevel(recipe)
      const later = desk.handle({ handledBy: 'police', takes: recipe.takes, level }, asOf, spot.cell, random)
      if (i < stagesNow.new) {
        const reportedAt = ago(6, 55)
        return finish(recipe, spot, level, channel, reportedAt, { ...later, dispatchedAt: asOf + second })
      }
      if (i < stagesNow.new + stagesNow.dispatched) {
        const dispatchedAt = ago(20, 200)
        const reportedAt = dispatchedAt - random.int(25, 90) * second
        return finish(recipe, spot, level, channel, reportedAt, { ...later, dispatchedAt })
      }
      const arrivedAt = ago(60, 2700)
      const dispatchedAt = arrivedAt - (later.arrivedAt - later.dispatchedAt)
      const reportedAt = dispatchedAt - random.int(25, 90) * second
      return finish(recipe, spot, level, channel, reportedAt, { ...later, dispatchedAt, arrivedAt })
    })
  }
}
