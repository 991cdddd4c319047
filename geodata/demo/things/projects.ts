/** Major construction projects: connected sets of cells at the edge of the town and along the river. Names are samples. */
import type { Area, Names } from '../../city.ts'
import { apportion, type Random, WeightedSampler } from '../../random.ts'
import type { Project } from '../../things.ts'
import type { Targets } from '../calibration.ts'
import type { Frame } from './frame.ts'

const themes: Names[] = [
  { zh: '港口作业区扩建', en: 'Port terminal extension' },
  { zh: '绿色建材产业园', en: 'Green building-materials park' },
  { zh: '物流通道工程', en: 'Freight corridor' },
  { zh: '铁路货场改造', en: 'Railway yard rebuilding' },
  { zh: '滨江道路', en: 'Riverside road' },
  { zh: '高速公路连接线', en: 'Motorway link road' },
  { zh: '保障性住房', en: 'Affordable housing' },
  { zh: '老旧小区改造', en: 'Renewal of old estates' },
  { zh: '温泉旅游区', en: 'Hot-spring resort' },
  { zh: '污水处理厂扩建', en: 'Sewage works extension' },
  { zh: '城市供水管网', en: 'Water mains' },
  { zh: '河道综合治理', en: 'River works' },
  { zh: '中学新校区', en: 'New school campus' },
  { zh: '医院新院区', en: 'New hospital campus' },
  { zh: '标准厂房', en: 'Standard factory halls' },
  { zh: '变电站', en: 'Substation' },
  { zh: '乡村道路提升', en: 'Rural road upgrade' },
  { zh: '大桥及引道', en: 'Bridge and approaches' },
  { zh: '新材料产业基地', en: 'New-materials base' },
  { zh: '农产品冷链中心', en: 'Cold-chain centre' },
  { zh: '移民安置点', en: 'Resettlement estate' },
  { zh: '客运枢纽', en: 'Passenger hub' },
]

/** Square metres of one mu. */
const mu = 10_000 / 15

/** Cells that share an edge of their borders; neighbours share border vertices exactly. */
function neighbours(cells: readonly Area[]): Map<number, Set<number>> {
  // 1e-7 degrees within one degree: two numbers of 24 bits, one key of 48.
  const vertex = ([lng, lat]: readonly [number, number]) =>
    Math.round((lng - Math.floor(lng)) * 1e7) * 2 ** 24 + Math.round((lat - Math.floor(lat)) * 1e7)
  const owners = new Map<number, Map<number, number>>()
  const result = new Map<number, Set<number>>(cells.map(({ id }) => [id, new Set<number>()]))
  for (const cell of cells) {
    for (const rings of cell.polygons) {
      for (const ring of rings) {
        for (let i = 1; i < ring.length; i++) {
          const a = vertex(ring[i - 1])
          const b = vertex(ring[i])
          const [low, high] = a < b ? [a, b] : [b, a]
          const ends = owners.get(low) ?? new Map<number, number>()
          const other = ends.get(high)
          if (other !== undefined && other !== cell.id) {
            result.get(other)?.add(cell.id)
            result.get(cell.id)?.add(other)
          }
          ends.set(high, cell.id)
          owners.set(low, ends)
        }
      }
    }
  }
  return result
}

/** Random parts of a whole, none below `atLeast`, heavy to the right. */
const parts = (total: number, count: number, atLeast: number, spread: number, random: Random) =>
  apportion(
    total,
    Array.from({ length: count }, () => random.lognormal(spread)),
    atLeast,
  )

export function createProjects(frame: Frame, targets: Targets['projects'], random: Random): Project[] {
  const { count } = targets
  // Largest land first, so that the widest ground goes to it.
  const land = parts(Math.round(targets.landMu * 100), count, 2000, 0.9, random).sort((a, b) => b - a)
  const households = parts(targets.households, count, 4, 0.9, random)
  const floorArea = apportion(
    targets.floorAreaM2,
    households.map((n) => n * random.lognormal(0.15)),
  )
  const named = random.shuffled(themes)

  const next = neighbours(frame.microGrids)
  const taken = new Set<number>()
  const size = new Map(frame.microGrids.map((cell) => [cell.id, frame.areaM2(cell)]))
  const sizeOf = (cell: Area) => size.get(cell.id) ?? 0
  // Building land: where the town thins out, not in its streets and not on the hills.
  const suits = frame.microGrids.map((cell) => {
    const near = frame.peopleNear(cell.labelPoint, 1500)
    const density = cell.population / (sizeOf(cell) / 1e6)
    return near > 150 && density < 4000 ? Math.min(near, 6000) ** 0.7 * Math.min(sizeOf(cell), 4e5) ** 0.5 : 0
  })
  const fallback = frame.microGrids.map((cell) => 1 / (1 + cell.population / (sizeOf(cell) / 1e6)))
  const weights = suits.some((weight) => weight > 0) ? suits : fallback
  const seeds = new WeightedSampler(weights)

  const grow = (needM2: number): Area[] => {
    let best: Area[] = []
    for (let tries = 0; tries < 40; tries++) {
      const seed = frame.microGrids[seeds.draw(random)]
      if (taken.has(seed.id)) continue
      const chosen = [seed]
      let total = sizeOf(seed)
      while (total < needM2 && chosen.length < 8) {
        const around = chosen
          .flatMap((cell) => [...(next.get(cell.id) ?? [])])
          .filter((id) => !taken.has(id) && !chosen.some((cell) => cell.id === id))
          .map(frame.areaOf)
        if (around.length === 0) break
        const widest = around.reduce((a, b) =>
          sizeOf(b) / (1 + b.population) > sizeOf(a) / (1 + a.population) ? b : a,
        )
        chosen.push(widest)
        total += sizeOf(widest)
      }
      best = chosen
      if (total >= needM2) break
    }
    for (const cell of best) taken.add(cell.id)
    return best
  }

  return land.map((hundredths, i) => {
    const landMu = hundredths / 100
    const cells = grow(landMu * mu)
    if (cells.length === 0) throw new Error(`expected free ground for project ${i + 1}, found none`)
    const theme = named[i % named.length]
    const number = String(i + 1).padStart(2, '0')
    return {
      id: i + 1,
      name: { zh: `示例项目${number} ${theme.zh}`, en: `Sample project ${number}: ${theme.en}` },
      resettledHouseholds: households[i],
      floorAreaM2: floorArea[i],
      landMu,
      cellIds: cells.map(({ id }) => id),
      point: pointIn(frame, cells[0]),
      synthetic: true,
    }
  })
}

/** The label point, rounded to 1e-6 degrees and still inside. */
function pointIn(frame: Frame, cell: Area): [number, number] {
  const point = frame.plane.moved(cell.labelPoint, 0, 0)
  if (frame.cellAt(point) === cell) return point
  throw new Error(`expected the label point of ${cell.code} inside it`)
}
