import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { areaTexels } from '../../../web/layers/areas.ts'
import { chainOf, childrenOf, levelAt, rootOf } from '../../../web/state/areaTree.ts'
import { homeOf, jurisdictionOf, sights } from '../../../web/state/jurisdiction.ts'
import { createToyGround } from '../../factories/toyGround.ts'

const ground = createToyGround()
const bundle = decodeAreas(
  encodeAreas({
    version: '2025',
    levels: ground.levels.filter((level) => level.version === '2025'),
    areas: ground.areas.filter((area) => area.version === '2025').map((area) => ({ ...area, areaKm2: 1 })),
  }),
)
const all = Array.from({ length: bundle.count }, (_, index) => index)
const ofLevel = (level: string) => all.filter((index) => levelAt(bundle, index).level === level)
const cells = ofLevel('microGrid')
/** The cells of each area, by walking up from the cell in both hierarchies. */
const inside = all.map(() => new Set<number>())
for (const cell of cells)
  for (const hierarchy of ['administration', 'patrol'] as const)
    for (const area of chainOf(bundle, cell, hierarchy)) inside[area].add(cell)
const cellsOf = (area: number) => [...inside[area]]

describe('what lies inside a jurisdiction', () => {
  test('of any areas: an area is seen as much as its cells are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 4 }), (areas) => {
        const { sight, known } = jurisdictionOf(
          bundle,
          areas.map((index) => bundle.id[index]),
        )
        expect(known).toBe(true)
        const seen = new Set(areas.flatMap(cellsOf))
        for (const area of all) {
          const own = cellsOf(area)
          const part = own.filter((cell) => seen.has(cell)).length
          const expected = part === 0 ? 'none' : part === own.length ? 'whole' : 'part'
          expect(sights[sight[area]]).toBe(expected)
        }
      }),
      { seed: 7, numRuns: 60 },
    )
  })

  test('a squad: its grids are whole, the city that holds it in part, another squad not at all', () => {
    const [squad, other] = ofLevel('squad')
    const { sight, areas, bounds } = jurisdictionOf(bundle, [bundle.id[squad]])
    expect(areas).toEqual([squad])
    expect(bounds).toEqual(Array.from(bundle.bounds.subarray(4 * squad, 4 * squad + 4)))
    for (const grid of childrenOf(bundle, squad, 'patrol')) expect(sights[sight[grid]]).toBe('whole')
    expect(sights[sight[rootOf(bundle)]]).toBe('part')
    expect(sights[sight[other]]).toBe('none')
  })

  test('areas of other boundaries only: nobody here knows, and nothing is ruled out', () => {
    const { sight, areas, bounds, known } = jurisdictionOf(bundle, [4_000_000_000])
    expect(known).toBe(false)
    expect(areas).toEqual([])
    expect(bounds).toBeNull()
    expect(new Set(sight)).toEqual(new Set([1]))
  })

  test('home is the one area, else the whole', () => {
    const [squad, other] = ofLevel('squad')
    const one = jurisdictionOf(bundle, [bundle.id[squad]])
    const two = jurisdictionOf(bundle, [bundle.id[squad], bundle.id[other]])
    expect(homeOf(bundle, one)).toBe(squad)
    expect(homeOf(bundle, two)).toBe(rootOf(bundle))
    expect(homeOf(bundle, null)).toBe(rootOf(bundle))
  })
})

describe('on the map', () => {
  const level = bundle.levels.findIndex((each) => each.level === 'village')
  const villages = ofLevel('village')
  const values = {
    areaId: villages.map((index) => bundle.id[index]),
    value: villages.map(() => 9),
    suppressed: null,
    breaks: [1, 5],
    ramp: 'sequential' as const,
  }
  const texel = (texels: Uint8Array, index: number) => [...texels.subarray(4 * index, 4 * index + 4)]

  test('an area outside never takes the colour of a number, one seen in part is striped', () => {
    const [own, foreign] = villages
    const sight = new Uint8Array(bundle.count).fill(2)
    sight[foreign] = 0
    const plain = areaTexels(bundle, level, undefined, 'dark', [], 1, sight)
    const coloured = areaTexels(bundle, level, values, 'dark', [], 1, sight)
    expect(texel(coloured, foreign)).toEqual(texel(plain, foreign))
    expect(texel(coloured, own)).not.toEqual(texel(plain, own))
    expect(texel(plain, foreign)).not.toEqual(texel(plain, own))
    sight[own] = 1
    const striped = texel(areaTexels(bundle, level, values, 'dark', [], 1, sight), own)
    expect(striped.slice(0, 3)).toEqual(texel(coloured, own).slice(0, 3))
    expect(striped[3] % 2).toBe(1)
  })
})
