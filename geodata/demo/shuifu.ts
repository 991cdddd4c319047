/** The manifest of Shuifu: published outline, divisions, census and elevations; places of villages are invented. */
import { readFileSync } from 'node:fs'
import type { Names, Position } from '../city.ts'
import type { Division, GroundManifest, SiteSpec } from './ground/manifest.ts'

const source = (name: string) => readFileSync(new URL(`../sources/${name}`, import.meta.url), 'utf8')

/** Rows of a simple CSV file (no quoted commas in our sources). */
function rows(name: string): string[][] {
  return source(name)
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
}

interface Placed {
  en: string
  centre: Position
  households: number | null
}

/**
 * English names (pinyin) and where we put each village: the published list has no positions, so these are invented,
 * as are the households of the town's communities.
 */
const placed: Record<string, Placed> = {
  双江社区: { en: 'Shuangjiang Community', centre: [104.4165, 28.6305], households: 3700 },
  人民路社区: { en: 'Renmin Road Community', centre: [104.4095, 28.6345], households: 3500 },
  兴化路社区: { en: 'Xinghua Road Community', centre: [104.404, 28.6372], households: 3300 },
  团结路社区: { en: 'Tuanjie Road Community', centre: [104.4055, 28.6297], households: 3300 },
  田坝社区: { en: 'Tianba Community', centre: [104.4125, 28.6252], households: 3000 },
  温泉社区: { en: 'Wenquan Community', centre: [104.411, 28.6125], households: 900 },
  安江社区: { en: 'Anjiang Community', centre: [104.4125, 28.6188], households: 2300 },
  邵女坪社区: { en: 'Shaonüping Community', centre: [104.3985, 28.6195], households: 1000 },
  安富社区: { en: 'Anfu Community', centre: [104.405, 28.6232], households: 1500 },
  马脑村: { en: 'Manao Village', centre: [104.4045, 28.6055], households: null },
  高滩村: { en: 'Gaotan Village', centre: [104.3875, 28.6085], households: null },
  新寿村: { en: 'Xinshou Village', centre: [104.373, 28.6075], households: null },
  新安村: { en: "Xin'an Village", centre: [104.3585, 28.592], households: null },
  迎新社区: { en: 'Yingxin Community', centre: [104.3985, 28.634], households: 2000 },
  楼坝村: { en: 'Louba Village', centre: [104.3935, 28.6265], households: 1600 },
  水河村: { en: 'Shuihe Village', centre: [104.374, 28.63], households: null },
  大池村: { en: 'Dachi Village', centre: [104.349, 28.616], households: null },
  永安村: { en: "Yong'an Village", centre: [104.291, 28.61], households: null },
  水东村: { en: 'Shuidong Village', centre: [104.314, 28.587], households: null },
  太平村: { en: 'Taiping Village', centre: [104.166, 28.498], households: 850 },
  古楼村: { en: 'Gulou Village', centre: [104.201, 28.545], households: null },
  复兴村: { en: 'Fuxing Village', centre: [104.118, 28.499], households: null },
  盐井村: { en: 'Yanjing Village', centre: [104.103, 28.434], households: null },
  二溪村: { en: 'Erxi Village', centre: [104.148, 28.454], households: null },
  花坛村: { en: 'Huatan Village', centre: [104.236, 28.462], households: 900 },
  两碗村: { en: 'Liangwan Village', centre: [104.205, 28.438], households: null },
  石燕村: { en: 'Shiyan Village', centre: [104.199, 28.404], households: null },
  新滩村: { en: 'Xintan Village', centre: [104.243, 28.412], households: null },
  成凤村: { en: 'Chengfeng Village', centre: [104.138, 28.418], households: null },
  三角村: { en: 'Sanjiao Village', centre: [104.226, 28.506], households: null },
}

const townships: Record<string, string> = {
  云富街道: 'Yunfu Subdistrict',
  向家坝镇: 'Xiangjiaba Town',
  太平镇: 'Taiping Town',
  两碗镇: 'Liangwan Town',
}

const shortName = (official: string) => official.replace(/居民委员会$/, '').replace(/村民委员会$/, '村')

function readDivisions(): Division[] {
  const all = rows('divisions/shuifu_divisions.csv')
  return all
    .filter(([, , level]) => level === 'township')
    .map(([code, zh]) => ({
      code,
      name: { zh, en: townships[zh] },
      urbanRural: null,
      centre: null,
      households: null,
      children: all
        .filter(([, , level, parent]) => level === 'village' && parent === code)
        .map(([villageCode, official, , , urbanRural]): Division => {
          const short = shortName(official)
          const place = placed[short]
          if (!place) throw new RangeError(`expected a place for ${short}`)
          return {
            code: villageCode,
            name: { zh: short, en: place.en },
            urbanRural: urbanRural || null,
            centre: place.centre,
            households: place.households,
            children: [],
          }
        }),
    }))
}

