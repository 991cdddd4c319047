import { sequentialBreaks } from '../map/classBreaks.ts'
import { classOf, rampColors } from '../map/colors.ts'
import type { AreaMesh } from '../map/geometry/areaMesh.ts'
import { Chunker } from '../map/geometry/chunks.ts'
import { worldX, worldY } from '../map/geometry/mercator.ts'
import { AreaFillLayer } from '../map/gl/AreaFillLayer.ts'
import type { IncidentPoints, Theme } from '../map/scene.ts'

export interface HexagonBins {
  mesh: AreaMesh
  /** Points in each hexagon. */
  counts: Uint32Array
}

/** Counts points in hexagons. @param radius of a hexagon, world units. */
export function hexagonBins(points: IncidentPoints, radius: number): HexagonBins {
  const dx = radius * Math.sqrt(3)
  const dy = radius * 1.5
  const bins = new Map<string, { x: number; y: number; count: number }>()
  for (let i = 0; i < points.id.length; i++) {
    const x = worldX(points.lng[i] / 1e6)
    const y = worldY(points.lat[i] / 1e6)
    // Nearest centre of the two rows that may hold the point.
    let best = { column: 0, row: 0, away: Number.POSITIVE_INFINITY }
    for (const row of [Math.floor(y / dy), Math.floor(y / dy) + 1]) {
      const shift = (row & 1) / 2
      const column = Math.round(x / dx - shift)
      const away = (x - (column + shift) * dx) ** 2 + (y - row * dy) ** 2
      if (away < best.away) best = { column, row, away }
    }
    const key = `${best.column} ${best.row}`
    const bin = bins.get(key)
    if (bin) bin.count++
    else bins.set(key, { x: (best.column + (best.row & 1) / 2) * dx, y: best.row * dy, count: 1 })
  }
  const list = [...bins.values()]
  const origin: [number, number] = list.length === 0 ? [0, 0] : [list[0].x, list[0].y]
  const vertices = new Float32Array(18 * list.length)
  const indices = new Uint32Array(12 * list.length)
  const chunker = new Chunker()
  list.forEach(({ x, y }, bin) => {
    for (let corner = 0; corner < 6; corner++) {
      const angle = (Math.PI / 3) * corner
      const at = 18 * bin + 3 * corner
      // A hair of ground between neighbours.
      vertices[at] = x - origin[0] + 0.94 * radius * Math.sin(angle)
      vertices[at + 1] = y - origin[1] + 0.94 * radius * Math.cos(angle)
      vertices[at + 2] = bin
    }
    indices.set(
      [0, 1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 5].map((corner) => 6 * bin + corner),
      12 * bin,
    )
    const [left, low] = [x - origin[0], y - origin[1]]
    chunker.add(12 * bin, 12, left - radius, low - radius, left + radius, low + radius)
  })
  return {
    mesh: { origin, vertices, indices, chunks: chunker.chunks },
    counts: Uint32Array.from(list, ({ count }) => count),
  }
}

export function hexagonTexels(counts: Uint32Array, theme: Theme): Uint8Array<ArrayBuffer> {
  const breaks = sequentialBreaks(counts, 6)
  const colors = rampColors('sequential', breaks.length + 1, theme)
  const texels = new Uint8Array(4 * counts.length)
  counts.forEach((count, i) => {
    texels.set([...colors[classOf(count, breaks)], 254], 4 * i)
  })
  return texels
}

export function hexagonsLayer(
  mesh: AreaMesh,
  texels: Uint8Array<ArrayBuffer>,
  opacity: number,
): AreaFillLayer {
  return new AreaFillLayer({ id: 'hexagons', mesh, texels, opacity })
}
