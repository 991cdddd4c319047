/** Workbooks. A part of its own, loaded when somebody asks for one. */
import type { SheetData } from 'write-excel-file/universal'
import writeXlsxFile from 'write-excel-file/universal'
import type { ExportSheet } from './exportSheet.ts'

/** As wide as its words, within reason; in characters. */
function widths({ columns, rows }: ExportSheet): { width: number }[] {
  const length = (text: string) => [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 2 : 1), 0)
  return columns.map((name, at) => ({
    width: Math.min(
      40,
      Math.max(length(name), ...rows.slice(0, 200).map((row) => length(String(row[at] ?? '')))) + 2,
    ),
  }))
}

/** Cells of a sheet: its title, what must be known, a gap, the names of the columns, the rows. */
export function sheetData({ title, head, columns, rows }: ExportSheet): SheetData {
  return [
    [{ value: title, fontWeight: 'bold' }],
    ...head.map(([name, words]) => [{ value: name, textColor: '#5A6776' }, words]),
    [],
    columns.map((name) => ({ value: name, fontWeight: 'bold' as const })),
    ...rows.map((row) => [...row]),
  ]
}

/** One workbook of all sheets. */
export function xlsxBlob(sheets: readonly ExportSheet[]): Promise<Blob> {
  return writeXlsxFile(
    sheets.map((sheet) => ({
      data: sheetData(sheet),
      sheet: sheetName(sheet.title),
      columns: widths(sheet),
      stickyRowsCount: sheet.head.length + 3,
    })),
  ).toBlob()
}

/** Excel takes at most 31 letters and none of these. */
function sheetName(title: string): string {
  return title.replaceAll(/[\\/?*[\]:]/g, ' ').slice(0, 31)
}
