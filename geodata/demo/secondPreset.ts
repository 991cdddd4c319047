/**
 * Two more manifests that show that the generator is not made for one city: a neighbour's real outline with four
 * levels of grids, 1,524 in all (as one published city counts them), and a small invented one for tests over seeds.
 */
import type { Names, Position } from '../city.ts'
import type { GroundManifest } from './ground/manifest.ts'
import { readOutline } from './shuifu.ts'

const numbered =
  (zh: string, en: string) =>
  (_: Names, number: string): Names => ({ zh: `${zh}${number}`, en: `${en} ${number}` })

/** Suijiang's outline (ODbL); everything else about it is invented. */
export function secondManifest(): GroundManifest {
  const outline = readOutline('outline-odbl/suijiang.geojson')
  return {
    city: {
      code: 'suijiang',
      divisionCode: '530626',
      name: { zh: '绥江县', en: 'Suijiang' },
      timeZone: 'Asia/Shanghai',
    },
    outline,
    version: {
      version: '2025',
      validFrom: '2025-01-01',
      source:
        'Outline © OpenStreetMap contributors (ODbL 1.0), via geoBoundaries; everything inside synthetic',
    },
    cityLevel: { zh: '县', en: 'County' },
    divisionLevels: [],
    divisions: [],
    generatedLevels: [
      {
        level: 'grid1',
        name: { zh: '一级网格', en: 'Grid 1' },
        count: 12,
        digits: 3,
        title: numbered('一级', 'First'),
      },
      {
        level: 'grid2',
        name: { zh: '二级网格', en: 'Grid 2' },
        count: 88,
        digits: 3,
        title: numbered('二级', 'Second'),
      },
      {
        level: 'grid3',
        name: { zh: '三级网格', en: 'Grid 3' },
        count: 424,
        digits: 3,
        title: numbered('三级', 'Third'),
      },
      {
        level: 'grid4',
        name: { zh: '四级网格', en: 'Grid 4' },
        count: 1000,
        digits: 3,
        title: numbered('四级', 'Fourth'),
      },
    ],
    people: { population: 48_000, households: 16_000, urbanShare: null },
    elevation: [
      [103.8, 28.65, 800],
      [104.2, 28.65, 500],
      [103.8, 28.4, 1100],
      [104.2, 28.4, 1000],
    ],
    rivers: [],
    town: {
      centre: [103.9664, 28.5846],
      radius: 1200,
      share: 0.5,
      streetNames: [{ zh: '中心大道', en: 'Central Avenue' }],
    },
    seats: [],
    gateways: [],
    hamlets: 260,
    sites: [],
    patrol: null,
    earlier: null,
  }
}

/** A small invented county, about 40 km²: quick enough to generate for many seeds. */
export function smallManifest(): GroundManifest {
  const centre: Position = [110, 30]
  const outline: Position[] = []
  const corners = 22
  for (let k = 0; k < corners; k++) {
    const angle = (k / corners) * 2 * Math.PI
    const reach = 0.034 * (1 + 0.22 * Math.sin(3 * angle + 1) + 0.1 * Math.cos(5 * angle))
    outline.push([
      Math.round((centre[0] + 1.2 * reach * Math.cos(angle)) * 1e6) / 1e6,
      Math.round((centre[1] + reach * Math.sin(angle)) * 1e6) / 1e6,
    ])
  }
  const [from, to] = [outline[2], outline[9]]
  outline.push(outline[0])
  const division = (
    code: string,
    zh: string,
    en: string,
    at: Position | null,
    households: number | null,
  ) => ({
    code,
    name: { zh, en },
    urbanRural: households === null ? '220' : '121',
    centre: at,
    households,
    children: [],
  })
  const around = (east: number, north: number): Position => [centre[0] + east, centre[1] + north]
  return {
    city: {
      code: 'small',
      divisionCode: '990001',
      name: { zh: '小县', en: 'Small' },
      timeZone: 'Asia/Shanghai',
    },
    outline,
    version: { version: '2025', validFrom: '2025-01-01', source: 'Synthetic' },
    cityLevel: { zh: '县', en: 'County' },
    divisionLevels: [
      { level: 'township', name: { zh: '乡镇', en: 'Township' } },
      { level: 'village', name: { zh: '村', en: 'Village' } },
    ],
    divisions: [
      {
        ...division('990001001', '东镇', 'East Town', null, null),
        children: [
          division('990001001001', '东一', 'East One', around(0.006, 0.004), 500),
          division('990001001002', '东二', 'East Two', around(0.02, 0.0), null),
        ],
      },
      {
        ...division('990001002', '西镇', 'West Town', null, null),
        children: [
          division('990001002001', '西一', 'West One', around(-0.018, -0.008), null),
          division('990001002002', '西二', 'West Two', around(-0.012, 0.014), null),
        ],
      },
    ],
    generatedLevels: [
      {
        level: 'grid',
        name: { zh: '网格', en: 'Grid' },
        count: 29,
        digits: 3,
        title: numbered('网格', 'Grid'),
      },
      {
        level: 'microGrid',
        name: { zh: '微网格', en: 'Micro-grid' },
        count: 121,
        digits: 3,
        title: numbered('微', 'Micro'),
      },
    ],
    people: { population: 3_301, households: 1_271, urbanShare: 0.41 },
    elevation: [
      [109.9, 30, 500],
      [110.1, 30, 400],
    ],
    rivers: [
      {
        name: { zh: '北河', en: 'North River' },
        from,
        to,
        widthM: 60,
        synthetic: true,
        elevation: [250, 255],
      },
    ],
    town: { centre: around(0.004, 0.002), radius: 420, share: 0.5, streetNames: [] },
    seats: [],
    gateways: [],
    hamlets: 30,
    sites: [{ kind: 'school', name: { zh: '小学', en: 'School' }, near: around(0.004, 0.002) }],
    patrol: {
      districts: [
        { zh: '一区', en: 'District 1' },
        { zh: '二区', en: 'District 2' },
      ],
      squads: [1, 2, 3, 4].map((n) => ({ zh: `${n}中队`, en: `Squad ${n}` })),
    },
    earlier: {
      version: '2018',
      validFrom: '2018-01-01',
      source: 'Synthetic',
      divisionCode: '990000',
      level: 'grid',
      count: 19,
    },
  }
}
