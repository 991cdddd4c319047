import { mapColors } from '../map/colors.ts'
import { StrokeBuilder, type StrokeMesh } from '../map/geometry/strokeMesh.ts'
import { StrokeLayer, type StrokePass } from '../map/gl/StrokeLayer.ts'
import type { DrawnTrail } from '../map/livePicture.ts'
import type { Theme } from '../map/scene.ts'

/** Groups of the mesh: the newest third of each trail, the middle, the oldest, and the selected unit's. */
const thirds = 3
const selectedKey = thirds

/** Points of each third of a way, the ends shared so that no gap shows. */
export function partsOfTrail(points: readonly number[]): number[][] {
  const count = points.length / 2
  return Array.from({ length: thirds }, (_, third) => {
    // Third 0 is the newest, which comes last.
    const from = Math.floor(((thirds - 1 - third) * (count - 1)) / thirds)
    const to = Math.floor(((thirds - third) * (count - 1)) / thirds)
    return points.slice(2 * from, 2 * to + 2)
  })
}

/** The ways units came, fainter where longer ago. */
export function trailMesh(trails: readonly DrawnTrail[]): StrokeMesh {
  const origin: [number, number] = [trails[0]?.points[0] ?? 0, trails[0]?.points[1] ?? 0]
  const shifted = (points: readonly number[]) => points.map((value, i) => value - origin[i % 2])
  const builder = new StrokeBuilder(origin)
  const parts = trails.filter((trail) => !trail.selected).map((trail) => partsOfTrail(shifted(trail.points)))
  for (let third = 0; third < thirds; third++) {
    builder.group(third)
    for (const part of parts) builder.line(part[third])
  }
  builder.group(selectedKey)
  for (const trail of trails) if (trail.selected) builder.line(shifted(trail.points))
  return builder.finish()
}

export function trailPasses(theme: Theme): StrokePass[] {
  const { inkSoft, accent, halo } = mapColors[theme]
  return [
    { keys: [2], color: [...inkSoft, 0.22], width: 1.5 },
    { keys: [1], color: [...inkSoft, 0.45], width: 1.75 },
    { keys: [0], color: [...inkSoft, 0.8], width: 2 },
    { keys: [selectedKey], color: [...halo, 0.6], width: 5 },
    { keys: [selectedKey], color: [...accent, 1], width: 2.5 },
  ]
}

export function trailsLayer(mesh: StrokeMesh, passes: readonly StrokePass[], opacity: number): StrokeLayer {
  return new StrokeLayer({ id: 'trails', mesh, passes, opacity })
}
