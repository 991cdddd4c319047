/**
 * A small made-up city on squares: 4 townships, 30 villages, 120 grids, 480 micro-grids, 6 squads, streets on the grids'
 * borders. Everything the generators ask of a ground, in milliseconds.
 */
import type {
  Area,
  AreaLineage,
  Block,
  Cell,
  Ground,
  Names,
  Position,
  Road,
  RoadClass,
  Site,
  SiteKind,
} from '../../geodata/city.ts'

const [west, south] = [104.2, 28.4]
const columns = 6
const rows = 5
/** Micro-grids along one side of a village. */
const perVillage = 4
const cellSize = 0.01
const width = columns * perVillage
const height = rows * perVillage

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6
const node = (x: number, y: number): Position => [round(west + x * cellSize), round(south + y * cellSize)]

/** A closed counter-clockwise ring with a vertex at every lattice node. */
function square(x: number, y: number, size: number, sizeY = size): Position[] {
  const ring: Position[] = []
  for (let i = 0; i < size; i++) ring.push(node(x + i, y))
  for (let i = 0; i < sizeY; i++) ring.push(node(x + size, y + i))
  for (let i = size; i > 0; i--) ring.push(node(x + i, y + sizeY))
  for (let i = sizeY; i > 0; i--) ring.push(node(x, y + i))
  ring.push(ring[0])
  return ring
}

const names = (text: string): Names => ({ zh: text, en: text })

const siteKinds: SiteKind[] = [
  'school',
  'hospital',
  'station',
  'port',
  'market',
  'square',
  'government',
  'factory',
  'bank',
  'fuel',
  'hotSpring',
  'dam',
  'park',
]

/** Three quarters of the people live in the two north-eastern villages' columns. */
const householdsOf = (x: number, y: number) => (x >= width - 6 && y >= height - 6 ? 180 : 10)

