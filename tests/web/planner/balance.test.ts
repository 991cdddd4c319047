import { expect, test } from 'vitest'
import { balanceOf, balanceVerdict, type SquadLoad } from '../../../web/planner/balance.ts'

const base = { units: 3, areaKm2: 10, grids: 100, population: 1000, roadsKm: 20, routesKm: 8 }
const squads: SquadLoad[] = [
  { squadId: 1, strength: 40, incidents: 300, ...base },
  { squadId: 2, strength: 40, incidents: 60, ...base, units: 1 },
  { squadId: 3, strength: 20, incidents: 40, ...base },
]

test('a squad is set beside the mean of all, and all squads are parts of the same total', () => {
  const rows = squads.map((each) =>
    balanceOf(squads, each.squadId).rows.find((row) => row.measure === 'incidents'),
  )
  expect(rows[0]).toMatchObject({ own: 300, total: 400 })
  expect(rows[0]?.mean).toBeCloseTo(400 / 3)
  expect(rows.reduce((sum, row) => sum + (row?.own ?? 0), 0)).toBe(400)
  expect(rows.reduce((sum, row) => sum + (row?.difference ?? 0), 0)).toBeCloseTo(0)
})

test('load is counted by unit and compared as shares', () => {
  const balance = balanceOf(squads, 1)
  expect(balance.incidentsPerUnit).toEqual({ own: 100, city: 400 / 7 })
  expect(balance.loadGap).toBeCloseTo(35)
  expect(balanceVerdict(balance)).toBe('heavy')
  expect(balanceVerdict(balanceOf(squads, 2))).toBe('light')
})

test('a city without incidents has no load to compare', () => {
  const quiet = squads.map((each) => ({ ...each, incidents: 0 }))
  expect(balanceVerdict(balanceOf(quiet, 1))).toBe('unknown')
})

test('nor has one with fewer than twenty: a share of them would say nothing', () => {
  const few = squads.map((each, index) => ({ ...each, incidents: [10, 6, 3][index] }))
  expect(balanceVerdict(balanceOf(few, 1))).toBe('unknown')
  const enough = squads.map((each, index) => ({ ...each, incidents: [11, 6, 3][index] }))
  expect(balanceVerdict(balanceOf(enough, 1))).toBe('heavy')
})

test('a squad that is not there is refused by name', () => {
  expect(() => balanceOf(squads, 9)).toThrow('got 9')
})