/** First ring of the first feature of a GeoJSON file, counter-clockwise. */
export function readOutline(name: string): Position[] {
  const parsed: { features: { geometry: { coordinates: Position[][][] } }[] } = JSON.parse(source(name))
  const ring = parsed.features[0].geometry.coordinates[0][0]
  let area = 0
  for (let i = 1; i < ring.length; i++) area += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1]
  return area > 0 ? ring : [...ring].reverse()
}

/** Invented names for the town's main streets, apart from those after which communities are called. */
const streetNames: [string, string][] = [
  ['人民路', 'Renmin Road'],
  ['兴化路', 'Xinghua Road'],
  ['团结路', 'Tuanjie Road'],
  ['滨江路', 'Binjiang Road'],
  ['云富路', 'Yunfu Road'],
  ['安江路', 'Anjiang Road'],
  ['田坝路', 'Tianba Road'],
  ['温泉路', 'Wenquan Road'],
  ['双江路', 'Shuangjiang Road'],
  ['迎新路', 'Yingxin Road'],
  ['振兴路', 'Zhenxing Road'],
  ['金沙路', 'Jinsha Road'],
]

const sites: SiteSpec[] = [
  { kind: 'dam', name: { zh: '向家坝水电站', en: 'Xiangjiaba Dam' }, near: [104.3877, 28.6443] },
]

const numbered =
  (zh: string, en: string) =>
  (parent: Names, number: string): Names => ({
    zh: `${parent.zh}第${number}${zh}`,
    en: `${parent.en} ${en} ${number}`,
  })

/** Reads the published files under geodata/sources. */
export function shuifuManifest(): GroundManifest {
  const [, , population, , , urban] = rows('census/shuifu_population.csv')[0]
  const size = Number(rows('census/shuifu_households.csv')[0][3])
  return {
    city: {
      code: 'shuifu',
      divisionCode: '530681',
      name: { zh: '水富市', en: 'Shuifu' },
      timeZone: 'Asia/Shanghai',
    },
    outline: readOutline('outline-odbl/shuifu.geojson'),
    version: {
      version: '2025',
      validFrom: '2025-01-01',
      source:
        'Outline © OpenStreetMap contributors (ODbL 1.0), via geoBoundaries; divisions NBS 2023; inner borders synthetic',
    },
    cityLevel: { zh: '市', en: 'City' },
    divisionLevels: [
      { level: 'township', name: { zh: '镇街', en: 'Township' } },
      { level: 'village', name: { zh: '村社区', en: 'Village or community' } },
    ],
    divisions: readDivisions(),
    generatedLevels: [
      {
        level: 'grid',
        name: { zh: '网格', en: 'Grid' },
        count: 797,
        digits: 3,
        title: numbered('网格', 'grid'),
      },
      {
        level: 'microGrid',
        name: { zh: '微网格', en: 'Micro-grid' },
        count: 3381,
        digits: 3,
        title: numbered('微网格', 'micro-grid'),
      },
    ],
    people: {
      population: Number(population),
      households: Math.round(Number(population) / size),
      urbanShare: Number(urban),
    },
    elevation: rows('elevation/etopo5_104.0_104.8_28.2_28.8.csv').map(([lng, lat, metres]) => [
      Number(lng),
      Number(lat),
      Number(metres),
    ]),
    rivers: [
      {
        name: { zh: '金沙江', en: 'Jinsha River' },
        from: [104.4238, 28.6286],
        to: [104.2756, 28.6342],
        widthM: 260,
        synthetic: false,
        elevation: [264, 274],
      },
      {
        name: { zh: '横江', en: 'Heng River' },
        from: [104.2583, 28.3965],
        to: [104.4238, 28.6286],
        widthM: 110,
        synthetic: true,
        elevation: [335, 264],
      },
    ],
    town: {
      centre: [104.40783, 28.63215],
      radius: 2300,
      share: 0.675,
      streetNames: streetNames.map(([zh, en]) => ({ zh, en })),
    },
    gateways: [
      { near: [104.2475, 28.3945], road: { zh: '横江公路', en: 'Hengjiang Highway' } },
      { near: [104.277, 28.631], road: { zh: '沿江公路', en: 'Riverside Highway' } },
    ],
    hamlets: 380,
    seats: [
      { centre: [104.166, 28.498], households: 520 },
      { centre: [104.236, 28.462], households: 560 },
    ],
    sites,
    patrol: {
      districts: [
        { zh: '一区', en: 'District 1' },
        { zh: '二区', en: 'District 2' },
        { zh: '三区', en: 'District 3' },
      ],
      squads: [
        { zh: '一中队', en: 'Squad 1' },
        { zh: '二中队', en: 'Squad 2' },
        { zh: '三中队', en: 'Squad 3' },
        { zh: '四中队', en: 'Squad 4' },
        { zh: '五中队', en: 'Squad 5' },
        { zh: '六中队', en: 'Squad 6' },
      ],
    },
    earlier: {
      version: '2018',
      validFrom: '2018-01-01',
      source: 'Synthetic: unions of the 2025 micro-grids; 521 grids as published for 2018',
      divisionCode: '530630',
      level: 'grid',
      count: 521,
    },
  }
}
