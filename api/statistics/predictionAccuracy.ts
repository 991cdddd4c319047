/** How well a map made from the past names the areas where things then happened. One row an area, best first. */
export interface PredictionAccuracy {
  /** Index of the area at each rank. */
  order: number[]
  /** Share of what happened that lies in the areas up to here, over their share of the ground: 1 is chance. */
  pai: number[]
  /** The same over what the best possible order would have reached with as many areas: 1 cannot be bettered. */
  pei: number[]
  /** Predicted over observed in the areas up to here: Infinity where nothing happened. */
  rri: number[]
  /** Shares of the ground and of what happened, up to here. */
  groundShare: number[]
  hitShare: number[]
}

/**
 * PAI (Chainey, Tompson & Uhlig 2008), PEI (Hunt 2016) and RRI (Levine 2008) of every cut-off.
 * Areas are ordered by predicted density, those alike by lower observed count first, so that luck in ties is never
 * counted for the map. @param ground Size of each area: km², metres of street, or ones.
 * Source of definitions and ties: Wheeler & Steenbeek 2021; R package ptools.
 */
export function predictionAccuracy(
  observed: ArrayLike<number>,
  predicted: ArrayLike<number>,
  ground: ArrayLike<number>,
): PredictionAccuracy {
  const areas = Array.from({ length: observed.length }, (_, index) => index)
  const order = areas.toSorted(
    (a, b) => predicted[b] / ground[b] - predicted[a] / ground[a] || observed[a] - observed[b] || a - b,
  )
  const best = areas.toSorted((a, b) => observed[b] / ground[b] - observed[a] / ground[a] || a - b)
  const sum = (values: ArrayLike<number>) => areas.reduce((total, index) => total + values[index], 0)
  const hits = sum(observed)
  const all = sum(ground)
  const running = (values: ArrayLike<number>, by: number[]) => {
    let total = 0
    return by.map((index) => {
      total += values[index]
      return total
    })
  }
  const observedSoFar = running(observed, order)
  const groundShare = running(ground, order).map((each) => each / all)
  const hitShare = observedSoFar.map((each) => each / hits)
  const pai = hitShare.map((share, rank) => share / groundShare[rank])
  const bestGround = running(ground, best)
  const bestPai = running(observed, best).map((each, rank) => each / hits / (bestGround[rank] / all))
  return {
    order,
    pai,
    pei: pai.map((each, rank) => each / bestPai[rank]),
    rri: running(predicted, order).map((each, rank) => each / observedSoFar[rank]),
    groundShare,
    hitShare,
  }
}
