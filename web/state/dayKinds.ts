/** The view's kinds among those that counts by day tell apart. */
import type { DayGrain } from '../../geodata/dayCube.ts'
import type { CityKind } from './kindFilter.ts'

export interface DayKinds {
  /** Positions in the cube's kinds; null: all. */
  numbers: readonly number[] | null
  /** True where the cube is too coarse to tell exactly these kinds apart: what is played is more than was asked for. */
  coarser: boolean
}

/** @param codes as for the API: a parent stands for all below it; undefined: everything but disputes. */
export function dayKindsOf(
  kinds: readonly CityKind[],
  codes: readonly string[] | undefined,
  cube: { grain: DayGrain; kinds: readonly string[] },
): DayKinds {
  if (!codes) return { numbers: null, coarser: false }
  const chosen = kinds.filter((kind) => !kind.dispute && isChosen(kinds, kind, new Set(codes)))
  if (cube.grain === 'all') return { numbers: null, coarser: true }
  const names = new Set(chosen.map((kind) => (cube.grain === 'group' ? kind.group : kind.code)))
  const numbers = cube.kinds.flatMap((name, number) => (names.has(name) ? [number] : []))
  if (cube.grain === 'kind') return { numbers, coarser: false }
  const whole = kinds.filter((kind) => !kind.dispute && names.has(kind.group))
  return { numbers, coarser: whole.length > chosen.length }
}

function isChosen(kinds: readonly CityKind[], kind: CityKind, codes: ReadonlySet<string>): boolean {
  const seen = new Set<string>()
  for (
    let each: CityKind | undefined = kind;
    each && !seen.has(each.code);
    each = kinds.find((parent) => parent.code === each?.parentCode)
  ) {
    if (codes.has(each.code)) return true
    seen.add(each.code)
  }
  return false
}
