import { Readable } from 'node:stream'
import { type CsvError, type InfoRecord, parse } from 'csv-parse'
import { ImportRefusal } from './refusal.ts'
import type { SourceRow } from './rows.ts'
import type { TextFile } from './textFile.ts'

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
  let parsedLines = 0
  let unclosed = false
  const parser = parse({
    delimiter,
    info: true,
    record_delimiter: '\n',
    relax_column_count: true,
    relax_quotes: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_RECORD,
    // The parser runs ahead of whoever takes its records.
    on_record: (record, { lines }) => {
      parsedLines = lines
      return record
    },
  })
  parser.on('skip', ({ code }: CsvError) => {
    unclosed = true
    if (code !== 'CSV_MAX_RECORD_SIZE') return
    const reason = 'a quote opens here and is not closed within 1 MiB'
    parser.destroy(new ImportRefusal(file.name, reason, parsedLines + 1))
  })
  const source = Readable.from(withLineFeeds(file.text()))
  source.on('error', (error) => parser.destroy(error))
  const records: AsyncIterable<{ record: string[]; info: InfoRecord }> = source.pipe(parser)

  let header: string[] | undefined
  let indexes: number[] = []
  let nextLine = 1
  for await (const { record, info } of records) {
    // Records follow each other without a gap, empty lines included.
    const line = nextLine
    nextLine = info.lines + 1
    if (record.length === 1 && record[0] === '') continue
    if (!header) {
      header = record.map((name) => name.trim())
      indexes = columnIndexes(file.name, header, columns)
    } else if (record.length === header.length) {
      yield { line, content: record.join('\u001f'), values: indexes.map((index) => record[index]) }
    } else {
      yield { line, reason: `expected ${header.length} values as in the header, found ${record.length}` }
    }
  }
  if (unclosed) yield { line: nextLine, reason: 'a quote opens here and is never closed' }
  if (!header)
    throw new ImportRefusal(file.name, 'expected a header line with the names of the columns, found none')
}

/** CRLF and CR become LF, also where a piece ends between the two: the parser counts lines by LF alone. */
async function* withLineFeeds(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = ''
  for await (const piece of pieces) {
    const text = held + piece
    held = text.endsWith('\r') ? '\r' : ''
    const whole = held ? text.slice(0, -1) : text
    yield whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole
  }
  if (held) yield '\n'
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
