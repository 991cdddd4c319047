import { percentileRanks, rankCorrelation } from './ranks.ts'

/** Looked at more than nine tenths of the areas: in the top tenth of patrol minutes or of cameras. */
export const lookedMoreFrom = 0.9

export interface Exposure {
  patrolMinutes: number[]
  cameras: number[]
  /** Share of the areas with less, 0 … 1. */
  patrolRank: number[]
  cameraRank: number[]
  lookedMore: boolean[]
  /** Spearman's rank correlation of the counts with each; NaN where one never varies. */
  patrolCorrelation: number
  cameraCorrelation: number
}

/**
 * Looked more, found more: how much each area is looked at, set against all others, and how far the counts follow it.
 * Ranks, because a few areas hold most of it. An area with none of it is never said to be looked at more.
 */
export function exposureOf(patrolMinutes: number[], cameras: number[], counts: number[]): Exposure {
  const patrolRank = [...percentileRanks(patrolMinutes)]
  const cameraRank = [...percentileRanks(cameras)]
  return {
    patrolMinutes,
    cameras,
    patrolRank,
    cameraRank,
    lookedMore: counts.map(
      (_, i) =>
        (patrolMinutes[i] > 0 && patrolRank[i] >= lookedMoreFrom) ||
        (cameras[i] > 0 && cameraRank[i] >= lookedMoreFrom),
    ),
    patrolCorrelation: rankCorrelation(patrolMinutes, counts),
    cameraCorrelation: rankCorrelation(cameras, counts),
  }
}
