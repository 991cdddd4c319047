import { median, medianInterval, roundTo } from './measure.ts'

/** Something to time, answered at once or later. */
export type Task = () => unknown | Promise<unknown>

/**
 * Milliseconds of each task in each round, one task after the other in every round, so that a busy moment of the
 * machine meets them all. Stops after `rounds`, or when `seconds` are spent and one round is done.
 * @param options `clock`: milliseconds of something else than the wall, such as of work (databaseWork.ts).
 */
export async function interleaved(
  tasks: Record<string, Task>,
  {
    rounds = 15,
    seconds = 6,
    clock = () => performance.now(),
  }: { rounds?: number; seconds?: number; clock?: () => number } = {},
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]))
  const startedAt = performance.now()
  // The first round warms up and is not counted.
  for (let round = -1; round < rounds; round++) {
    if (round >= 1 && performance.now() - startedAt > seconds * 1000) break
    for (const [name, task] of Object.entries(tasks)) {
      const began = clock()
      await task()
      if (round >= 0) times[name].push(clock() - began)
    }
  }
  return times
}

/** Medians in milliseconds. */
export function medians(times: Record<string, number[]>, digits = 4): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, roundTo(median(all), digits)]))
}

/** Median of the ratios round by round, with its 95 % interval. */
export function ratioOf(
  ours: readonly number[],
  theirs: readonly number[],
): { ratio: number; ratio95: number[] } {
  const ratios = ours.map((time, round) => time / theirs[round])
  return {
    ratio: roundTo(median(ratios), 4),
    ratio95: medianInterval(ratios).map((each) => roundTo(each, 4)),
  }
}
