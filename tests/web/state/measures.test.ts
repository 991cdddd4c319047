import { describe, expect, test } from 'vitest'
import { unusualFrom } from '../../../api/statistics/comparison.ts'
import { decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import {
  areasOfClass,
  changeBreaks,
  classCounts,
  classRangeText,
  placeOf,
} from '../../../web/state/legendClasses.ts'
import {
  areaRows,
  baseTooSmall,
  changeOf,
  measured,
  measures,
  offeredMeasures,
} from '../../../web/state/measures.ts'
import { brickCity } from '../../factories/mesh.ts'

const bundle = decodeAreas(encodeAreas(brickCity({ columns: 2, rows: 2, verticesPerEdge: 2, seed: 5 })))
const [first, second, third] = bundle.id

describe('the numbers of an area', () => {
  const rows = areaRows(bundle, {
    areaId: [first, second, third, 999_999],
    count: [40, null, 3, 5],
    compareCount: [22, null, 1, 5],
    suppressed: [false, true, false, false],
    closedInTime: { part: [30, 0, 2, 0], whole: [38, 0, 3, 0] },
    medianHandlingMin: [55, 12, null, 1],
  })

  test('an area the bundle does not know is left out', () => {
    expect(rows.map((row) => row.areaId)).toEqual([first, second, third])
  })

  test('a withheld area has no number in any measure', () => {
    expect(rows[1].suppressed).toBe(true)
    for (const measure of measures) expect(measured(rows[1], measure)).toBeNull()
    expect(measured(rows[1], 'handling')).toBeNull()
    expect(measured(rows[1], 'closed')).toBeNull()
  })

  test('a share stands on twenty or more, else it is said to be too small', () => {
    expect(measured(rows[0], 'closed')).toBeCloseTo(30 / 38)
    expect(measured(rows[2], 'closed')).toBeNull()
    expect(baseTooSmall(rows[2], 'closed')).toBe(true)
    expect(baseTooSmall(rows[0], 'closed')).toBe(false)
  })

  test('rates are counts over the area’s own ground and residents', () => {
    expect(measured(rows[0], 'perKm2')).toBeCloseTo(40 / bundle.areaKm2[rows[0].index])
    const residents = bundle.population[rows[0].index]
    expect(residents).toBeGreaterThan(20)
    expect(measured(rows[0], 'per1000')).toBeCloseTo((1000 * 40) / residents)
  })

  test('an area seen in part has its counts, and no rate by the ground and the people of the whole', () => {
    const [row] = areaRows(bundle, { areaId: [first], count: [40], suppressed: [false], partial: [true] })
    expect(row.partial).toBe(true)
    expect(measured(row, 'count')).toBe(40)
    expect(measured(row, 'perKm2')).toBeNull()
    expect(measured(row, 'per1000')).toBeNull()
    expect(baseTooSmall(row, 'per1000')).toBe(false)
  })

  test('a change needs both counts, and ten in both together', () => {
    expect(changeOf(rows[0])).toBeCloseTo(2 * (Math.sqrt(40) - Math.sqrt(22)))
    expect(changeOf(rows[2])).toBeNull()
    expect(baseTooSmall(rows[2], 'change')).toBe(true)
  })

  test('how disputes were handled is not offered', () => {
    expect(offeredMeasures(false)).toEqual(measures)
    expect(offeredMeasures(true)).toEqual(['count', 'perKm2', 'per1000', 'change'])
  })
})

describe('the legend', () => {
  const breaks = [1, 4, 10]
  const values = [0, 0, 1, 3, 4, 9, 10, 25, Number.NaN]

  test('counts every area once, and none that has no number', () => {
    expect(classCounts(values, breaks)).toEqual([2, 2, 2, 2])
    expect(areasOfClass([11, 12, 13, 14, 15, 16, 17, 18, 19], values, breaks, 1)).toEqual([13, 14])
    expect(areasOfClass([11, 12, 13, 14, 15, 16, 17, 18, 19], values, breaks, 0)).toEqual([11, 12])
  })

  test('writes ranges as people say them', () => {
    const whole = [0, 1, 2, 3].map((index) => classRangeText(breaks, index, true, String))
    expect(whole).toEqual(['0', '1–3', '4–9', '10+'])
    expect(classRangeText([0.5, 1.2], 1, false, String)).toBe('0.5–1.2')
  })

  test('places a value inside the class it belongs to', () => {
    for (const value of values.slice(0, -1)) {
      const place = placeOf(value, breaks, 0, 25) * 4
      const index = breaks.filter((limit) => value >= limit).length
      expect(place).toBeGreaterThanOrEqual(index)
      expect(place).toBeLessThanOrEqual(index + 1)
    }
    expect(placeOf(25, breaks, 0, 25)).toBe(1)
    expect(placeOf(7, breaks, 0, 25)).toBeCloseTo(2.5 / 4)
    expect(placeOf(0, breaks, 0, 25, true)).toBeCloseTo(0.5 / 4)
    expect(placeOf(1, [1, 2], 0, 2, true)).toBeCloseTo(1.5 / 3)
    expect(placeOf(2, [1, 2], 0, 2, true)).toBeCloseTo(2.5 / 3)
  })

  test('calls a change unusual where the comparison does', () => {
    expect(changeBreaks(797).at(-1)).toBe(unusualFrom(797))
    expect(changeBreaks(797)[0]).toBe(-unusualFrom(797))
  })
})
