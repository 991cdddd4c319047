import { describe, expect, test } from 'vitest'
import { decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { areaTexels } from '../../../web/layers/areas.ts'
import { hotspotColor, hotspotMesh, hotspotPasses, hotspotTexels } from '../../../web/layers/hotspots.ts'
import type { HotspotMap } from '../../../web/map/scene.ts'
import { brickCity } from '../../factories/mesh.ts'

const bundle = decodeAreas(encodeAreas(brickCity({ columns: 4, rows: 4, verticesPerEdge: 3, seed: 5 })))
const finest = bundle.levels.length - 1
const indices = Array.from({ length: bundle.count }, (_, index) => index).filter(
  (index) => bundle.level[index] === finest,
)
const map = (
  classes: Extract<HotspotMap, { kind: 'areas' }>['class'],
): Extract<HotspotMap, { kind: 'areas' }> => ({
  kind: 'areas',
  level: bundle.levels[finest].level,
  areaId: indices.slice(0, classes.length).map((index) => bundle.id[index]),
  class: classes,
})
const texel = (texels: Uint8Array, index: number) => [...texels.subarray(4 * index, 4 * index + 4)]

describe('areas that differ from chance', () => {
  const land = areaTexels(bundle, finest, undefined, 'dark', [], 1)

  test('are coloured by their class, all others stay land', () => {
    const texels = hotspotTexels(bundle, finest, map(['hot', 'none', 'cold']), land, 'dark')
    const [hot, none, cold] = indices
    expect(texel(texels, none)).toEqual(texel(land, none))
    expect(texel(texels, hot)).not.toEqual(texel(land, hot))
    expect(texel(texels, hot)[0]).toBeGreaterThan(texel(texels, hot)[2])
    expect(texel(texels, cold)[2]).toBeGreaterThan(texel(texels, cold)[0])
    for (const index of indices.slice(3)) expect(texel(texels, index)).toEqual(texel(land, index))
  })

  test('of another level leave this one as it is', () => {
    const other = { ...map(['hot']), level: 'elsewhere' }
    expect(hotspotTexels(bundle, finest, other, land, 'light')).toEqual(land)
  })

  test('are outlined, a group a class, nothing where nothing differs', () => {
    const mesh = hotspotMesh(bundle, map(['hot', 'none', 'cold', 'hot']))
    const drawn = (name: 'hot' | 'cold' | 'highHigh') => {
      const key = hotspotPasses('dark').findIndex(
        ({ color }, at) => color[0] === hotspotColor(name, 'dark')[0] && mesh.groups[at].chunks.length > 0,
      )
      return key < 0 ? 0 : mesh.groups[key].chunks.reduce((sum, chunk) => sum + chunk.count, 0)
    }
    expect(drawn('hot')).toBeGreaterThan(0)
    expect(drawn('cold')).toBeGreaterThan(0)
    expect(hotspotMesh(bundle, map(['none', 'none'])).indices).toHaveLength(0)
    expect(hotspotPasses('dark').map(({ keys }) => keys)).toEqual(mesh.groups.map(({ key }) => [key]))
  })

  test('high and low are never told apart by colour alone that a colour-blind eye misses', () => {
    for (const theme of ['dark', 'light'] as const) {
      // Blue against orange: the difference lies on the blue–yellow axis, which red–green blindness leaves whole.
      const yellowness = (name: Parameters<typeof hotspotColor>[0]) => {
        const [red, green, blue] = hotspotColor(name, theme)
        return (red + green) / 2 - blue
      }
      for (const high of ['hot', 'highHigh', 'highLow'] as const) {
        for (const low of ['cold', 'lowLow', 'lowHigh'] as const) {
          expect(yellowness(high) - yellowness(low)).toBeGreaterThan(100)
        }
      }
    }
  })
})
