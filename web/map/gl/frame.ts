import type { Viewport } from '@deck.gl/core'
import type { Device } from '@luma.gl/core'
import { GL } from '@luma.gl/webgl/constants'
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

/** State of WebGL by its own numbers: every own layer draws flat on the ground, in the order of the list. */
const flatState = {
  [GL.DEPTH_TEST]: false,
  [GL.CULL_FACE]: false,
}

const over = (source: number) => ({
  ...flatState,
  [GL.BLEND]: true,
  [GL.BLEND_EQUATION_RGB]: GL.FUNC_ADD,
  [GL.BLEND_EQUATION_ALPHA]: GL.FUNC_ADD,
  [GL.BLEND_SRC_RGB]: source,
  [GL.BLEND_DST_RGB]: GL.ONE_MINUS_SRC_ALPHA,
  [GL.BLEND_SRC_ALPHA]: GL.ONE,
  [GL.BLEND_DST_ALPHA]: GL.ONE_MINUS_SRC_ALPHA,
})

/** How a layer's colours meet what is there: over it, over it with alpha already multiplied in, or instead of it. */
const blendings = {
  over: over(GL.SRC_ALPHA),
  overPremultiplied: over(GL.ONE),
  opaque: { ...flatState, [GL.BLEND]: false },
}

export type Blending = keyof typeof blendings

/**
 * Draws with that state set once for all draws of a layer. Handed to a model as its parameters, luma.gl would set and
 * undo it around every single draw: some 150 calls a frame.
 */
export function drawFlat(device: Device, how: Blending, draw: () => void): void {
  device.withParametersWebGL(blendings[how], draw)
}
