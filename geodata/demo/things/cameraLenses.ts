/** Lens types as data sheets list them: a register holds what was bought, not a number measured at each camera. */

import { type Random, WeightedSampler } from '../../random.ts'
import type { Camera, CameraType } from '../../things.ts'

/** Horizontal field of view in degrees, and how far a person is still made out, metres. */
export type Lens = Pick<Camera, 'fieldOfViewDeg' | 'rangeM'>

interface LensType extends Lens {
  /** How often it is bought. */
  weight: number
}

/** By focal length, short first: 2.8 or 4 mm indoors, 4, 6 or 8 mm on a wall, 12 mm and more along a road. */
const lensTypes: Record<CameraType, LensType[]> = {
  halfDome: [
    { fieldOfViewDeg: 103, rangeM: 15, weight: 6 },
    { fieldOfViewDeg: 84, rangeM: 25, weight: 4 },
  ],
  bullet: [
    { fieldOfViewDeg: 84, rangeM: 40, weight: 6 },
    { fieldOfViewDeg: 54, rangeM: 60, weight: 3 },
    { fieldOfViewDeg: 40, rangeM: 80, weight: 1 },
  ],
  dome: [
    { fieldOfViewDeg: 58, rangeM: 150, weight: 7 },
    { fieldOfViewDeg: 62, rangeM: 200, weight: 3 },
  ],
  remoteBullet: [
    { fieldOfViewDeg: 50, rangeM: 100, weight: 6 },
    { fieldOfViewDeg: 35, rangeM: 150, weight: 4 },
  ],
  checkpoint: [
    { fieldOfViewDeg: 31, rangeM: 30, weight: 6 },
    { fieldOfViewDeg: 25, rangeM: 50, weight: 4 },
  ],
  panorama: [
    { fieldOfViewDeg: 180, rangeM: 600, weight: 7 },
    { fieldOfViewDeg: 360, rangeM: 1000, weight: 3 },
  ],
}

const samplers = new Map(
  Object.entries(lensTypes).map(([type, lenses]) => [
    type,
    new WeightedSampler(lenses.map(({ weight }) => weight)),
  ]),
)

/** How often a camera differs from what its owner bought else: one more, or one replaced, years later. */
const oddOnes = 0.06

/** @returns the lens of each further camera of one owner: mostly the same for the same type */
export function createPurchase(random: Random): (type: CameraType) => Lens {
  const bought = new Map<CameraType, Lens>()
  const draw = (type: CameraType): Lens => {
    const sampler = samplers.get(type)
    if (!sampler) throw new Error(`expected lenses for cameras of type ${type}`)
    const { fieldOfViewDeg, rangeM } = lensTypes[type][sampler.draw(random)]
    return { fieldOfViewDeg, rangeM }
  }
  return (type) => {
    if (random.chance(oddOnes)) return draw(type)
    const known = bought.get(type) ?? draw(type)
    bought.set(type, known)
    return known
  }
}
