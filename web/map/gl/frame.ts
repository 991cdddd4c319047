import type { Viewport } from '@deck.gl/core'
import { worldX, worldY } from '../geometry/mercator.ts'

/**
 * From offsets around `origin` (world units) to clip space. The product is taken in float64, so that float32 in the
 * shader stays exact to a few hundredths of a pixel anywhere in a city.
 */
export function clipMatrix(viewport: Viewport, origin: readonly [number, number]): number[] {
  const m = viewport.viewProjectionMatrix
  const matrix: number[] = Array.from(m)
  for (let row = 0; row < 4; row++)
    matrix[12 + row] = m[row] * origin[0] + m[4 + row] * origin[1] + m[12 + row]
  return matrix
}

/** Box of what the viewport shows, as offsets around `origin`, grown a little for wide lines and symbols. */
export function visibleBox(
  viewport: Viewport,
  origin: readonly [number, number],
): [number, number, number, number] {
  const [west, south, east, north] = viewport.getBounds()
  const left = worldX(west)
  const bottom = worldY(south)
  const right = worldX(east)
  const top = worldY(north)
  const margin = 0.02 * (right - left)
  return [
    left - origin[0] - margin,
    bottom - origin[1] - margin,
    right - origin[0] + margin,
    top - origin[1] + margin,
  ]
}

/** Every own layer draws flat on the ground, in the order of the list, blended over what is there. */
export const flatParameters = {
  depthCompare: 'always',
  depthWriteEnabled: false,
  cullMode: 'none',
  blend: true,
  blendColorOperation: 'add',
  blendAlphaOperation: 'add',
  blendColorSrcFactor: 'src-alpha',
  blendColorDstFactor: 'one-minus-src-alpha',
  blendAlphaSrcFactor: 'one',
  blendAlphaDstFactor: 'one-minus-src-alpha',
} as const
