/** The manifest of Shuifu: published outline, divisions, census and elevations; places of villages are invented. */
import { readFileSync } from 'node:fs'
import type { Names, Position, SiteKind } from '../city.ts'
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
  双江社区: { en: 'Shuangjiang Community', centre: [104.4178, 28.6299], households: 3200 },
  人民路社区: { en: 'Renmin Road Community', centre: [104.4097, 28.6356], households: 3100 },
  兴化路社区: { en: 'Xinghua Road Community', centre: [104.3995, 28.6379], households: 3100 },
  团结路社区: { en: 'Tuanjie Road Community', centre: [104.4025, 28.6302], households: 3300 },
  田坝社区: { en: 'Tianba Community', centre: [104.4117, 28.6255], households: 2700 },
  温泉社区: { en: 'Wenquan Community', centre: [104.411, 28.613], households: 800 },
  安江社区: { en: 'Anjiang Community', centre: [104.4142, 28.6193], households: 2200 },
  邵女坪社区: { en: 'Shaonüping Community', centre: [104.3945, 28.6232], households: 1100 },
  安富社区: { en: 'Anfu Community', centre: [104.4037, 28.6225], households: 1400 },
  马脑村: { en: 'Manao Village', centre: [104.4045, 28.6055], households: null },
  高滩村: { en: 'Gaotan Village', centre: [104.3875, 28.6085], households: null },
  新寿村: { en: 'Xinshou Village', centre: [104.373, 28.6075], households: null },
  新安村: { en: "Xin'an Village", centre: [104.3585, 28.592], households: null },
  迎新社区: { en: 'Yingxin Community', centre: [104.3905, 28.6405], households: 3100 },
  楼坝村: { en: 'Louba Village', centre: [104.3905, 28.632], households: 2700 },
  水河村: { en: 'Shuihe Village', centre: [104.374, 28.63], households: null },
  大池村: { en: 'Dachi Village', centre: [104.349, 28.616], households: null },
  永安村: { en: "Yong'an Village", centre: [104.291, 28.61], households: null },
  水东村: { en: 'Shuidong Village', centre: [104.314, 28.587], households: null },
  太平村: { en: 'Taiping Village', centre: [104.166, 28.498], households: 1150 },
  古楼村: { en: 'Gulou Village', centre: [104.201, 28.545], households: null },
  复兴村: { en: 'Fuxing Village', centre: [104.118, 28.499], households: null },
  盐井村: { en: 'Yanjing Village', centre: [104.103, 28.434], households: null },
  二溪村: { en: 'Erxi Village', centre: [104.148, 28.454], households: null },
  花坛村: { en: 'Huatan Village', centre: [104.236, 28.462], households: 1150 },
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

