import { describe, expect, test } from 'vitest'
import { generalG, localG } from '../../../api/statistics/getisOrd.ts'
import { localMoran, moran } from '../../../api/statistics/moran.ts'
import { normalTwoSided, normalUpperTail } from '../../../api/statistics/normalTail.ts'
import { predictionAccuracy } from '../../../api/statistics/predictionAccuracy.ts'
import { distanceBand, rowStandardised, weightsOf, withSelf } from '../../../api/statistics/spatialWeights.ts'

// Values published in the tests and docstrings of PySAL's esda and in the R package ptools.
// esda and its example data `desmith`: Copyright (c) 2018, pysal-esda Developers, BSD 3-Clause License
// (redistribution and use permitted with this notice). ptools: cases.json of Wheeler's pai() documentation.

/** To the last digit that was published. */
function expectPublished(ours: ArrayLike<number>, published: readonly number[], digits: number): void {
  expect(ours.length).toBe(published.length)
  published.forEach((value, index) => {
    expect(Math.abs(ours[index] - value), `${index}: ${ours[index]} beside ${value}`).toBeLessThanOrEqual(
      0.51 * 10 ** -digits,
    )
  })
}

describe('six points of the esda tests', () => {
  const x = [10, 20, 40, 15, 30, 30]
  const y = [10, 10, 10, 20, 20, 30]
  const values = [2, 3, 3.2, 5, 8, 7]
  const band = distanceBand(x, y, 15)

  test('general G and its p are the published ones', () => {
    const { g, p } = generalG(values, band)
    expectPublished([g], [0.55709779], 8)
    expectPublished([p], [0.172936], 6)
  })

  test('local G is the published one, binary and row-standardised', () => {
    expectPublished(
      localG(values, band, { star: false }).z,
      [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941],
      7,
    )
    expectPublished(
      localG(values, rowStandardised(band), { star: false }).z,
      [-0.62074534, -0.01780611, 1.31558703, -0.12824171, 0.28843496, 1.77833941],
      8,
    )
  })

  test('Gi* is the published one, binary and row-standardised', () => {
    expectPublished(
      localG(values, withSelf(band), { star: true }).z,
      [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331],
      8,
    )
    expectPublished(
      localG(values, rowStandardised(withSelf(band)), { star: true }).z,
      [-0.62488094, -0.09144599, 0.41150696, -0.09144599, 0.24690418, 1.28024388],
      8,
    )
  })
})

describe('desmith, ten areas of the esda tests', () => {
  const values = [2.24, 3.1, 4.55, -5.15, -4.39, 0.46, 5.54, 9.02, -2.09, -3.06]
  const weights = rowStandardised(
    weightsOf(
      [
        [2, 4],
        [1, 5],
        [4, 7],
        [1, 3, 5, 8],
        [2, 4, 6, 9],
        [5, 10],
        [3, 8],
        [4, 7, 9],
        [5, 8, 10],
        [6, 9],
      ].map((row) => row.map((id) => id - 1)),
    ),
  )
  const local = localMoran(values, weights)

  test('quadrants are the published ones', () => {
    const scheme = ['highHigh', 'lowHigh', 'lowLow', 'highLow']
    expect(local.quadrant.map((quadrant) => scheme.indexOf(quadrant) + 1)).toEqual([
      4, 4, 4, 2, 3, 3, 1, 4, 3, 3,
    ])
  })

  test('moments under conditional and total randomisation are the published ones', () => {
    expectPublished(
      local.expected,
      [
        -0.00838113, -0.0243949, -0.07031778, -0.21520869, -0.16547163, -0.00178435, -0.11531888, -0.36138555,
        -0.05471258, -0.09413562,
      ],
      8,
    )
    expectPublished(
      local.variance,
      [
        0.03636013, 0.10412408, 0.28600769, 0.26389674, 0.21576683, 0.00779261, 0.44633942, 0.57696508,
        0.12929777, 0.3730742,
      ],
      8,
    )
    expectPublished(
      local.varianceTotal,
      [0.394432, 0.394432, 0.394432, 0.148043, 0.148043, 0.394432, 0.394432, 0.230173, 0.230173, 0.394432],
      6,
    )
  })

  test('local statistics add up to the global one', () => {
    const sum = local.i.reduce((total, each) => total + each, 0)
    expect(sum / (values.length - 1)).toBeCloseTo(moran(values, weights).i, 12)
  })
})

test('Moran on a three by three lattice has the published variances', () => {
  const lattice = Array.from({ length: 9 }, (_, cell) => {
    const [column, row] = [cell % 3, Math.floor(cell / 3)]
    return [
      ...(column > 0 ? [cell - 1] : []),
      ...(column < 2 ? [cell + 1] : []),
      ...(row > 0 ? [cell - 3] : []),
      ...(row < 2 ? [cell + 3] : []),
    ]
  })
  const { varianceRandom, varianceNormal } = moran([1, 2, 3, 4, 5, 6, 7, 8, 9], weightsOf(lattice))
  expect(varianceRandom).toBeCloseTo(0.0596875, 12)
  expect(varianceNormal).toBeCloseTo(0.053125, 12)
})

describe('prediction accuracy of ptools', () => {
  test('PAI, PEI and RRI of three areas', () => {
    const { pai, pei, rri } = predictionAccuracy([6, 3, 0], [3, 2, 1], [1, 1, 1])
    expectPublished(pai, [2, 1.5, 1], 12)
    expectPublished(pei, [1, 1, 1], 12)
    expectPublished(rri, [0.5, 0.5555555555555556, 0.6666666666666666], 12)
  })

  test('ties are broken against the map', () => {
    const { order, pai, pei } = predictionAccuracy([6, 7, 3, 2, 1, 0], [8, 4, 4, 2, 1, 0], [1, 1, 1, 1, 1, 1])
    expect(order).toEqual([0, 2, 1, 3, 4, 5])
    expect(pai[0]).toBeCloseTo(1.894736842105263, 12)
    expect(pei[0]).toBeCloseTo(0.8571428571428571, 12)
  })
})

test('the normal tail is right where tables end', () => {
  // Abramowitz & Stegun 1964, tables 26.1 and 26.2; the last two by mpmath's 30 digits.
  expectPublished([normalUpperTail(1)], [0.158655253931457], 15)
  expectPublished([normalUpperTail(-1)], [0.841344746068543], 15)
  expect(normalUpperTail(5) / 2.866515718791939e-7).toBeCloseTo(1, 11)
  expect(normalUpperTail(10) / 7.619853024160527e-24).toBeCloseTo(1, 11)
  expect(normalTwoSided(-1.959963984540054)).toBeCloseTo(0.05, 12)
})
