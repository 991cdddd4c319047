import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAreas } from '../../geodata/import/areas.ts'
import { readIncidents } from '../../geodata/import/incidents.ts'
import type { AreaSource, IncidentSource } from '../../geodata/import/manifest.ts'
import { collect, textInPieces } from './files.ts'
import { geoJson } from './shapes.ts'

const source = {
  kind: 'areas',
  file: 'areas.geojson',
  crs: 'EPSG:4326',
  encoding: 'utf-8',
  level: 'district',
  hierarchy: 'administration',
  code: 'code',
  name: 'code',
} satisfies AreaSource

const incidents = {
  kind: 'incidents',
  file: 'points.geojson',
  crs: 'EPSG:4326',
  encoding: 'utf-8',
  delimiter: ',',
  time: ['time'],
  timeFormat: 'yyyy-MM-dd',
  category: 'constructor',
  categories: {},
  id: 'toString',
  attributes: [],
} satisfies IncidentSource

/** Features as no program should write them. */
const oddFeature = fc.record(
  {
    type: fc.constant('Feature'),
    properties: fc.oneof(fc.jsonValue(), fc.record({ code: fc.jsonValue(), time: fc.jsonValue() })),
    geometry: fc.oneof(
      fc.jsonValue(),
      fc.record(
        { type: fc.constantFrom('Polygon', 'MultiPolygon', 'Point'), coordinates: fc.jsonValue() },
        { requiredKeys: ['type'] },
      ),
    ),
  },
  { requiredKeys: [] },
)

describe('whatever stands in a file', () => {
  it('each feature becomes an area or a line with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(oddFeature, { maxLength: 5 }), async (features) => {
        const file = textInPieces(geoJson(features), 1000)
        const found = await collect(readAreas(source, file, async (positions) => positions))
        expect(found.map(({ line }) => line)).toEqual(features.map((_, index) => index + 2))
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  it('each feature becomes an incident or a line with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(oddFeature, { maxLength: 5 }), async (features) => {
        const file = textInPieces(geoJson(features), 1000)
        const place = async (positions: [number, number][]) => positions
        const found = (await collect(readIncidents(incidents, file, 'UTC', place))).flat()
        expect(found.map(({ line }) => line)).toEqual(features.map((_, index) => index + 2))
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})
