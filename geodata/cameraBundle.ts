/**
 * All cameras of a city in one immutable binary: Morton-ordered position deltas and attribute columns.
 * Positions are quantised to 1e-6 degrees, EPSG:4326.
 */

/** Cameras as equally long columns, in the order given (the encoder orders them along a Morton curve). */
export interface CameraBundle {
  count: number
  id: Uint32Array
  /** 1e-6 degrees. */
  lng: Int32Array
  lat: Int32Array
  /** Indices into `ownerships`, `types`, `statuses`. */
  ownership: Uint8Array
  type: Uint8Array
  status: Uint8Array
  ownerships: readonly string[]
  types: readonly string[]
  statuses: readonly string[]
  /** Degrees clockwise from north the camera looks to, 0…359; 65535 = all around. */
  direction: Uint16Array
  /** Degrees of the field of view, 1…360. */
  fieldOfView: Uint16Array
  /** Metres. */
  range: Uint16Array
}

export function encodeCameras(_input: CameraBundle): Uint8Array {
  throw new Error('encodeCameras is not written yet')
}

export function decodeCameras(_bytes: Uint8Array): CameraBundle {
  throw new Error('decodeCameras is not written yet')
}
