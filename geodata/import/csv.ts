import { Readable } from 'node:stream'
import { type CsvError, type InfoRecord, parse } from 'csv-parse'
import { ImportRefusal } from './refusal.ts'
import type { SourceRow } from './rows.ts'
import { countLines, type TextFile } from './textFile.ts'

// A quote that is never closed would swallow the rest of the file.
const LONGEST_RECORD = 1024 * 1024

/**
 * The records of a CSV file (RFC 4180; line ends CRLF, LF or CR; empty lines are skipped) with the values of `columns`.
 * A quote inside an unquoted value stands for itself. The first record names the columns.
 * @throws ImportRefusal when a column is missing or a quote stays open for longer than 1 MiB.
 */
export async function* readCsv(
  file: TextFile,
  columns: string[],
  delimiter = ',',
): AsyncGenerator<SourceRow> {
  const parser = parse({
    delimiter,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_RECORD,
  })
  let unclosed = false
  let lastLine = 0
  parser.on('skip', (error: CsvError) => {
    unclosed = true
    if (error.code === 'CSV_MAX_RECORD_SIZE') {
      const reason = 'a quote opens here and is not closed within 1 MiB'
      parser.destroy(new ImportRefusal(file.name, reason, lastLine + 1))
    }
  })
  const source = Readable.from(file.text())
  source.on('error', (error) => parser.destroy(error))
  const records: AsyncIterable<{ record: string[]; info: InfoRecord }> = source.pipe(parser)

  let header: string[] | undefined
  let indexes: number[] = []
  for await (const { record, info } of records) {
    // info.lines counts to the record's end; emptied lines before it are no part of it.
    const span = info.lines - lastLine > 1 ? countLines(record.join('\n')) - record.length + 2 : 1
    const line = info.lines - span + 1
    lastLine = info.lines
    if (!header) {
      header = record.map((name) => name.trim())
      indexes = columnIndexes(file.name, header, columns)
      continue
    }
    if (record.length === header.length) {
      yield { line, content: record.join('\u001f'), values: indexes.map((index) => record[index]) }
    } else {
      yield { line, reason: `expected ${header.length} values as in the header, found ${record.length}` }
    }
  }
  if (unclosed) yield { line: lastLine + 1, reason: 'a quote opens here and is never closed' }
  if (!header)
    throw new ImportRefusal(file.name, 'expected a header line with the names of the columns, found none')
}

function columnIndexes(file: string, header: string[], columns: string[]): number[] {
  const missing = columns.filter((column) => !header.includes(column))
  if (missing.length > 0) {
    throw new ImportRefusal(file, `expected the columns ${list(missing)}, found ${list(header)}`, 1)
  }
  const repeated = columns.find((column) => header.indexOf(column) !== header.lastIndexOf(column))
  if (repeated) throw new ImportRefusal(file, `expected one column "${repeated}", found two`, 1)
  return columns.map((column) => header.indexOf(column))
}

function list(names: string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}
