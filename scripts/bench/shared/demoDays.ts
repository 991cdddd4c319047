import type { Ground } from '../../../geodata/city.ts'
import type { DayCube } from '../../../geodata/dayCube.ts'
import type { Things } from '../../../geodata/things.ts'

const DAY_MS = 86_400_000
/** The demo city keeps one clock all year. */
const SHANGHAI_MS = 8 * 3_600_000
const DAYS = 1096

/** Counts by day of the demo city as the API packs them: the last three years, every kind but disputes, micro-grids. */
export function demoDays(ground: Ground, things: Things, asOf: number): DayCube {
  const version = ground.versions.find((each) => each.validTo === null)?.version ?? ''
  const kinds = things.kinds.filter((kind) => !kind.dispute).map((kind) => kind.code)
  const kindOf = new Map(kinds.map((code, index) => [code, index]))
  const microGrids = ground.areas.filter((area) => area.version === version && area.level === 'microGrid')
  const cells = Uint32Array.from(microGrids, (area) => area.id).sort()
  const cellOf = new Map(Array.from(cells, (id, index) => [id, index]))
  const areaOf = new Map(ground.areas.map((area) => [area.id, area]))
  const today = Math.floor((asOf + SHANGHAI_MS) / DAY_MS)
  const first = today + 1 - DAYS
  const entries = new Map<number, number>()
  for (const { kind, cellId, reportedAt } of things.incidents) {
    const number = kindOf.get(kind)
    const day = Math.floor((reportedAt + SHANGHAI_MS) / DAY_MS) - first
    if (number === undefined || day < 0 || day >= DAYS) continue
    const cell = cellId === null ? cells.length : (cellOf.get(cellId) ?? cells.length)
    const key = (day * (cells.length + 1) + cell) * 256 + number
    entries.set(key, (entries.get(key) ?? 0) + 1)
  }
  const keys = [...entries.keys()].sort((a, b) => a - b)
  const placeOf = (key: number) => Math.floor(key / 256)
  const dayStart = new Uint32Array(DAYS + 1)
  for (const key of keys) dayStart[Math.floor(placeOf(key) / (cells.length + 1)) + 1]++
  for (let day = 0; day < DAYS; day++) dayStart[day + 1] += dayStart[day]
  const level = (name: string) => ({
    version,
    level: name,
    areaId: Uint32Array.from(cells, (id) => {
      let area = areaOf.get(id)
      while (area && area.level !== name)
        area = area.parentId === null ? undefined : areaOf.get(area.parentId)
      return area?.id ?? 0
    }),
  })
  return {
    firstDay: new Date(first * DAY_MS).toISOString().slice(0, 10),
    days: DAYS,
    asOf: new Date(asOf).toISOString(),
    grain: 'kind',
    cut: false,
    kinds,
    cells,
    levels: ['city', 'township', 'village', 'grid', 'microGrid'].map(level),
    dayStart,
    cell: Uint32Array.from(keys, (key) => placeOf(key) % (cells.length + 1)),
    kind: Uint8Array.from(keys, (key) => key % 256),
    count: Uint32Array.from(keys, (key) => entries.get(key) ?? 0),
  }
}
