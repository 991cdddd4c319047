import type { AreaMesh } from '../map/geometry/areaMesh.ts'
import { ReliefLayer } from '../map/gl/ReliefLayer.ts'
import type { Bounds } from '../map/scene.ts'

export function reliefLayer(
  mesh: AreaMesh,
  image: ImageBitmap,
  bounds: Bounds,
  opacity: number,
): ReliefLayer {
  return new ReliefLayer({ id: 'relief', mesh, image, bounds, opacity })
}
