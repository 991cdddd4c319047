import { describe, expect, test } from 'vitest'
import { clusterRadius } from '../../../web/layers/cameras.ts'
import { hexagonBins, hexagonTexels } from '../../../web/layers/hexagons.ts'
import {
  incidentPositions,
  incidentScale,
  placesOfIncidents,
  withoutPlaces,
} from '../../../web/layers/incidents.ts'
import {
  patrolRouteMesh,
  patrolRoutePasses,
  squadColor,
  squadOrder,
} from '../../../web/layers/patrolRoutes.ts'
import { defaultLayers, layerOrder, layerState, levelState } from '../../../web/map/layerOrder.ts'
import { Memo } from '../../../web/map/memo.ts'
import { type IncidentPoints, layerIds } from '../../../web/map/scene.ts'
import { formatThousands } from '../../../web/ui/numbers.ts'

const points: IncidentPoints = {
  id: [1, 2, 3, 4],
  lng: [104_400_000, 104_400_001, 104_400_002, 104_300_000],
  lat: [28_600_000, 28_600_001, 28_600_000, 28_500_000],
  kindIndex: [0, 0, 0, 0],
  level: [1, 2, 3, 4],
  kinds: ['010000'],
  kindGroups: ['criminal'],
}

describe('hexagons', () => {
  test('every point is counted once, near ones together', () => {
    const { mesh, counts } = hexagonBins(points, 0.0005)
    expect([...counts].sort()).toEqual([1, 3])
    expect(mesh.vertices).toHaveLength(2 * 18)
    expect(mesh.indices).toHaveLength(2 * 12)
    expect(Math.max(...mesh.indices)).toBe(11)
    expect(hexagonTexels(counts, 'dark')).toHaveLength(8)
  })

  test('a hexagon stands around the points it counts', () => {
    const radius = 0.01
    const { mesh, counts } = hexagonBins({ ...points, id: [1] }, radius)
    expect([...counts]).toEqual([1])
    const xs = [0, 3, 6, 9, 12, 15].map((at) => mesh.vertices[at])
    expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(2 * radius)
  })

  test('no points, no hexagons', () => {
    expect(hexagonBins({ ...points, id: [] }, 1).counts).toHaveLength(0)
  })
})

describe('incidents that are drawn as live ones', () => {
  test('are not drawn a second time; of all others nothing is lost', () => {
    const places = placesOfIncidents(points, new Set([2, 4, 99]))
    expect(places).toEqual([1, 3])
    expect(withoutPlaces(points, places)).toEqual({
      ...points,
      id: [1, 3],
      lng: [104_400_000, 104_400_002],
      lat: [28_600_000, 28_600_000],
      kindIndex: [0, 0],
      level: [1, 3],
    })
  })

  test('without any the columns are the same, not copies', () => {
    expect(withoutPlaces(points, placesOfIncidents(points, new Set([99])))).toBe(points)
  })
})

test('positions of incidents are handed to deck.gl as one array of degrees', () => {
  const { length, attributes } = incidentPositions(points)
  expect(length).toBe(4)
  expect([...attributes.getPosition.value.slice(0, 2)]).toEqual([104.4, 28.6])
})

test('symbols shrink from afar and never vanish', () => {
  expect(incidentScale(5)).toBe(incidentScale(11))
  expect(incidentScale(20)).toBeGreaterThan(incidentScale(12))
  expect(incidentScale(5)).toBeGreaterThan(0.4)
})

test('groups of cameras say their number in four characters at most', () => {
  expect([7, 999, 1000, 1234, 12_345].map(formatThousands)).toEqual(['7', '999', '1.0k', '1.2k', '12k'])
  expect(clusterRadius(40_000)).toBeLessThanOrEqual(24)
})

test('each squad has its own colour, in order of its id', () => {
  const routes = [12, 7, 12].map((squadId, id) => ({
    id,
    squadId,
    name: { zh: '线', en: 'Route' },
    line: [
      [104.4, 28.6],
      [104.41, 28.61],
    ] as [number, number][],
  }))
  const order = squadOrder(routes)
  expect(order).toEqual([7, 12])
  expect(squadColor(order, 7)).not.toEqual(squadColor(order, 12))
  const mesh = patrolRouteMesh(routes)
  expect(mesh.groups.map((group) => group.chunks.reduce((sum, chunk) => sum + chunk.count, 0))).toEqual([
    6, 12,
  ])
  expect(patrolRoutePasses(routes, 'dark').map((pass) => pass.keys[0])).toEqual([0, 0, 1, 1])
})

describe('layers', () => {
  test('every layer a person can switch has a default, and each is drawn in one place of the order', () => {
    expect(Object.keys(defaultLayers).sort()).toEqual([...layerIds].sort())
    expect(new Set(layerOrder).size).toBe(layerOrder.length)
    expect(layerOrder.indexOf('labels')).toBe(layerOrder.length - 1)
    expect(layerOrder.indexOf('fill')).toBe(0)
  })

  test('what a scene does not say takes the default; levels of other cities are always shown', () => {
    expect(layerState({}, 'cameras')).toBe(defaultLayers.cameras)
    expect(levelState({ grids: { visible: false, opacity: 1 } }, 'grid').visible).toBe(false)
    expect(levelState({}, 'neighbourhood').visible).toBe(true)
  })
})

test('a memo makes its value anew only when an input is another one', () => {
  const memo = new Memo<object>()
  const [a, b] = [{}, {}]
  const first = memo.get([a, Number.NaN], () => ({}))
  expect(memo.get([a, Number.NaN], () => ({}))).toBe(first)
  expect(memo.get([b, Number.NaN], () => ({}))).not.toBe(first)
  memo.clear()
  expect(memo.get([b, Number.NaN], () => first)).toBe(first)
})
