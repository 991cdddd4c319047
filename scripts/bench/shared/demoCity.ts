import { area as squareMetres } from '@turf/turf'
import { type AreaBundleInput, encodeAreas } from '../../../geodata/areaBundle.ts'
import { type CameraBundle, encodeCameras } from '../../../geodata/cameraBundle.ts'
import type { Ground, Position } from '../../../geodata/city.ts'
import { generateGround } from '../../../geodata/demo/ground.ts'
import { shuifuManifest } from '../../../geodata/demo/shuifu.ts'
import { generateThings } from '../../../geodata/demo/things.ts'
import { encodeLines } from '../../../geodata/lineBundle.ts'
import type { Camera, Things } from '../../../geodata/things.ts'

/** The demo city the benches measure: always the same one. */
export function benchCity(): { ground: Ground; things: Things } {
  const ground = generateGround(shuifuManifest(), { seed: 7 })
  const things = generateThings(ground, {
    seed: 7,
    incidents: 60_000,
    asOf: new Date('2026-11-22T06:32:00Z'),
  })
  return { ground, things }
}

/** Areas of the newest version as the API puts them into a bundle. */
export function areaInput(ground: Ground): AreaBundleInput {
  const version = ground.versions.find((each) => each.validTo === null)?.version
  if (version === undefined) throw new Error('The city has no boundary version that is still valid.')
  return {
    version,
    levels: ground.levels.filter((level) => level.version === version),
    areas: ground.areas
      .filter((each) => each.version === version)
      .map((each) => ({
        ...each,
        areaKm2: squareMetres({ type: 'MultiPolygon', coordinates: each.polygons }) / 1e6,
      })),
  }
}

export function areaBytes(ground: Ground): Uint8Array {
  return encodeAreas(areaInput(ground))
}

export function lineBytes({ roads, water, blocks, sites }: Ground): Uint8Array {
  return encodeLines({ roads, water, blocks, sites })
}

export function cameraBytes(cameras: readonly Camera[]): Uint8Array {
  return encodeCameras(cameraColumns(cameras))
}

function cameraColumns(cameras: readonly Camera[]): CameraBundle {
  const words = (values: readonly string[]) => [...new Set(values)].sort()
  const ownerships = words(cameras.map((camera) => camera.ownership))
  const types = words(cameras.map((camera) => camera.type))
  const statuses = words(cameras.map((camera) => camera.status))
  const steps = (axis: 0 | 1) => (camera: Camera) => Math.round(camera.point[axis] * 1e6)
  return {
    count: cameras.length,
    id: Uint32Array.from(cameras, (camera) => camera.id),
    lng: Int32Array.from(cameras, steps(0)),
    lat: Int32Array.from(cameras, steps(1)),
    ownership: Uint8Array.from(cameras, (camera) => ownerships.indexOf(camera.ownership)),
    type: Uint8Array.from(cameras, (camera) => types.indexOf(camera.type)),
    status: Uint8Array.from(cameras, (camera) => statuses.indexOf(camera.status)),
    ownerships,
    types,
    statuses,
    direction: Uint16Array.from(cameras, (camera) => camera.directionDeg),
    fieldOfView: Uint16Array.from(cameras, (camera) => camera.fieldOfViewDeg),
    range: Uint16Array.from(cameras, (camera) => camera.rangeM),
  }
}

/** Rounded as everything that is stored is. */
export function rounded(position: Position): Position {
  return [Math.round(position[0] * 1e6) / 1e6, Math.round(position[1] * 1e6) / 1e6]
}
