import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'csv-parse/sync'
import { generalG, localG } from '../../api/statistics/getisOrd.ts'
import { localMoran, moran } from '../../api/statistics/moran.ts'
import { nearRepeat } from '../../api/statistics/nearRepeat.ts'
import { predictionAccuracy } from '../../api/statistics/predictionAccuracy.ts'
import { distanceBand, rowStandardised, weightsOf, withSelf } from '../../api/statistics/spatialWeights.ts'
import { StartError } from '../../db/startError.ts'

// Our statistics beside published ones, one line each: file, statistic, ours, published, difference. The instances lie in
// --data DIR, each family in a folder of its own; they are read, never kept. Published values: PySAL's esda tests, R's
// ptools, and Ratcliffe's Near Repeat Calculator 1.3 as documented by Steenbeek's NearRepeat.

const { data } = parseArgs({ options: { data: { type: 'string' } } }).values
if (!data || !existsSync(data)) {
  throw new StartError(
    '用法：npm run -s bench -- hotspots --data <目录>，目录内有 esda_reference、near_repeat、pai_wdd_ptools。',
    'usage: npm run -s bench -- hotspots --data <folder>, holding esda_reference, near_repeat, pai_wdd_ptools.',
  )
}
const folder = data

function line(file: string, statistic: string, ours: number, published: number, more: object = {}): void {
  console.log(JSON.stringify({ file, statistic, ours, published, difference: ours - published, ...more }))
}

/** Records of a CSV without a heading, or after `skip` lines. */
function records(path: string, skip = 0): string[][] {
  return parse(readFileSync(path), { from_line: skip + 1, relax_column_count: true, skip_empty_lines: true })
}

/** GAL: a heading, then for each id a line `id count` and a line of neighbours; ids from `first`. */
function galWeights(path: string, first: number) {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/)
  const neighbours: number[][] = []
  for (let at = 0; at < lines.length; at += 2) {
    const [id] = lines[at].trim().split(/\s+/).map(Number)
    neighbours[id - first] = (lines[at + 1] ?? '')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map((each) => Number(each) - first)
  }
  return weightsOf(neighbours)
}

function sixPoints(): void {
  const band = distanceBand([10, 20, 40, 15, 30, 30], [10, 10, 10, 20, 20, 30], 15)
  const values = [2, 3, 3.2, 5, 8, 7]
  const file = 'esda_reference (a)'
  const general = generalG(values, band)
  line(file, 'general G', general.g, 0.55709779)
  line(file, 'general G p', general.p, 0.172936)
  const published = {
    'Gi z': [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941],
    'Gi* z': [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331],
    'Gi z, row-standardised': [-0.62074534, -0.01780611, 1.31558703, -0.12824171, 0.28843496, 1.77833941],
    'Gi* z, row-standardised': [-0.62488094, -0.09144599, 0.41150696, -0.09144599, 0.24690418, 1.28024388],
  }
  const star = withSelf(band)
  const ours = {
    'Gi z': localG(values, band, { star: false }).z,
    'Gi* z': localG(values, star, { star: true }).z,
    'Gi z, row-standardised': localG(values, rowStandardised(band), { star: false }).z,
    'Gi* z, row-standardised': localG(values, rowStandardised(star), { star: true }).z,
  }
  for (const [name, values] of Object.entries(ours)) {
    const expected = published[name as keyof typeof published]
    values.forEach((value, index) => {
      line(file, `${name}[${index}]`, value, expected[index])
    })
  }
}

function stLouis(): void {
  const file = 'esda_reference/stl_hom.csv'
  const path = join(folder, file)
  const [heading] = records(path)
  const column = heading.indexOf('HR8893')
  const values = records(path, 1).map((row) => Number(row[column]))
  const weights = rowStandardised(galWeights(join(folder, 'esda_reference/stl_hom_rook.gal'), 1))
  const { i, expected, p } = moran(values, weights)
  line(file, 'Moran I', i, 0.24365582621771659)
  line(file, 'Moran I expected', expected, -0.012987012987012988)
  line(file, 'Moran I p', p, 0.00013573931385468807)
  const local = localMoran(values, weights)
  line(
    file,
    'sum of local Moran / (n − 1)',
    local.i.reduce((sum, each) => sum + each, 0) / (values.length - 1),
    0.24365582621771659,
  )
}

