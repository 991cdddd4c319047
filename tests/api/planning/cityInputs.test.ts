import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPlanningCity } from '../../../api/planning/cityFromDatabase.ts'
import { planningCityOf } from '../../../api/planning/cityFromGround.ts'
import { hourOfWeek, type PlanningCity } from '../../../api/planning/cityInputs.ts'
import { CityTravel } from '../../../api/planning/cityTravel.ts'
import { byGrid, cellWorkload, WHOLE_WORKLOAD } from '../../../api/planning/workload.ts'
import { TOY_AS_OF, writeToyCity } from '../../factories/toyCity.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../../setup/database.ts'

describe.each(databaseKinds())('a city as planning arrays on %s', (kind) => {
  let database: TestDatabase
  let city: PlanningCity
  let generated: PlanningCity

  beforeAll(async () => {
    database = await openTestDatabase({ kind })
    const { ground, things } = await writeToyCity(database)
    generated = planningCityOf(ground, things, TOY_AS_OF.getTime())
    city = await readPlanningCity(database, ground.city.code)
  })
  afterAll(() => database.close())

  test('is the same from the database as straight from the generator', () => {
    const { grids, roads, incidents, ...rest } = city
    const { areaKm2, ...others } = grids
    expect({ ...others }).toEqual({ ...generated.grids, areaKm2: undefined })
    for (const [grid, size] of areaKm2.entries())
      expect(size / generated.grids.areaKm2[grid]).toBeCloseTo(1, 2)
    expect(rest).toMatchObject({
      code: generated.code,
      squads: generated.squads,
      cells: generated.cells,
      posts: generated.posts,
      units: generated.units,
      kinds: generated.kinds,
      duties: generated.duties,
      routes: generated.routes,
    })
    expect(roads.map(({ id, cells, lengthM }) => [id, cells, lengthM])).toEqual(
      generated.roads.map(({ id, cells, lengthM }) => [id, cells, lengthM]),
    )
    const rows = ({ cell, kind: kinds, hourOfWeek: hours, call }: PlanningCity['incidents']) =>
      Array.from(cell, (each, index) => `${each} ${kinds[index]} ${hours[index]} ${call[index]}`)
    // The toy city's database has every fiftieth in no area, and so in no plan.
    const left = rows(generated.incidents)
    for (const row of rows(incidents)) left.splice(left.indexOf(row), left.includes(row) ? 1 : 0)
    expect(left.length).toBe(generated.incidents.cell.length - incidents.cell.length)
    expect(left.length / generated.incidents.cell.length).toBeCloseTo(1 / 50, 1)
    expect(incidents.cell.length).toBeGreaterThan(100)
  })

  test('grids are neighbours of one another both ways, and some lie at the edge', () => {
    city.grids.neighbours.forEach((others, grid) => {
      for (const other of others) expect(city.grids.neighbours[other]).toContain(grid)
    })
    expect(city.grids.atEdge.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(0)
  })

  test('the workload of all micro-grids, and of all grids, is the whole', () => {
    const workload = cellWorkload(city)
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
    expect(sum(workload)).toBeCloseTo(WHOLE_WORKLOAD, 6)
    expect(sum(byGrid(city, workload))).toBeCloseTo(WHOLE_WORKLOAD, 6)
    expect(Math.min(...workload)).toBeGreaterThanOrEqual(0)
  })

  test('nobody is told of disputes, and a city that is not there is refused', async () => {
    expect(city.kinds.some(({ group }) => group === 'dispute')).toBe(false)
    await expect(readPlanningCity(database, 'nowhere')).rejects.toThrow(/nowhere/)
  })

  test('every micro-grid is some time from every other by road', () => {
    const times = new CityTravel(city, 'car').matrix()
    expect(times.length).toBe(city.cells.ids.length ** 2)
    for (let cell = 0; cell < city.cells.ids.length; cell++)
      expect(times[cell * city.cells.ids.length + cell]).toBe(0)
    expect(times.every((time) => time >= 0)).toBe(true)
  })
})

test('hours of the week begin on Monday', () => {
  expect(hourOfWeek(Date.UTC(2026, 10, 23, 0, 30))).toBe(0)
  expect(hourOfWeek(Date.UTC(2026, 10, 22, 23, 59))).toBe(167)
  expect(hourOfWeek(Date.UTC(1969, 11, 29))).toBe(0)
})
