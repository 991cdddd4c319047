import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFeatures } from '../../geodata/import/features.ts'
import { collect, textInPieces } from './files.ts'

async function features(text: string, size = 1000) {
  const collections: Record<string, unknown>[] = []
  const found = await collect(
    readFeatures(textInPieces(text, size), (collection) => collections.push(collection)),
  )
  return { found, collections }
}

describe('features of a GeoJSON file', () => {
  it('come one by one, with line and number, and the collection without them', async () => {
    const text =
      '{ "type": "FeatureCollection",\n"features" : [\n{"a":1},\n {"b":"x]}\\"{"}\n]\n, "name": "n" }\n'
    const { found, collections } = await features(text)
    expect(found).toEqual([
      { line: 3, number: 1, text: '{"a":1}' },
      { line: 4, number: 2, text: '{"b":"x]}\\"{"}' },
    ])
    expect(collections.at(-1)).toEqual({ type: 'FeatureCollection', features: [], name: 'n' })
  })

  it.each([
    ['{"type":"Topology","objects":{}}', 'expected a FeatureCollection, found type "Topology"'],
    ['[1,2]', 'expected a FeatureCollection, found an object without type'],
    ['{"type":"FeatureCollection","features":[{"a":1},{"b"', 'the file ends in the middle of feature 2'],
    ['{"type":"FeatureCollection","features":[{"a":1}', 'the file ends after feature 1'],
    [
      '{"type":"FeatureCollection","features":[{"a":1}{"b":2}]}',
      'expected a comma between features, found ""',
    ],
    ['{"type":"FeatureCollection","features":[{"a":1},7]}', 'expected features, found ",7"'],
    ['{"type" "FeatureCollection","features":[]}', 'expected JSON: '],
    ['{"type":"FeatureCollection","features":[]}}', 'expected JSON: '],
    ['name,lat\nx,1', 'expected JSON: '],
    ['   ', 'expected JSON: '],
  ])('%j is refused', async (text, message) => {
    await expect(features(text)).rejects.toThrow(message)
  })

  it('are found whatever stands in them and wherever the pieces are cut', async () => {
    const value = fc.jsonValue({ maxDepth: 4 })
    const list = fc.array(fc.dictionary(fc.string(), value), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(
        list,
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        async (objects, indented, size) => {
          const collection = {
            bbox: [1, 2],
            type: 'FeatureCollection',
            crs: { features: [1] },
            features: objects,
          }
          const text = JSON.stringify(collection, null, indented ? 1 : 0)
          const { found, collections } = await features(text, size)
          expect(found.map((feature) => JSON.parse(feature.text))).toEqual(
            JSON.parse(JSON.stringify(objects)),
          )
          expect(collections.at(-1)).toEqual({ ...collection, features: [] })
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })
})
