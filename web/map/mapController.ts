import type { MapController, MapOptions } from './scene.ts'

/** Makes the one object that owns MapLibre and the deck overlay. */
export function createMapController(_container: HTMLElement, _options: MapOptions = {}): MapController {
  throw new Error('createMapController is not written yet')
}
