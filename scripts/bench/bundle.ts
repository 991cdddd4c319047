import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'
import { deserialize, serialize } from 'flatgeobuf/lib/mjs/geojson.js'
import type { Feature, FeatureCollection, MultiPolygon, Point } from 'geojson'
import { feature } from 'topojson-client'
import { topology } from 'topojson-server'
import { type AreaBundleInput, decodeAreas, encodeAreas } from '../../geodata/areaBundle.ts'
import { ByteReader, ByteWriter } from '../../geodata/bytes.ts'
import { decodeCameras } from '../../geodata/cameraBundle.ts'
import type { Position } from '../../geodata/city.ts'
import { readShapes, writeShapes } from '../../geodata/shapesCodec.ts'
import type { Camera } from '../../geodata/things.ts'
import { buildTopology } from '../../geodata/topology.ts'
import { areaInput, benchCity, cameraBytes, rounded } from './shared/demoCity.ts'
import { machine, median, medianInterval, roundTo } from './shared/measure.ts'

// Bytes (brotli 11) and time to decode of the binary bundles beside GeoJSON, TopoJSON (quantised to the same 1e-6
// degrees) and FlatGeobuf of the same polygons, in interleaved rounds. "areas" carries all columns (names, codes,
// parents, people), the others coordinates and an id only; "shapes" is the bundle's coordinates alone, and its ratios
// stand for like against like.
// --data DIR measures the polygons of its .geojson files instead of the demo city.

const rounds = 21
const { data } = parseArgs({ options: { data: { type: 'string' } } }).values

function brotli(bytes: Uint8Array | string): number {
  const input = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
  return brotliCompressSync(input, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  }).length
}

type Decoder = () => unknown | Promise<unknown>

/** Milliseconds of each decoder in each round, one after the other in every round. */
async function interleaved(decoders: Record<string, Decoder>): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {}
  for (let round = -3; round < rounds; round++) {
    for (const [name, decode] of Object.entries(decoders)) {
      const startedAt = performance.now()
      await decode()
      // The first rounds warm the machine up.
      if (round >= 0) times[name] = [...(times[name] ?? []), performance.now() - startedAt]
    }
  }
  return times
}

function report(
  name: string,
  counts: Record<string, number>,
  bytes: Record<string, number>,
  times: Record<string, number[]>,
  ours: string,
): void {
  const ratios = times[ours].map((time, i) => time / times.geojson[i])
  // Over the same coordinates and nothing else, and over all that the file carries.
  const whole = Object.keys(bytes).find((each) => each === 'areas')
  console.log(
    JSON.stringify({
      bench: 'bundle',
      case: name,
      ...counts,
      brotliBytes: bytes,
      decodeMs: Object.fromEntries(
        Object.entries(times).map(([each, all]) => [each, roundTo(median(all), 2)]),
      ),
      brotliRatioToGeojson: roundTo(bytes[ours] / bytes.geojson, 3),
      decodeRatioToGeojson: roundTo(median(ratios), 3),
      decodeRatio95: medianInterval(ratios).map((each) => roundTo(each, 3)),
      ...(whole && {
        withColumnsBrotliRatio: roundTo(bytes[whole] / bytes.geojson, 3),
        withColumnsDecodeRatio: roundTo(median(times[whole].map((time, i) => time / times.geojson[i])), 3),
      }),
      rounds,
      ...machine,
    }),
  )
}

/** GeoJSON of polygons with nothing but their number. */
function collection(polygons: readonly Position[][][][]): FeatureCollection<MultiPolygon> {
  return {
    type: 'FeatureCollection',
    features: polygons.map(
      (coordinates, id): Feature<MultiPolygon> => ({
        type: 'Feature',
        id,
        properties: { id },
        geometry: { type: 'MultiPolygon', coordinates },
      }),
    ),
  }
}

/** How many steps TopoJSON must cut the longer side of the box into to keep 1e-6 degrees. */
function quantisation(polygons: readonly Position[][][][]): number {
  const positions = polygons.flat(3)
  const side = (axis: 0 | 1) => {
    const sorted = positions.reduce(
      ([low, high], position) => [Math.min(low, position[axis]), Math.max(high, position[axis])],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    )
    return sorted[1] - sorted[0]
  }
  return Math.round(Math.max(side(0), side(1)) * 1e6) + 1
}

