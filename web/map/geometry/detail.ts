/**
 * Levels of detail of arcs. Each arc keeps its ends and, at a level, the vertices whose Douglas–Peucker distance
 * exceeds the level's tolerance. Since neighbours share arcs, they stay neighbours at every level.
 * Source: Douglas & Peucker 1973; distances made monotone so that the levels are nested.
 */

/** Tolerance in metres of each level of detail, coarse to full. */
export const toleranceM = [24, 8, 2.5, 0] as const
export const detailCount = toleranceM.length
const metresPerStep = 0.11131949

/** The coarsest level whose tolerance stays below one pixel. */
export function detailForPixel(metresPerPixel: number): number {
  const level = toleranceM.findIndex((tolerance) => tolerance <= metresPerPixel * 0.9)
  return level < 0 ? detailCount - 1 : level
}

/**
 * @param vertices x, y in 1e-6 degrees. @param start vertex at which each line starts, one longer than there are lines.
 * @returns per vertex the coarsest level of detail that still has it.
 */
export function detailOf(vertices: Int32Array, start: Uint32Array): Uint8Array {
  const vertexCount = vertices.length / 2
  const distance = new Float32Array(vertexCount)
  const xScale = Math.cos(((vertices[1] ?? 0) / 1e6) * (Math.PI / 180)) * metresPerStep
  const stack: number[] = []
  for (let line = 0; line + 1 < start.length; line++) {
    const first = start[line]
    const last = start[line + 1] - 1
    if (last < first) continue
    distance[first] = distance[last] = Number.POSITIVE_INFINITY
    stack.push(first, last, Number.POSITIVE_INFINITY)
    while (stack.length > 0) {
      const limit = stack.pop() ?? 0
      const b = stack.pop() ?? 0
      const a = stack.pop() ?? 0
      if (b - a < 2) continue
      const ax = vertices[2 * a] * xScale
      const ay = vertices[2 * a + 1] * metresPerStep
      const dx = vertices[2 * b] * xScale - ax
      const dy = vertices[2 * b + 1] * metresPerStep - ay
      const length2 = dx * dx + dy * dy
      let farthest = -1
      let split = a + 1
      for (let i = a + 1; i < b; i++) {
        const px = vertices[2 * i] * xScale - ax
        const py = vertices[2 * i + 1] * metresPerStep - ay
        const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2))
        const away = (px - along * dx) ** 2 + (py - along * dy) ** 2
        if (away > farthest) {
          farthest = away
          split = i
        }
      }
      const significance = Math.min(limit, Math.sqrt(farthest))
      distance[split] = significance
      stack.push(a, split, significance, split, b, significance)
    }
  }
  const detail = new Uint8Array(vertexCount)
  for (let i = 0; i < vertexCount; i++) {
    let level = 0
    while (level < detailCount - 1 && distance[i] <= toleranceM[level]) level++
    detail[i] = level
  }
  return detail
}
