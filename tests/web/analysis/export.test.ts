import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shareOf } from '../../../api/statistics/share.ts'
import { fileName, toCsv } from '../../../web/analysis/exportSheet.ts'
import { type ExportWords, tableSheet } from '../../../web/analysis/exportTable.ts'
import { columnIds, type TableLine } from '../../../web/analysis/tableColumns.tsx'
import { tableTotals } from '../../../web/analysis/tableTotals.ts'
import { sheetData, xlsxBlob } from '../../../web/analysis/xlsx.ts'
import { formatCount, formatMeasure, roundedMeasure } from '../../../web/ui/numbers.ts'
import { unzip } from '../../setup/zip.ts'

const words: ExportWords = {
  name: 'Name',
  code: 'Code',
  count: 'Count',
  before: 'Last year',
  z: 'z',
  verdict: 'Verdict',
  areaKm2: 'km²',
  perKm2: 'per km²',
  population: 'Residents',
  per1000: 'per 1,000',
  closedPart: 'in time',
  closedWhole: 'due',
  closedShare: 'in time %',
  closedLow: 'from %',
  closedHigh: 'to %',
  handling: 'minutes',
  total: 'Total',
  totalOf: 'Total of all 9',
  withheld: 'withheld',
  smallBase: 'base too small',
  verdicts: { normal: 'normal', more: 'more', fewer: 'fewer', few: 'few' },
}

const line = (over: Partial<TableLine>): TableLine => ({
  areaId: 1,
  index: 0,
  name: '楼坝村第017网格',
  code: '530681101203017',
  suppressed: false,
  partial: false,
  count: 34,
  before: 12,
  areaKm2: 0.21937,
  population: 412,
  perKm2: 34 / 0.21937,
  per1000: (1000 * 34) / 412,
  closed: shareOf(29, 31),
  handlingMin: 42.449,
  village: null,
  ...over,
})
const lines = [
  line({}),
  line({
    areaId: 2,
    name: '小村',
    count: 3,
    before: 2,
    population: 12,
    per1000: null,
    closed: shareOf(2, 3),
  }),
]
const about = { title: 'By grid', head: [['City', '水富市']] as const }
const sheet = (of: readonly TableLine[], shown = columnIds) =>
  tableSheet(about, of, tableTotals(of, { count: 37, compareCount: 14, outside: 0 }), {
    shown,
    among: 797,
    totalAmong: 1,
    compared: true,
    all: of.length,
    words,
  })

