import { relax, SetCoverModel } from './setCoverSearch.ts'

/**
 * Whether more than p posts are needed to reach everybody, told by a relaxation of the set covering: where it says so that
 * is certain, where not nothing is known.
 * @param reach By candidate: the customers it reaches, each of whom some candidate does.
 */
export function needsMore(
  customers: number,
  reach: readonly number[][],
  p: number,
  over: () => boolean,
): boolean {
  const model = new SetCoverModel(customers, new Float64Array(reach.length).fill(1), reach)
  let isMore = false
  relax(model, {
    best: () => p + 1,
    over: () => isMore || over(),
    onCover: () => undefined,
    onBound(bound) {
      isMore = bound > p + 1e-6
    },
  })
  return isMore
}