/** Key sites of the kinds a county seat has; apart from the dam and public offices the names are samples. */
const siteRows: [SiteKind, string, string, number, number][] = [
  ['dam', '向家坝水电站', 'Xiangjiaba Dam', 104.3895, 28.644],
  ['port', '水富港', 'Shuifu Port', 104.4205, 28.6307],
  ['station', '水富站', 'Shuifu Railway Station', 104.3985, 28.6215],
  ['hotSpring', '西部大峡谷温泉', 'Grand Canyon Hot Spring', 104.4145, 28.6085],
  ['government', '水富市人民政府', 'Shuifu Municipal Government', 104.407, 28.6325],
  ['square', '人民广场', 'Renmin Square', 104.4082, 28.6308],
  ['hospital', '水富市人民医院', "Shuifu People's Hospital", 104.4045, 28.6345],
  ['hospital', '水富市中医医院', 'Shuifu Hospital of Chinese Medicine', 104.4125, 28.6235],
  ['school', '水富市第一中学', 'Shuifu No. 1 Middle School', 104.411, 28.6285],
  ['school', '水富市第二中学', 'Shuifu No. 2 Middle School', 104.396, 28.63],
  ['school', '云富小学', 'Yunfu Primary School', 104.406, 28.6375],
  ['school', '双江小学', 'Shuangjiang Primary School', 104.4168, 28.6285],
  ['school', '安江小学', 'Anjiang Primary School', 104.414, 28.618],
  ['school', '迎新小学', 'Yingxin Primary School', 104.391, 28.638],
  ['school', '团结小学', 'Tuanjie Primary School', 104.4005, 28.6265],
  ['market', '中心农贸市场', 'Central Market', 104.4098, 28.6332],
  ['market', '田坝农贸市场', 'Tianba Market', 104.412, 28.6245],
  ['market', '楼坝农贸市场', 'Louba Market', 104.392, 28.631],
  ['park', '滨江公园', 'Binjiang Park', 104.413, 28.6372],
  ['park', '云富公园', 'Yunfu Park', 104.402, 28.6285],
  ['park', '安江公园', 'Anjiang Park', 104.4105, 28.6165],
  ['factory', '化工园区', 'Chemical Works', 104.388, 28.6285],
  ['factory', '建材厂', 'Building Materials Works', 104.389, 28.6255],
  ['factory', '物流园', 'Logistics Park', 104.3935, 28.6205],
  ['bank', '中心储蓄所', 'Central Savings Bank', 104.4088, 28.6318],
  ['bank', '兴化路储蓄所', 'Xinghua Road Savings Bank', 104.4002, 28.637],
  ['bank', '安江储蓄所', 'Anjiang Savings Bank', 104.4138, 28.62],
  ['fuel', '东加油站', 'East Filling Station', 104.4165, 28.6225],
  ['fuel', '西加油站', 'West Filling Station', 104.3885, 28.6345],
  ['fuel', '太平加油站', 'Taiping Filling Station', 104.169, 28.499],
  ['fuel', '花坛加油站', 'Huatan Filling Station', 104.24, 28.463],
  ['government', '太平镇人民政府', 'Taiping Town Government', 104.1662, 28.4982],
  ['school', '太平中心学校', 'Taiping Central School', 104.1668, 28.4975],
  ['hospital', '太平镇卫生院', 'Taiping Town Clinic', 104.1652, 28.4985],
  ['market', '太平集市', 'Taiping Market', 104.1655, 28.4972],
  ['government', '两碗镇人民政府', 'Liangwan Town Government', 104.2362, 28.4622],
  ['school', '两碗中心学校', 'Liangwan Central School', 104.2368, 28.4615],
  ['hospital', '两碗镇卫生院', 'Liangwan Town Clinic', 104.2352, 28.4625],
  ['market', '花坛集市', 'Huatan Market', 104.2355, 28.4612],
  ['government', '向家坝镇人民政府', 'Xiangjiaba Town Government', 104.3925, 28.6365],
  ['government', '云富街道办事处', 'Yunfu Subdistrict Office', 104.405, 28.629],
]

const sites = siteRows.map(
  ([kind, zh, en, lng, lat]): SiteSpec => ({ kind, name: { zh, en }, near: [lng, lat] }),
)

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
        widthM: 190,
        synthetic: false,
        elevation: [264, 274],
      },
      {
        name: { zh: '横江', en: 'Heng River' },
        from: [104.2583, 28.3965],
        to: [104.4238, 28.6286],
        widthM: 90,
        synthetic: true,
        elevation: [335, 264],
      },
    ],
    town: {
      centre: [104.40783, 28.63215],
      radius: 2150,
      share: 0.675,
      streetNames: streetNames.map(([zh, en]) => ({ zh, en })),
    },
    gateways: [
      { near: [104.2475, 28.3945], road: { zh: '横江公路', en: 'Hengjiang Highway' } },
      { near: [104.277, 28.631], road: { zh: '沿江公路', en: 'Riverside Highway' } },
    ],
    hamlets: 380,
    seats: [
      { centre: [104.166, 28.498], households: 800 },
      { centre: [104.236, 28.462], households: 820 },
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