async function measurePolygons(name: string, input: AreaBundleInput): Promise<void> {
  const polygons = input.areas.map((area) => area.polygons)
  const geojson = JSON.stringify(collection(polygons))
  const topojson = JSON.stringify(topology({ areas: collection(polygons) }, quantisation(polygons)))
  const flatgeobuf = serialize(collection(polygons))
  const areas = encodeAreas(input)
  const writer = new ByteWriter()
  writeShapes(writer, buildTopology(polygons))
  const shapes = writer.finish()
  const times = await interleaved({
    geojson: () => JSON.parse(geojson),
    areas: () => decodeAreas(areas),
    shapes: () => readShapes(new ByteReader(shapes)),
    topojson: () => {
      const parsed = JSON.parse(topojson)
      return feature(parsed, parsed.objects.areas)
    },
    flatgeobuf: async () => {
      const features = []
      for await (const each of deserialize(flatgeobuf)) features.push(each)
      return features
    },
  })
  const counts = { polygons: polygons.length, positions: polygons.flat(3).length }
  const bytes = {
    geojson: brotli(geojson),
    areas: brotli(areas),
    shapes: brotli(shapes),
    topojson: brotli(topojson),
    flatgeobuf: brotli(flatgeobuf),
  }
  report(name, counts, bytes, times, 'shapes')
}

async function measureCameras(cameras: readonly Camera[]): Promise<void> {
  const geojson = JSON.stringify({
    type: 'FeatureCollection',
    features: cameras.map(
      (camera): Feature<Point> => ({
        type: 'Feature',
        id: camera.id,
        properties: {
          ownership: camera.ownership,
          type: camera.type,
          status: camera.status,
          direction: camera.directionDeg,
          fieldOfView: camera.fieldOfViewDeg,
          range: camera.rangeM,
        },
        geometry: { type: 'Point', coordinates: rounded(camera.point) },
      }),
    ),
  })
  const bundle = cameraBytes(cameras)
  const times = await interleaved({
    geojson: () => JSON.parse(geojson),
    cameras: () => decodeCameras(bundle),
  })
  const bytes = { geojson: brotli(geojson), cameras: brotli(bundle) }
  report('cameras', { cameras: cameras.length }, bytes, times, 'cameras')
}

/** Areas of GeoJSON files, one level a file. */
function fromFiles(dir: string): { name: string; input: AreaBundleInput }[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.geojson'))
    .map((file) => {
      const parsed: FeatureCollection = JSON.parse(readFileSync(join(dir, file), 'utf8'))
      const level = { version: '1', hierarchy: 'administration' as const, level: 'area', rank: 0 }
      const polygons = parsed.features.flatMap(({ geometry }) => {
        if (geometry?.type === 'Polygon') return [[geometry.coordinates]]
        return geometry?.type === 'MultiPolygon' ? [geometry.coordinates] : []
      })
      return {
        name: file,
        input: {
          version: '1',
          levels: [{ ...level, name: { zh: file, en: file } }],
          areas: polygons.map((coordinates, i) => ({
            id: i + 1,
            hierarchy: 'administration' as const,
            level: 'area',
            code: String(i + 1),
            name: { zh: '', en: '' },
            parentId: null,
            squadId: null,
            population: 0,
            households: 0,
            areaKm2: 1,
            labelPoint: rounded([coordinates[0][0][0][0], coordinates[0][0][0][1]]),
            polygons: coordinates.map((polygon) =>
              polygon.map((ring) => ring.map(([lng, lat]) => rounded([lng, lat]))),
            ),
            synthetic: false,
          })),
        },
      }
    })
}

if (data) {
  for (const { name, input } of fromFiles(data)) await measurePolygons(name, input)
} else {
  const { ground, things } = benchCity()
  const all = areaInput(ground)
  const finest = all.levels.reduce((fine, level) => (level.rank > fine.rank ? level : fine)).level
  await measurePolygons('finest level', { ...all, areas: all.areas.filter((area) => area.level === finest) })
  await measurePolygons('all levels', all)
  await measureCameras(things.cameras)
}
