/**
 * All cameras of a city in one immutable binary: points of installation as deltas, cameras at them as columns.
 * Positions are quantised to 1e-6 degrees, EPSG:4326.
 */
import { ByteReader, ByteWriter, differences, summed } from './bytes.ts'
import { mortonOrder } from './morton.ts'

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
  /** Degrees clockwise from north the camera looks to, 0…359; without meaning where the field of view is 360. */
  direction: Uint16Array
  /** Degrees of the field of view, 1…360 (360 looks all around). */
  fieldOfView: Uint16Array
  /** Metres. */
  range: Uint16Array
}

/** Changes whenever old readers could not read the bytes. */
const format = 'GridWall cameras 3'
const circle = 360

/**
 * Writes the cameras so that neighbours in the bytes are neighbours on the ground: by id where a register numbers by
 * place, else along a Morton curve. What repeats is written once: cameras at one point share it, cameras of one kind
 * (owner, type, lens) share a line of a table, and directions are turns from the camera before, in the register's own
 * steps.
 */
export function encodeCameras(cameras: CameraBundle): Uint8Array {
  const order = placeOrder(cameras)
  const column = (values: ArrayLike<number>) => Array.from(order, (i) => values[i])
  const lng = column(cameras.lng)
  const lat = column(cameras.lat)
  const points: number[] = []
  const atPoint: number[] = []
  order.forEach((_, i) => {
    if (i > 0 && lng[i] === lng[i - 1] && lat[i] === lat[i - 1]) atPoint[atPoint.length - 1]++
    else {
      points.push(i)
      atPoint.push(1)
    }
  })

  const writer = new ByteWriter()
  writer.text(format)
  const { ownerships, types, statuses } = cameras
  writer.text(JSON.stringify({ ownerships, types, statuses }))
  writer.unsigned(cameras.count)
  writer.unsigned(points.length)
  writer.unsignedColumn(atPoint)
  writer.planes(differences(points.map((i) => lng[i])))
  writer.planes(differences(points.map((i) => lat[i])))
  writer.planes(differences(column(cameras.id)))
  writer.raw(Uint8Array.from(column(cameras.status)))

  const kinds = cameraKinds(cameras)
  writer.unsigned(kinds.rows.length)
  for (const at of [0, 1, 2, 3]) writer.unsignedColumn(kinds.rows.map((row) => row[at]))
  writer.unsignedColumn(column(kinds.index))

  const direction = column(cameras.direction)
  const step = direction.reduce(greatestDivisor, circle)
  writer.unsigned(step)
  writer.unsignedColumn(differences(direction).map((turn) => ((turn + circle) % circle) / step))
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
  const points = reader.unsigned()
  const atPoint = reader.unsignedColumn(points)
  const pointLng = summed(reader.planes(points))
  const pointLat = summed(reader.planes(points))
  const lng = new Int32Array(count)
  const lat = new Int32Array(count)
  for (let point = 0, i = 0; point < points; point++) {
    const next = i + atPoint[point]
    lng.fill(pointLng[point], i, next)
    lat.fill(pointLat[point], i, next)
    i = next
  }
  const id = new Uint32Array(summed(reader.planes(count)))
  const status = reader.raw(count).slice()

  const kinds = reader.unsigned()
  const [kindOwnership, kindType, kindView, kindRange] = [0, 1, 2, 3].map(() => reader.unsignedColumn(kinds))
  const ownership = new Uint8Array(count)
  const type = new Uint8Array(count)
  const fieldOfView = new Uint16Array(count)
  const range = new Uint16Array(count)
  const kind = reader.unsignedColumn(count)
  for (let i = 0; i < count; i++) {
    ownership[i] = kindOwnership[kind[i]]
    type[i] = kindType[kind[i]]
    fieldOfView[i] = kindView[kind[i]]
    range[i] = kindRange[kind[i]]
  }

  const step = reader.unsigned()
  const turns = reader.unsignedColumn(count)
  const direction = new Uint16Array(count)
  for (let i = 0, towards = 0; i < count; i++) {
    towards = (towards + turns[i] * step) % circle
    direction[i] = towards
  }
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

/** Indices of the cameras in the order that takes fewer bits: by id, or along a Morton curve. */
function placeOrder({ id, lng, lat, count }: CameraBundle): Uint32Array {
  const byPlace = mortonOrder(lng, lat, count)
  const byId = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => id[a] - id[b])
  const bits = (order: Uint32Array) => {
    let sum = 0
    for (let i = 1; i < count; i++) {
      for (const values of [id, lng, lat])
        sum += Math.log2(1 + Math.abs(values[order[i]] - values[order[i - 1]]))
    }
    return sum
  }
  return bits(byId) <= bits(byPlace) ? byId : byPlace
}

/** The distinct rows of [ownership, type, field of view, range], common ones first, and the row of each camera. */
function cameraKinds(cameras: CameraBundle): { rows: number[][]; index: Uint32Array } {
  const counts = new Map<string, number>()
  const keys = Array.from({ length: cameras.count }, (_, i) => {
    const key = [cameras.ownership[i], cameras.type[i], cameras.fieldOfView[i], cameras.range[i]].join()
    counts.set(key, (counts.get(key) ?? 0) + 1)
    return key
  })
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key)
  const place = new Map(sorted.map((key, i) => [key, i]))
  return {
    rows: sorted.map((key) => key.split(',').map(Number)),
    index: Uint32Array.from(keys, (key) => place.get(key) ?? 0),
  }
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
