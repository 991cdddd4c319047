/** Loads the binary bundles in a worker: bytes are fetched and decoded there and come back as transferred typed arrays. */
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { CameraBundle } from '../../geodata/cameraBundle.ts'
import type { LineBundle } from '../../geodata/lineBundle.ts'

export function loadAreaBundle(_url: string): Promise<AreaBundle> {
  throw new Error('loadAreaBundle is not written yet')
}

export function loadCameraBundle(_url: string): Promise<CameraBundle> {
  throw new Error('loadCameraBundle is not written yet')
}

export function loadLineBundle(_url: string): Promise<LineBundle> {
  throw new Error('loadLineBundle is not written yet')
}
