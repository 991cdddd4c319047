import type { PlanningCity } from '../api/planning/cityInputs.ts'
import type { WholePlan } from '../api/planning/wholePlan.ts'
import { visitsOf } from './planVisits.ts'

type Evaluated = WholePlan['before']

/** A plan with ids in place of indices, for other programs. Seconds, minutes and shares as their names say; CRS EPSG:4326, [lng, lat]. */
export function planJson(city: PlanningCity, plan: WholePlan): object {
  const evaluated = ({ placement, presence, visibility }: Evaluated) => ({
    balance: placement.balance.map((each, squad) => ({ squadId: city.squads[squad].id, ...each })),
    reach: placement.reach,
    meanTravelS: placement.meanTravelS,
    totalMinutes: presence.totalMinutes,
    incidentsSeen: presence.incidentsSeen,
    streetsKm: presence.streetsKm,
    stops: presence.stops,
    equity: presence.equity,
    residentsSeen: presence.residentsSeen,
    visibility: {
      officers: Array.from(visibility.officers),
      vehicles: Array.from(visibility.vehicles),
      lights: Array.from(visibility.lights),
    },
  })
  const answered = (which: 'before' | 'after') => {
    const { callsPerHour, busyHours, hypercube, interSquad, erlang } = plan.response[which]
    return {
      callsPerHour,
      busyHours,
      workloads: Array.from(hypercube.workloads),
      meanTravelS: hypercube.travel?.mean,
      interSquad,
      allBusy: hypercube.allBusy,
      erlang,
    }
  }
  const { rosterInput, roster } = plan
  return {
    city: city.code,
    asOf: new Date(city.asOf).toISOString(),
    synthetic: city.synthetic,
    seed: plan.seed,
    seconds: plan.seconds,
    stopped: plan.stopped,
    steps: plan.steps,
    cover: plan.cover,
    equity: plan.equity,
    areas: {
      changes: plan.areas.changes,
      imbalance: plan.areas.imbalance,
      squadOfGrid: Object.fromEntries(
        city.grids.areas.map(({ code }, grid) => [code, city.squads[plan.squadOfGrid[grid]].id]),
      ),
    },
    posts: plan.posts.map(({ squad, place }) => ({
      squadId: city.squads[squad].id,
      point: place.point,
      postId: city.posts[place.post]?.id ?? null,
      gridCode: city.grids.areas[place.grid]?.code ?? null,
    })),
    routes: plan.units.map(({ squad, kind, answer, track, unit, surprise }) => ({
      squadId: city.squads[squad].id,
      kind,
      objective: answer.objective,
      endS: track.endS,
      emptyS: track.emptyS,
      roadIds: track.roads.map((road) => city.roads[road].id),
      visits: visitsOf({ unit, answer, track }).map(({ visit, at }) => ({ ...visit, at: at ?? null })),
      stays: track.stays.map(({ cell, from, to }) => [city.cells.ids[cell], from, to]),
      leftOut: answer.unserved.map((job) => {
        const what = unit.jobs[job]
        if ('street' in what) return { roadId: city.roads[what.street].id }
        return 'stop' in what ? { stopInCell: city.cells.ids[what.stop.cell] } : { visit: what.visit.name }
      }),
      surprise: surprise && { ...surprise, chances: Array.from(surprise.chances) },
    })),
    roster: {
      teams: rosterInput.teams.map(({ code }) => code),
      shifts: rosterInput.shifts,
      lines: rosterInput.lines,
      days: rosterInput.days,
      shiftOf: Array.from(roster.shifts),
      lineOf: Array.from(roster.lines),
      tallies: roster.tallies,
      shortfalls: roster.shortfalls,
      conflicts: roster.conflicts,
    },
    response: { before: answered('before'), after: answered('after') },
    before: evaluated(plan.before),
    after: evaluated(plan.after),
    differences: Array.from(city.cells.ids, (id, cell) => [
      id,
      Math.round(100 * plan.differences.minutes[cell]) / 100,
      Math.round(plan.differences.travelS[cell]),
    ]),
  }
}
