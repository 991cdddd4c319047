import { describe, expect, test } from 'vitest'
import { decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { areasLegend, areaTexels, classLabels } from '../../../web/layers/areas.ts'
import { borderPasses } from '../../../web/layers/borders.ts'
import { divergingBreaks, sequentialBreaks } from '../../../web/map/classBreaks.ts'
import { classOf, mapColors, mix, rampColors } from '../../../web/map/colors.ts'
import { bundleOrigin, worldOffsets } from '../../../web/map/geometry/areaMesh.ts'
import { arcKeys, buildBorders } from '../../../web/map/geometry/borders.ts'
import { detailOf } from '../../../web/map/geometry/detail.ts'
import { levelAtZoom, levelWidths } from '../../../web/map/levels.ts'
import type { AreaValues } from '../../../web/map/scene.ts'
import { brickCity } from '../../factories/mesh.ts'

const bundle = decodeAreas(encodeAreas(brickCity({ columns: 4, rows: 4, verticesPerEdge: 3, seed: 5 })))
const cells = bundle.levels.findIndex((level) => level.level === 'microGrid')
const values: AreaValues = {
  areaId: [2, 3, 4, 5],
  value: [0, 4, 12, Number.NaN],
  suppressed: [false, false, true, false],
  breaks: [2, 8],
  ramp: 'sequential',
}
const texel = (texels: Uint8Array, id: number) => {
  const area = bundle.id.indexOf(id)
  return [...texels.subarray(4 * area, 4 * area + 4)]
}

describe('colours of areas', () => {
  const texels = areaTexels(bundle, cells, values, 'dark', [], 1)
  const ramp = rampColors('sequential', 3, 'dark')

  test('a number takes the colour of its class', () => {
    expect(texel(texels, 2)).toEqual([...ramp[0], 254])
    expect(texel(texels, 3)).toEqual([...ramp[1], 254])
  })

  test('a suppressed number is hatched and its class not shown', () => {
    const [red, green, blue, coded] = texel(texels, 4)
    expect(coded).toBe(255)
    expect([red, green, blue]).not.toEqual([...ramp[2]])
  })

  test('areas without a number look like land, other levels are transparent', () => {
    expect(texel(texels, 5)).toEqual(texel(texels, 9))
    expect(texel(texels, 1)).toEqual([0, 0, 0, 0])
  })

  test('opacity mixes with the ground, highlighting dims the rest', () => {
    const faint = areaTexels(bundle, cells, values, 'dark', [], 0.5)
    expect(texel(faint, 2).slice(0, 3)).toEqual([...mix(mapColors.dark.ground, ramp[0], 0.5)])
    const lit = areaTexels(bundle, cells, values, 'dark', [3], 1)
    expect(texel(lit, 3)).toEqual(texel(texels, 3))
    expect(texel(lit, 2)).not.toEqual(texel(texels, 2))
  })
})

describe('classes', () => {
  test('a value belongs to the class whose limits hold it', () => {
    expect([0, 1.9, 2, 7, 8, 99].map((value) => classOf(value, [2, 8]))).toEqual([0, 0, 1, 1, 2, 2])
    expect(classLabels([2, 8], String)).toEqual(['< 2', '2 – 8', '≥ 8'])
    expect(classLabels([], String)).toEqual([''])
  })

  test('limits ascend, are few and are numbers people can say', () => {
    const counts = Array.from({ length: 800 }, (_, i) => Math.floor(40 * (i / 800) ** 4))
    const breaks = sequentialBreaks(counts)
    expect(breaks.length).toBeGreaterThan(2)
    expect(breaks.length).toBeLessThan(7)
    expect(breaks).toEqual([...new Set(breaks)].sort((a, b) => a - b))
    expect(breaks.every((limit) => Number(limit.toPrecision(2)) === limit)).toBe(true)
    expect(sequentialBreaks([0, 0, Number.NaN])).toEqual([])
    expect(sequentialBreaks([3, 3, 3])).toEqual([3])
  })

  test('limits of a change are symmetric around zero', () => {
    const breaks = divergingBreaks([-30, -4, 0, 2, 8, 25])
    expect(breaks.map((limit) => -limit).reverse()).toEqual(breaks)
    expect(divergingBreaks([0, 0])).toEqual([])
  })

  test('the legend tells every class and the hatch only where something is hatched', () => {
    const title = { zh: '每网格', en: 'per grid' }
    expect(areasLegend('grids', values, 'light', title).items.map((item) => item.mark)).toEqual([
      'fill',
      'fill',
      'fill',
      'hatch',
    ])
    expect(areasLegend('grids', { ...values, suppressed: null }, 'light', title).items).toHaveLength(3)
    expect(areasLegend('grids', undefined, 'light', title).items).toEqual([])
  })
})

describe('levels', () => {
  test('the level follows the zoom, among the levels that are shown', () => {
    expect(levelAtZoom(bundle, 2, () => true)).toBe(0)
    expect(levelAtZoom(bundle, 18, () => true)).toBe(cells)
    expect(levelAtZoom(bundle, 18, (level) => level === 'city')).toBe(0)
    expect(levelWidths(bundle)[cells].median).toBeGreaterThan(0)
  })

  test('a level never gets coarser as the zoom grows', () => {
    const shown = Array.from({ length: 40 }, (_, i) => levelAtZoom(bundle, i / 2, () => true))
    expect(shown).toEqual([...shown].sort((a, b) => a - b))
  })
})

test('a border is drawn in the style of the strongest level it bounds, small cells go without', () => {
  const origin = bundleOrigin(bundle)
  const { shapes } = bundle
  const offsets = worldOffsets(shapes.vertices, origin)
  const detail = detailOf(shapes.vertices, shapes.arcStart)
  const mesh = buildBorders(shapes, arcKeys(bundle), 3, detail, offsets, origin)
  const near = borderPasses(bundle, mesh, [true, true], 0.01, 'dark')
  expect(near.map((pass) => pass.width)).toEqual([0.4, 2.5])
  const drawn = near.flatMap((pass) => pass.keys)
  expect(new Set(drawn).size).toBe(drawn.length)
  expect(drawn.length).toBe(mesh.groups.length)
  expect(borderPasses(bundle, mesh, [true, true], 1e6, 'dark').map((pass) => pass.width)).toEqual([2.5])
  expect(borderPasses(bundle, mesh, [false, true], 0.01, 'dark').map((pass) => pass.width)).toEqual([0.4])
})