export function createToyGround(): Ground {
  const areas: Area[] = []
  const cells: Cell[] = []
  const lineage: AreaLineage[] = []
  let nextId = 1
  const add = (
    version: string,
    level: string,
    code: string,
    parentId: number | null,
    ring: Position[][],
    squadId: number | null = null,
  ): Area => {
    const points = ring.flat()
    const area: Area = {
      id: nextId++,
      version,
      hierarchy: level === 'district' || level === 'squad' ? 'patrol' : 'administration',
      level,
      code,
      name: names(`${level} ${code}`),
      parentId,
      squadId,
      population: 0,
      households: 0,
      urbanRural: null,
      labelPoint: [
        round((Math.min(...points.map((p) => p[0])) + Math.max(...points.map((p) => p[0]))) / 2 + 0.0003),
        round((Math.min(...points.map((p) => p[1])) + Math.max(...points.map((p) => p[1]))) / 2 + 0.0004),
      ],
      polygons: ring.map((outer) => [outer]),
      synthetic: true,
    }
    areas.push(area)
    return area
  }

  const cityRing = [square(0, 0, width, height)]
  const city = add('2025', 'city', '530681', null, cityRing)
  const oldCity = add('2018', 'city', '530630', null, cityRing)
  const squads = [0, 1, 2].flatMap((i) => {
    const district = add('2025', 'district', `530681D${i + 1}`, city.id, [
      square(i * 2 * perVillage, 0, 2 * perVillage, height),
    ])
    return [0, 1].map((j) =>
      add('2025', 'squad', `${district.code}S${j + 1}`, district.id, [
        square((i * 2 + j) * perVillage, 0, perVillage, height),
      ]),
    )
  })
  const townCodes = ['001', '101', '102', '103']
  const townOf = (column: number) => [3, 2, 1, 1, 0, 0][column]
  const townColumns = [4, 2, 1, 0]
  const townWidths = [2, 2, 1, 1]
  const towns = townCodes.map((code, i) => {
    const ring = [square((i === 1 ? 2 : townColumns[i]) * perVillage, 0, townWidths[i] * perVillage, height)]
    return { now: add('2025', 'township', `530681${code}`, city.id, ring), ring }
  })
  const oldTowns = towns.map(({ ring }, i) =>
    add('2018', 'township', `530630${townCodes[i]}`, oldCity.id, ring),
  )

  const blocks: Block[] = []
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const town = townOf(column)
      const ring = [square(column * perVillage, row * perVillage, perVillage)]
      const code = `${townCodes[town]}${String(201 + column * rows + row)}`
      const village = add('2025', 'village', `530681${code}`, towns[town].now.id, ring)
      const oldVillage = add('2018', 'village', `530630${code}`, oldTowns[town].id, ring)
      for (let half = 0; half < 2; half++) {
        const x0 = column * perVillage + half * 2
        const y0 = row * perVillage
        const oldGrid = add('2018', 'grid', `${oldVillage.code}00${half + 1}`, oldVillage.id, [
          square(x0, y0, 2, 4),
        ])
        for (let quarter = 0; quarter < 2; quarter++) {
          const grid = add(
            '2025',
            'grid',
            `${village.code}00${half * 2 + quarter + 1}`,
            village.id,
            [square(x0, y0 + quarter * 2, 2)],
            squads[column].id,
          )
          lineage.push({ fromId: oldGrid.id, toId: grid.id, relation: 'split' })
          for (let part = 0; part < 4; part++) {
            const x = x0 + (part % 2)
            const y = y0 + quarter * 2 + Math.floor(part / 2)
            const micro = add(
              '2025',
              'microGrid',
              `${grid.code}00${part + 1}`,
              grid.id,
              [square(x, y, 1)],
              squads[column].id,
            )
            micro.households = householdsOf(x, y)
            micro.population = micro.households * 3
            cells.push({
              id: micro.id,
              areaIds: [
                city.id,
                squads[column].parentId ?? 0,
                squads[column].id,
                towns[town].now.id,
                village.id,
                grid.id,
                micro.id,
                oldCity.id,
                oldTowns[town].id,
                oldVillage.id,
                oldGrid.id,
              ],
            })
            const [left, bottom] = node(x, y)
            const inset = (dx: number, dy: number): Position => [round(left + dx), round(bottom + dy)]
            blocks.push({
              id: blocks.length + 1,
              name: names(`block ${blocks.length + 1}`),
              households: micro.households,
              population: micro.population,
              microGridId: micro.id,
              point: inset(0.005, 0.0051),
              polygons: [
                [
                  [
                    inset(0.002, 0.002),
                    inset(0.008, 0.002),
                    inset(0.008, 0.008),
                    inset(0.002, 0.008),
                    inset(0.002, 0.002),
                  ],
                ],
              ],
            })
          }
        }
      }
    }
  }
  const byId = new Map(areas.map((area) => [area.id, area]))
  for (const cell of cells) {
    const micro = byId.get(cell.id)
    for (const id of cell.areaIds) {
      const area = byId.get(id)
      if (!micro || !area || area === micro) continue
      area.households += micro.households
      area.population += micro.population
    }
  }

  const roads: Road[] = []
  const nodeId = (x: number, y: number) => y * (width + 1) + x + 1
  const classOf = (line: number, length: number): RoadClass =>
    line === length / 2
      ? 'primary'
      : line % 4 === 0
        ? 'secondary'
        : line % 2 === 0
          ? 'residential'
          : 'service'
  const addRoad = (x1: number, y1: number, x2: number, y2: number, roadClass: RoadClass) => {
    const line = [node(x1, y1), node((x1 + x2) / 2, (y1 + y2) / 2), node(x2, y2)]
    roads.push({
      id: roads.length + 1,
      class: roadClass,
      name: roadClass === 'service' ? null : names(`${roadClass} ${x1 === x2 ? `x${x1}` : `y${y1}`}`),
      speedKmh: roadClass === 'primary' ? 60 : 30,
      fromNode: nodeId(x1, y1),
      toNode: nodeId(x2, y2),
      lengthM: (x1 === x2 ? 110_700 : 97_900) * cellSize,
      line,
      synthetic: true,
    })
  }
  // Not on the outermost lines: a road there would be half outside.
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      if (x + 1 < width) addRoad(x, y, x + 1, y, classOf(y, height))
      if (y + 1 < height) addRoad(x, y, x, y + 1, classOf(x, width))
    }
  }

  const sites: Site[] = Array.from({ length: 78 }, (_, i) => {
    const urban = i % 3 !== 0
    const x = urban ? width - 6 + (i % 6) : (i * 7) % width
    const y = urban ? height - 6 + (Math.floor(i / 3) % 6) : (i * 5) % height
    const [left, bottom] = node(x, y)
    const point: Position = [round(left + 0.0031 + (i % 7) * 0.0004), round(bottom + 0.0047)]
    return {
      id: i + 1,
      kind: siteKinds[i % siteKinds.length],
      name: names(`${siteKinds[i % siteKinds.length]} ${i + 1}`),
      point,
      microGridId: cells.find((cell) => {
        const ring = byId.get(cell.id)?.polygons[0][0]
        return ring !== undefined && ring[0][0] === left && ring[0][1] === bottom
      })?.id as number,
    }
  })

  const level = (version: string, hierarchy: 'administration' | 'patrol', name: string, rank: number) => ({
    version,
    hierarchy,
    level: name,
    rank,
    name: names(name),
  })
  return {
    city: {
      code: 'shuifu',
      divisionCode: '530681',
      name: { zh: '水富市', en: 'Toy' },
      timeZone: 'Asia/Shanghai',
    },
    versions: [
      { version: '2018', validFrom: '2018-01-01', validTo: '2025-01-01', synthetic: true, source: 'toy' },
      { version: '2025', validFrom: '2025-01-01', validTo: null, synthetic: true, source: 'toy' },
    ],
    levels: [
      ...['city', 'township', 'village', 'grid', 'microGrid'].map((name, i) =>
        level('2025', 'administration', name, i),
      ),
      level('2025', 'patrol', 'district', 1),
      level('2025', 'patrol', 'squad', 2),
      ...['city', 'township', 'village', 'grid'].map((name, i) => level('2018', 'administration', name, i)),
    ],
    areas,
    lineage,
    cells,
    roads,
    water: [
      {
        id: 1,
        kind: 'river',
        name: names('river'),
        widthM: 80,
        line: [node(0.5, height - 0.5), node(width / 2, height - 0.6), node(width - 0.5, height - 0.4)],
        synthetic: true,
      },
    ],
    blocks,
    sites,
    relief: null,
  }
}
