import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readCsv } from '../../geodata/import/csv.ts'
import { ImportRefusal } from '../../geodata/import/refusal.ts'
import { openTextFile } from '../../geodata/import/textFile.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { collect, textFile, textInPieces, writeFiles } from './files.ts'

const dir = temporaryDir('csv')
afterAll(() => dir.remove())

async function rows(text: string, columns: string[], delimiter?: string) {
  const found = await collect(readCsv(textInPieces(text, 1000), columns, delimiter))
  return found.map((row) =>
    'reason' in row ? `${row.line}: ${row.reason}` : `${row.line}: ${row.values.join('|')}`,
  )
}

async function refusal(action: Promise<unknown>): Promise<ImportRefusal> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ImportRefusal) return error
  throw new Error(`Expected a refusal, got ${error}`)
}

describe('CSV', () => {
  it('gives the columns asked for in the order asked for, with the physical line on which each record starts', async () => {
    const text = 'a,b,c\n1,2,3\n\n"x\ny",2,"say ""hi"""\n\n\n4,"5\r\n5\n5",6\n7,8,9\n'
    expect(await rows(text, ['c', 'a'])).toEqual(['2: 3|1', '4: say "hi"|x\ny', '8: 6|4', '11: 9|7'])
  })

  it.each(['\n', '\r\n', '\r'])('ends lines with %j', async (end) => {
    expect(await rows(['a,b', '1,2', '', '"3', '",4', '5,6'].join(end), ['a'])).toEqual([
      '2: 1',
      '4: 3\n',
      '6: 5',
    ])
  })

  it('rejects a row with more or fewer values than the header, and reads on', async () => {
    expect(await rows('a,b\n1\n2,3\n4,5,6\n   \n7,8\n', ['a'])).toEqual([
      '2: expected 2 values as in the header, found 1',
      '3: 2',
      '4: expected 2 values as in the header, found 3',
      '5: expected 2 values as in the header, found 1',
      '6: 7',
    ])
  })

  it('takes a stray quote as itself', async () => {
    expect(await rows('a,b\n5" pipe,1\n"x"y,2\n3,4\n', ['a'])).toEqual(['2: 5" pipe', '3: "x"y', '4: 3'])
  })

  it('names the line on which a quote opens that is never closed', async () => {
    expect(await rows('a,b\n1,2\n"3,4\n5,6\n', ['a'])).toEqual([
      '2: 1',
      '3: a quote opens here and is never closed',
    ])
    const endless = `a,b\n1,2\n"3,4\n${'5,6\n'.repeat(400_000)}`
    const { line, message } = await refusal(rows(endless, ['a']))
    expect([line, message]).toEqual([3, 'a quote opens here and is not closed within 1 MiB'])
  })

  it('lists the columns it found when one is missing, twice there, or none is', async () => {
    expect((await refusal(rows('lon,lat\n1,2\n', ['lng', 'lat', 'when']))).message).toBe(
      'expected the columns "lng", "when", found "lon", "lat"',
    )
    expect((await refusal(rows('lat,lat\n1,2\n', ['lat']))).message).toBe(
      'expected one column "lat", found two',
    )
    expect((await refusal(rows('\n\n', ['lat']))).message).toContain('expected a header line')
    expect((await refusal(rows('a;b\n1;2\n', ['a', 'b']))).message).toBe(
      'expected the columns "a", "b", found "a;b"',
    )
  })

  it('reads other delimiters', async () => {
    expect(await rows('a\tb\n1\t"2\t3"\n', ['b'], '\t')).toEqual(['2: 2\t3'])
  })

  it('says nothing but the header when there is nothing else', async () => {
    expect(await rows('a,b\n', ['a'])).toEqual([])
  })

  it('reads back any table, wherever the pieces are cut', async () => {
    const value = fc.string({ unit: fc.constantFrom('a', '中', '"', ',', '\n', '\r', ' ', '\\', '😀', '#') })
    const table = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 50 }), async (records, size) => {
        const quoted = records.map((record) =>
          record.map((text) => `"${text.replaceAll('"', '""')}"`).join(','),
        )
        const text = `a,b,c\n${quoted.join('\n')}\n`
        const found = await collect(readCsv(textInPieces(text, size), ['a', 'b', 'c']))
        let line = 2
        const expected = records.map((values) => {
          const read = values.map((text) => text.replaceAll('\r\n', '\n').replaceAll('\r', '\n'))
          const row = { line, values: read, content: read.join('\u001f') }
          line += read.join('').split('\n').length
          return row
        })
        expect(found).toEqual(expected)
      }),
      { seed: 7, numRuns: 200 },
    )
  })
})

describe('text files', () => {
  it('unpacks .gz and drops the byte order mark', async () => {
    expect(await collect(readCsv(textFile(dir.path, 'bom.csv.gz', '\ufeffa,b\n1,2\n'), ['a']))).toMatchObject(
      [{ line: 2, values: ['1'] }],
    )
  })

  it('reads GB18030, and says when a file is in another encoding than declared', async () => {
    // 中文,乱 in GB18030
    const bytes = Buffer.concat([
      Buffer.from('a,b\n1,2\n'),
      Buffer.from([0xd6, 0xd0, 0xce, 0xc4]),
      Buffer.from(',x\n'),
    ])
    const path = writeFiles(dir.path, { 'gb.csv': bytes })
    const found = await collect(readCsv(openTextFile('gb.csv', path, 'gb18030'), ['a']))
    expect(found).toMatchObject([{ values: ['1'] }, { line: 3, values: ['中文'] }])
    const { message } = await refusal(collect(readCsv(openTextFile('gb.csv', path, 'utf-8'), ['a'])))
    expect(message).toContain('expected utf-8 text')
    expect(message).toContain('declare "encoding": "gb18030"')
  })

  it('refuses what is missing, a directory, empty, or damaged, each with a sentence', async () => {
    const open = (name: string) => () => openTextFile(name, `${dir.path}/${name}`, 'utf-8')
    expect(open('none.csv')).toThrow(/expected a file at .*none\.csv, found none/)
    expect(open('.')).toThrow('found a directory')
    writeFiles(dir.path, { 'empty.csv': '', 'cut.csv.gz': Buffer.from('1f8b080000000000000a4bd4', 'hex') })
    expect(open('empty.csv')).toThrow('the file is empty')
    const { message } = await refusal(collect(open('cut.csv.gz')().text()))
    expect(message).toContain('expected a whole gzip file')
  })
})
