/** A table as it leaves the screen: what it is about, its columns, its rows. Every file is written from one of these. */

/** null: an empty cell. */
export type ExportCell = string | number | null

export interface ExportSheet {
  /** Name of the sheet, and part of the file's name. */
  id: 'table' | 'series' | 'week' | 'kinds'
  title: string
  /** What a reader must know, one line each: city, window, kinds, boundaries, source, as-of, synthetic. */
  head: readonly (readonly [name: string, words: string])[]
  columns: readonly string[]
  rows: readonly (readonly ExportCell[])[]
}

/** Starts what a spreadsheet would take for a formula; some take the wide forms of East Asian keyboards too. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/

/** Text that stays text when a spreadsheet opens it. */
function harmless(cell: ExportCell): ExportCell {
  return typeof cell === 'string' && formula.test(cell) ? `'${cell}` : cell
}

/** A field as RFC 4180 writes it. */
function field(cell: ExportCell): string {
  const text = cell === null ? '' : String(harmless(cell))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** CSV with the mark that lets Excel read Chinese (UTF-8 with BOM), lines ended by CRLF. */
export function toCsv({ title, head, columns, rows }: ExportSheet): string {
  const lines: (readonly ExportCell[])[] = [[title], ...head, [], columns, ...rows]
  return `\uFEFF${lines.map((line) => `${line.map(field).join(',')}\r\n`).join('')}`
}

/** gridwall_shuifu_grid-table_2026-10-23_2026-11-22 */
export function fileName(parts: { city: string; what: string; from: string; to: string }): string {
  const safe = (text: string) => text.replaceAll(/[^\p{L}\p{N}-]+/gu, '-')
  return ['gridwall', parts.city, parts.what, parts.from, parts.to].map(safe).join('_')
}