function desmith(): void {
  const file = 'esda_reference/desmith.txt'
  const values = records(join(folder, file), 2).map((row) => Number(row[1]))
  const local = localMoran(values, rowStandardised(galWeights(join(folder, 'esda_reference/desmith.gal'), 1)))
  const expected = [
    -0.00838113, -0.0243949, -0.07031778, -0.21520869, -0.16547163, -0.00178435, -0.11531888, -0.36138555,
    -0.05471258, -0.09413562,
  ]
  const variance = [
    0.03636013, 0.10412408, 0.28600769, 0.26389674, 0.21576683, 0.00779261, 0.44633942, 0.57696508,
    0.12929777, 0.3730742,
  ]
  expected.forEach((value, index) => {
    line(file, `local Moran expected[${index}]`, local.expected[index], value)
  })
  variance.forEach((value, index) => {
    line(file, `local Moran variance[${index}]`, local.variance[index], value)
  })
}

/**
 * The published ratios divide by the mean of 99 random permutations, ours by the exact expectation; whether they agree
 * shows in the interval into which 95 % of 999 runs of ours with 99 permutations fall. Its labels name one day and one metre too many (Steenbeek 2019): what it calls
 * "0 to 1 days" is the same day, "1 to 200" is up to 200 without it.
 */
function chicagoArson(): void {
  const file = 'near_repeat/chicago_arson.csv'
  const rows = records(join(folder, file)).filter(([x]) => Number.isFinite(Number(x)))
  const round = (text: string) => Math.round(Number(text) * 10) / 10
  const x = rows.map((row) => round(row[0]))
  const y = rows.map((row) => round(row[1]))
  const day = rows.map((row) => Date.parse(row[2]) / 86_400_000)
  const bands = { distances: [0.01, 200, 400, 600], days: [1, 2, 3] }
  const options = {
    metric: 'manhattan' as const,
    permutations: 99,
    seed: 7,
    mostPairs: 1e6,
    mostShuffledPairs: 1e9,
  }
  const table = nearRepeat(x, y, day, bands, options)
  const names = ['same place', '1–200 m', '201–400 m', '401–600 m']
  const observed = [
    [0, 2, 0],
    [9, 1, 1],
    [4, 0, 0],
    [6, 0, 0],
  ]
  observed.forEach((row, distance) => {
    row.forEach((pairs, time) => {
      line(file, `pairs, ${names[distance]}, ${time} days`, table.observed[distance][time], pairs)
    })
  })
  const runs = Array.from({ length: 999 }, (_, seed) => nearRepeat(x, y, day, bands, { ...options, seed }))
  const published = [74.25, 11.6470588235294, 7.71428571428571]
  published.forEach((ratio, index) => {
    const row = index + 1
    const pairs = table.observed[row][0]
    const ratios = runs.map((run) => pairs / run.permutedMean[row][0]).sort((a, b) => a - b)
    line(file, `observed / expected, ${names[row]}, same day`, pairs / table.expected[row][0], ratio, {
      with99Permutations: {
        interval95: [ratios[24], ratios[974]],
        publishedInside: ratios[24] <= ratio && ratio <= ratios[974],
      },
    })
    line(file, `p, ${names[row]}, same day`, table.p[row][0], 0.01)
  })
}

function accuracy(): void {
  const file = 'pai_wdd_ptools/cases.json'
  const cases: {
    pai: {
      obs: number[]
      pred: number[]
      area: number[]
      PAI?: number[]
      PEI?: number[]
      RRI?: number[]
      PAI_top1?: number
      PEI_top1?: number
    }[]
  } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  cases.pai.forEach((each, index) => {
    const ours = predictionAccuracy(each.obs, each.pred, each.area)
    each.PAI?.forEach((value, rank) => {
      line(file, `case ${index} PAI[${rank}]`, ours.pai[rank], value)
    })
    each.PEI?.forEach((value, rank) => {
      line(file, `case ${index} PEI[${rank}]`, ours.pei[rank], value)
    })
    each.RRI?.forEach((value, rank) => {
      line(file, `case ${index} RRI[${rank}]`, ours.rri[rank], value)
    })
    if (each.PAI_top1 !== undefined) line(file, `case ${index} PAI[0]`, ours.pai[0], each.PAI_top1)
    if (each.PEI_top1 !== undefined) line(file, `case ${index} PEI[0]`, ours.pei[0], each.PEI_top1)
  })
}

sixPoints()
stLouis()
desmith()
chicagoArson()
accuracy()
