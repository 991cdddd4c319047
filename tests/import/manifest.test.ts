import { afterAll, describe, expect, it } from 'vitest'
import { readManifest } from '../../geodata/import/manifest.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'
import { writeFiles } from './files.ts'
import { manifestOf, refusalOf, sanFrancisco } from './importing.ts'

const dir = temporaryDir('manifest')
afterAll(() => dir.remove())

const read = async (text: string) => readManifest(writeFiles(dir.path, { 'manifest.json': text }))
const refused = (manifest: unknown) => refusalOf(read(JSON.stringify(manifest)))

/** A sound manifest with some keys of its incidents source changed. */
const withSource = (source: Record<string, unknown>) => manifestOf('alpha', [{}], [source])

describe('a manifest', () => {
  it('finds its files beside itself, and knows the defaults', async () => {
    const { manifest, pathOf } = await read(JSON.stringify(withSource({ encoding: 'GB18030' })))
    expect(pathOf('incidents.csv')).toBe(`${dir.path}/incidents.csv`)
    expect(manifest.city.version).toBe('1')
    expect(manifest.sources).toMatchObject([
      { encoding: 'utf-8', hierarchy: 'administration' },
      { encoding: 'gb18030', delimiter: ',', attributes: [], categories: {} },
    ])
    expect(readManifest(sanFrancisco).manifest.city.code).toBe('sf')
  })

  it.each([
    [
      { timeFormat: 'yyyy-mm-dd' },
      'sources[1].timeFormat: expected a format such as "yyyy-MM-dd HH:mm:ss" (it needs',
    ],
    [{ time: 'time' }, 'sources[1].time: expected a list of columns, came "time"'],
    [{ time: [] }, 'sources[1].time: expected at least one column, came []'],
    [{ id: undefined }, 'sources[1].id: expected a column, a list of columns, or null, came nothing'],
    [{ id: 7 }, 'sources[1].id: expected a column, a list of columns, or null, came 7'],
    [{ category: '' }, 'sources[1].category: expected the name of a column or property, came ""'],
    [
      { crs: 'WGS 84' },
      'sources[1].crs: expected EPSG:4326, EPSG:4490, GCJ-02, BD-09 or a projected EPSG code',
    ],
    [{ crs: undefined }, '(a coordinate system is declared, never guessed), came nothing'],
    [{ lng: undefined }, 'sources[1]: expected the columns lng and lat, came one of them'],
    [{ encoding: 'latin1' }, 'sources[1].encoding: expected one of utf-8, gb18030, came "latin1"'],
    [{ delimiter: ';;' }, 'sources[1].delimiter: expected one character, came ";;"'],
    [{ timeFromat: 'x' }, 'sources[1]: expected no "timeFromat" here'],
    [{ kind: 'cameras' }, 'sources[1].kind: expected "kind" to be "areas" or "incidents", came "cameras"'],
    [
      { categories: { k: { group: 'crime', name: { zh: '一', en: 'One' } } } },
      'sources[1].categories.k.group: expected one of criminal, publicOrder, traffic, fire, help, complaint, hazard, other, dispute, came "crime"',
    ],
  ])('with %j is refused, telling where, what was expected and what came', async (source, message) => {
    expect(await refused(withSource(source))).toContain(message)
  })

  it.each([
    [
      { code: 'San Francisco' },
      'city.code: expected at most 32 small letters, digits and hyphens such as "sf"',
    ],
    [
      { name: 'Alpha' },
      'city.name: expected names such as {"zh": "旧金山", "en": "San Francisco"}, came "Alpha"',
    ],
    [{ name: { zh: '甲' } }, 'city.name.en: expected text, came nothing'],
    [
      { timeZone: 'Mars/Olympus' },
      'city.timeZone: expected an IANA time zone such as "Asia/Shanghai", came "Mars/Olympus"',
    ],
    [{ divisionCode: '5306' }, 'city.divisionCode: expected six digits, came "5306"'],
    [{ validFrom: '1.1.2024' }, 'city.validFrom: expected a date such as "2012-01-01", came "1.1.2024"'],
  ])('with a city of %j is refused likewise', async (city, message) => {
    expect(await refused(manifestOf('alpha', [{}], [{}], city))).toContain(message)
  })

  it('names all faults at once', async () => {
    const message = await refused({ city: {}, sources: [] })
    expect(message.split('; ')).toHaveLength(4)
  })

  it('refuses areas from a table, and two sources whose rows would be taken for each other', async () => {
    expect(await refused(manifestOf('alpha', [{ file: 'areas.csv' }]))).toContain(
      'sources[0].file: expected a .geojson file, came "areas.csv"',
    )
    const twins = manifestOf('alpha', [{}], [{ file: 'a/x.csv' }, { file: 'b/x.csv.gz' }])
    expect(await refused(twins)).toContain('rows of sources[1] are stored under "import:x.csv" too')
    const named = manifestOf('alpha', [{}], [{ file: 'a/x.csv' }, { file: 'b/x.csv.gz', name: 'b' }])
    expect((await read(JSON.stringify(named))).manifest.sources).toHaveLength(3)
  })

  it.each([
    ['{"city": ', 'manifest.json: expected JSON: Unexpected end'],
    ['{"city": {\n"code" 1}}', 'in JSON at position 18 (line 2 column 8)'],
    ['{"city": }', 'Unexpected token \'}\', "{"city": }"'],
    ['[]', 'manifest.json: expected'],
    ['', 'manifest.json: expected JSON'],
  ])('%j is refused with the place', async (text, message) => {
    expect(await refusalOf(read(text))).toContain(message)
  })
})