describe('the table as a file', () => {
  test('holds the numbers of the screen', () => {
    const { columns, rows } = sheet(lines)
    const at = (name: string) => rows[0][columns.indexOf(name)]
    expect(at('Count')).toBe(34)
    expect(at('Last year')).toBe(12)
    expect(at('per km²')).toBe(155)
    expect(at('per 1,000')).toBe(82.5)
    expect(at('in time')).toBe(29)
    expect(at('due')).toBe(31)
    expect(at('in time %')).toBe(94)
    expect([at('from %'), at('to %')]).toEqual([79.3, 98.2])
    expect(at('minutes')).toBe(42.4)
    expect(at('z')).toBe(4.7)
    expect(at('Verdict')).toBe('normal')
  })

  test('a measure is rounded in the file as on the screen', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (value) => {
        expect(formatMeasure(roundedMeasure(value), 'en')).toBe(formatMeasure(value, 'en'))
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  test('a base too small carries no percentage and no rate, only its counts', () => {
    const { columns, rows } = sheet(lines)
    const at = (name: string) => rows[1][columns.indexOf(name)]
    expect([at('in time'), at('due'), at('in time %')]).toEqual([2, 3, 'base too small'])
    expect([at('from %'), at('to %')]).toEqual([null, null])
    expect(at('per 1,000')).toBe('base too small')
  })

  test('the last line is the total the screen shows', () => {
    const { columns, rows } = sheet(lines)
    const total = rows.at(-1)
    expect(total?.[0]).toBe('Total')
    expect(total?.[columns.indexOf('Count')]).toBe(37)
    expect(total?.[columns.indexOf('in time')]).toBe(31)
    expect(total?.[columns.indexOf('minutes')]).toBeNull()
  })

  test('nothing of a withheld area is a number, and no total gives it away', () => {
    const hidden = line({
      areaId: 3,
      name: '某村',
      suppressed: true,
      count: null,
      before: null,
      closed: null,
    })
    const { columns, rows } = tableSheet(
      about,
      [...lines, hidden],
      tableTotals([...lines, hidden], { count: null, compareCount: null, outside: null }),
      { shown: columnIds, among: 797, totalAmong: 1, compared: true, all: 9, words },
    )
    const known = new Set(['Name', 'Code', 'km²', 'Residents'])
    rows[2].forEach((cell, at) => {
      if (!known.has(columns[at])) expect(cell).toBe('withheld')
    })
    const total = rows.at(-1) ?? []
    expect(total[0]).toBe('Total of all 9')
    expect(total[columns.indexOf('Count')]).toBe('withheld')
    expect(total[columns.indexOf('in time')]).toBeNull()
  })
})

describe('CSV', () => {
  test('opens in Excel: marked as UTF-8, lines end as there, and reads back cell by cell', () => {
    const text = toCsv(sheet([line({ name: '第1组, "新" 村\n二' })]))
    expect(text.startsWith('\uFEFF')).toBe(true)
    expect(text.endsWith('\r\n')).toBe(true)
    const rows: string[][] = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true })
    expect(rows[0]).toEqual(['By grid'])
    expect(rows[1]).toEqual(['City', '水富市'])
    expect(rows[2][0]).toBe('Name')
    expect(rows[3][0]).toBe('第1组, "新" 村\n二')
    expect(rows[3][2]).toBe('34')
  })

  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    ' =1+1',
    '\t=1+1',
    '\n=1+1',
  ])('a name such as %s stays a name', (name) => {
    const rows: string[][] = parse(toCsv(sheet([line({ name })])), { bom: true, relax_column_count: true })
    expect(rows.flat()).toContain(`'${name}`)
    expect(rows.flat()).not.toContain(name)
  })

  test('files are named by what and when', () => {
    const parts = { city: 'shuifu', what: 'grid-table', from: '2026-10-23', to: '2026-11-22' }
    expect(fileName(parts)).toBe('gridwall_shuifu_grid-table_2026-10-23_2026-11-22')
    expect(fileName({ ...parts, city: '../水 富' })).not.toMatch(/[/ ]/)
  })
})

describe('workbook', () => {
  test('holds the same cells as the sheet, below what must be known', () => {
    const data = sheetData(sheet(lines))
    expect(data[1][1]).toBe('水富市')
    expect(data.slice(4)).toEqual(sheet(lines).rows.map((row) => [...row]))
  })

  test('is a zip of sheets', async () => {
    const blob = await xlsxBlob([sheet(lines), { ...sheet(lines), title: `a/b: ${'long '.repeat(10)}` }])
    const bytes = new Uint8Array(await blob.arrayBuffer())
    expect([...bytes.subarray(0, 4)]).toEqual([0x50, 0x4b, 3, 4])
    expect(bytes.length).toBeGreaterThan(2000)
  })

  test('names that look like formulas are text in it, and none of it is a formula or a link', async () => {
    const name = '=HYPERLINK("http://evil.example","x")'
    const entries = unzip(new Uint8Array(await (await xlsxBlob([sheet([line({ name })])])).arrayBuffer()))
    const all = [...entries.values()].join('\n')
    expect(all).toContain('=HYPERLINK(')
    const sheets = [...entries].filter(([path]) => path.startsWith('xl/worksheets/'))
    expect(sheets.length).toBeGreaterThan(0)
    for (const [, xml] of sheets) expect(xml).not.toMatch(/<f[ >]|<hyperlink/)
    expect([...entries.keys()].join()).not.toMatch(/vba|macro|external/i)
  })
})

test('the count of a row is written the same on screen and in the file', () => {
  expect(formatCount(34, 'zh')).toBe(String(sheet(lines).rows[0][2]))
})
