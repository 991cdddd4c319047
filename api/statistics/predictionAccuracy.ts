/** How well a map made from the past names the areas where things then happened. One row an area, best first. */
export interface PredictionAccuracy {
  /** Index of the area at each rank. */
  order: number[]
  /** Share of what happened that lies in the areas up to here, over their share of the ground: 1 is chance. */
  pai: number[]
  /**
   * The same over what the best possible choice would have reached on as much ground, 1 cannot be bettered: densest first,
   * the last area taken in part, so that areas of unequal size cannot push it above 1 (those of one size are as published).
   */
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
  const bestHits = bestShareOnGround(
    running(ground, best).map((each) => each / all),
    running(observed, best).map((each) => each / hits),
  )
  return {
    order,
    pai,
    pei: hitShare.map((share, rank) => share / bestHits(groundShare[rank])),
    rri: running(predicted, order).map((each, rank) => each / observedSoFar[rank]),
    groundShare,
    hitShare,
  }
}

/** The most that lies on a share of the ground, asked in ascending order of that share. */
function bestShareOnGround(ground: readonly number[], hits: readonly number[]): (share: number) => number {
  let rank = 0
  return (share) => {
    while (rank < ground.length - 1 && ground[rank] < share - 1e-12) rank++
    const [beforeGround, beforeHits] = rank > 0 ? [ground[rank - 1], hits[rank - 1]] : [0, 0]
    const part = Math.min(1, (share - beforeGround) / (ground[rank] - beforeGround))
    return beforeHits + part * (hits[rank] - beforeHits)
  }
}
