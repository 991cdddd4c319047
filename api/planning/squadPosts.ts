import type { Position } from '../../geodata/city.ts'
import type { PlanningCity } from './cityInputs.ts'
import type { CityTravel } from './cityTravel.ts'
import type { PMedianInput } from './pMedianInput.ts'

/** A place where a post may stand. */
export interface PostPlace {
  point: Position
  /** Of a post of today: its place in the city's posts; else −1. */
  post: number
  /** Of a grid's middle: the grid; else −1. */
  grid: number
}

export interface SquadPosts {
  input: PMedianInput
  /** The micro-grids that are its customers, and the candidates. */
  cells: number[]
  places: PostPlace[]
  /** From each place to each micro-grid at [place * cells + cell]; Infinity where there is no way. */
  seconds: Float32Array
}

/** Minutes counted for a way that does not exist: farther than any that does, so that such a post is never chosen for it. */
const NO_WAY_S = 4 * 3600

/**
 * Posts of one squad as a p-median problem: workload × minutes from the nearest post. Fixed posts stay; as many as today.
 * Candidates are today's posts and the middles of its grids.
 * @param squadOfGrid The areas that are planned.
 * @param workload By micro-grid.
 */
export function squadPosts(
  city: PlanningCity,
  travel: CityTravel,
  {
    squad,
    squadOfGrid,
    workload,
  }: { squad: number; squadOfGrid: ArrayLike<number>; workload: ArrayLike<number> },
): SquadPosts {
  const cells = Array.from(city.cells.ids.keys()).filter(
    (cell) => squadOfGrid[city.cells.grid[cell]] === squad,
  )
  const own = city.posts.flatMap((post, index) => (post.squad === squad ? [index] : []))
  const grids = city.grids.areas.flatMap((_, grid) => (squadOfGrid[grid] === squad ? [grid] : []))
  const places: PostPlace[] = [
    ...own.map((post) => ({ point: city.posts[post].point, post, grid: -1 })),
    ...grids.map((grid) => ({ point: city.grids.areas[grid].point, post: -1, grid })),
  ]
  const seconds = travel.times.matrix(
    travel.accessOf(places.map(({ point }) => point)),
    cells.map((cell) => travel.cells[cell]),
  )
  const costs = Float64Array.from(seconds, (time, index) => {
    const cell = cells[index % cells.length]
    return (workload[cell] * (Number.isFinite(time) ? time : NO_WAY_S)) / 60
  })
  const p = Math.max(1, own.length)
  return {
    input: {
      customers: cells.length,
      candidates: places.length,
      costs,
      p,
      fixed: own.flatMap((post, place) => (city.posts[post].kind === 'fixedPost' ? [place] : [])),
      start: own.map((_, place) => place),
    },
    cells,
    places,
    seconds,
  }
}
