/**
 * All cameras of a city in one immutable binary: Morton-ordered position deltas and attribute columns.
 * Positions are quantised to 1e-6 degrees, EPSG:4326.
 */
import { ByteReader, ByteWriter, differences, summed } from './bytes.ts'

/** Cameras as equally long columns: element i of each belongs to camera i. */
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
  /** Degrees clockwise from north the camera looks to, 0…359. */
  direction: Uint16Array
  /** Degrees of the field of view, 1…360 (360 looks all around). */
  fieldOfView: Uint16Array
  /** Metres. */
  range: Uint16Array
}

/** Changes whenever old readers could not read the bytes. */
const format = 'GridWall cameras 2'

/** Writes the cameras in Morton order, so that neighbours in the bytes are neighbours on the ground. */
export function encodeCameras(cameras: CameraBundle): Uint8Array {
  const order = mortonOrder(cameras.lng, cameras.lat, cameras.count)
  const column = (values: ArrayLike<number>) => Array.from(order, (i) => values[i])
  const writer = new ByteWriter()
  writer.text(format)
  const { ownerships, types, statuses } = cameras
  writer.text(JSON.stringify({ ownerships, types, statuses }))
  writer.unsigned(cameras.count)
  writer.planes(differences(column(cameras.lng)))
  writer.planes(differences(column(cameras.lat)))
  writer.planes(differences(column(cameras.id)))
  writer.raw(Uint8Array.from(column(cameras.ownership)))
  writer.raw(Uint8Array.from(column(cameras.type)))
  writer.raw(Uint8Array.from(column(cameras.status)))
  // What a camera sees goes with its type: written type by type, like stands next to like.
  const byType = grouped(column(cameras.type))
  const sorted = (values: ArrayLike<number>) => byType.map((place) => values[order[place]])
  writer.planes(sorted(cameras.direction))
  writer.unsignedColumn(sorted(cameras.fieldOfView))
  writer.unsignedColumn(sorted(cameras.range))
  return writer.finish()
}

/** @throws RangeError when the bytes are not a camera bundle of this format or are cut short. */
export function decodeCameras(bytes: Uint8Array): CameraBundle {
  const reader = new ByteReader(bytes)
  if (reader.text() !== format) throw new RangeError(`Expected a camera bundle (${format}).`)
  const { ownerships, types, statuses }: Pick<CameraBundle, 'ownerships' | 'types' | 'statuses'> = JSON.parse(
    reader.text(),
  )
  const count = reader.unsigned()
  const lng = summed(reader.planes(count))
  const lat = summed(reader.planes(count))
  const id = new Uint32Array(summed(reader.planes(count)))
  const ownership = reader.raw(count).slice()
  const type = reader.raw(count).slice()
  const status = reader.raw(count).slice()
  const byType = grouped(type)
  const scattered = (values: ArrayLike<number>) => {
    const column = new Uint16Array(count)
    for (let i = 0; i < count; i++) column[byType[i]] = values[i]
    return column
  }
  const direction = scattered(reader.planes(count))
  const fieldOfView = scattered(reader.unsignedColumn(count))
  const range = scattered(reader.unsignedColumn(count))
  return {
    count,
    id,
    lng,
    lat,
    ownership,
    type,
    status,
    ownerships,
    types,
    statuses,
    direction,
    fieldOfView,
    range,
  }
}

/** Places of a column in order of its values, equal ones as they stand. Values are below 256. */
function grouped(values: ArrayLike<number>): number[] {
  const next = new Uint32Array(257)
  for (let i = 0; i < values.length; i++) next[values[i] + 1]++
  for (let value = 1; value < next.length; value++) next[value] += next[value - 1]
  const places = new Array<number>(values.length)
  for (let i = 0; i < values.length; i++) places[next[values[i]]++] = i
  return places
}

/** Indices of points along a Morton (Z) curve over their box; equal codes keep their order. */
export function mortonOrder(x: ArrayLike<number>, y: ArrayLike<number>, count: number): Uint32Array {
  let west = Number.POSITIVE_INFINITY
  let south = Number.POSITIVE_INFINITY
  let east = Number.NEGATIVE_INFINITY
  let north = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    west = Math.min(west, x[i])
    south = Math.min(south, y[i])
    east = Math.max(east, x[i])
    north = Math.max(north, y[i])
  }
  const scale = 65535 / Math.max(east - west, north - south, 1)
  const code = new Uint32Array(count)
  for (let i = 0; i < count; i++)
    code[i] = (spread((x[i] - west) * scale) | (spread((y[i] - south) * scale) << 1)) >>> 0
  return Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => code[a] - code[b] || a - b)
}

/** Puts a zero between the bits of a 16-bit number. */
function spread(value: number): number {
  let bits = value & 0xffff
  bits = (bits | (bits << 8)) & 0x00ff00ff
  bits = (bits | (bits << 4)) & 0x0f0f0f0f
  bits = (bits | (bits << 2)) & 0x33333333
  return (bits | (bits << 1)) & 0x55555555
}
