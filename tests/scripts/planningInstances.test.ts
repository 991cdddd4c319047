import { describe, expect, test } from 'vitest'
import { district } from '../../api/planning/districting.ts'
import type { Instance, Known } from '../../scripts/bench/planning/instance.ts'
import { tableRow } from '../../scripts/bench/planning/known.ts'
import { recognise } from '../../scripts/bench/planning/recognise.ts'

const NONE: Known = { value: null }

/** The instance of a text, which must be of a family. */
function read<F extends Instance['family']>(
  family: F,
  text: string,
  known: Known = NONE,
): Extract<Instance, { family: F }> {
  const instance = recognise(text, known)
  expect(instance.family).toBe(family)
  return instance as Extract<Instance, { family: F }>
}

const vrp = (lines: string) =>
  `NAME : toy\nTYPE : CVRP\nDIMENSION : 3\nCAPACITY : 10\n${lines}\nDEMAND_SECTION\n1 0\n2 4\n3 6\nDEPOT_SECTION\n 1\n -1\nEOF\n`
const points = (type: string) => `EDGE_WEIGHT_TYPE : ${type}\nNODE_COORD_SECTION\n1 0 0\n2 3.5 0\n3 0 1.2`
const matrix = (format: string, numbers: string) =>
  `EDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : ${format}\nEDGE_WEIGHT_SECTION\n${numbers}`

describe('published instances are told by what they hold', () => {
  test('p-median: of an edge told twice the last counts, ways are the shortest', () => {
    const { problem } = read('pMedian', '3 3 1\n1 2 9\n2 3 4\n1 2 5\n')
    expect(problem).toMatchObject({ customers: 3, p: 1 })
    expect(Array.from(problem.costs)).toEqual([0, 5, 9, 5, 0, 4, 9, 4, 0])
    expect(() => recognise('3 1 1\n1 2 9\n', NONE)).toThrow('a graph in one piece')
  })

  test('set covering by rows and, for railways, by columns', () => {
    const byRows = read('setCovering', '2 3\n5 6 7\n2\n1 3\n1\n2\n').problem
    expect(byRows).toEqual({ rows: 2, costs: [5, 6, 7], covers: [[0], [1], [0]] })
    const byColumns = read('setCovering', '2 3\n5 1 1\n6 1 2\n7 2 1 2\n').problem
    expect(byColumns).toEqual({ rows: 2, costs: [5, 6, 7], covers: [[0], [1], [0, 1]] })
  })

  test('covering within the radius the published values are for', () => {
    const text = '3 9999 p S\n0 0 5\n600 0 4\n2000 0 3\n'
    const { problem, posts } = read('covering', text, { value: null, radius: 700, byPosts: { 2: 12 } })
    expect(problem).toEqual({ demand: [5, 4, 3], reach: [[0, 1], [0, 1], [2]] })
    expect(posts).toEqual([2])
  })

  test.each<[string, number]>([
    ['EUC_2D', 4],
    ['CEIL_2D', 4],
    ['FLOOR_2D', 3],
    ['EXACT_2D', Math.hypot(3.5, 1.2)],
    ['MAN_2D', 5],
    ['MAX_2D', 4],
    ['ATT', 2],
  ])('distances %s', (type, expected) => {
    expect(read('routes', vrp(points(type))).problem.costs[5]).toBeCloseTo(expected, 9)
  })

  test('a published value that is not whole says that distances were not rounded', () => {
    const { problem, more } = read('routes', vrp(points('EUC_2D')), { value: 12.34 })
    expect(problem.costs[1]).toBe(3.5)
    expect(more).toEqual({ distances: 'EXACT_2D' })
  })

  test('GEO is degrees and minutes on the sphere of TSPLIB', () => {
    // The first two places of ulysses16, 509 apart.
    const places = 'EDGE_WEIGHT_TYPE : GEO\nNODE_COORD_SECTION\n1 38.24 20.42\n2 39.57 26.15\n3 40.56 25.32'
    expect(read('routes', vrp(places)).problem.costs[1]).toBe(509)
  })

  test.each<[string, string]>([
    ['LOWER_ROW', '1\n2 3'],
    ['UPPER_ROW', '1 2\n3'],
    ['LOWER_DIAG_ROW', '0\n1 0\n2 3 0'],
    ['UPPER_DIAG_ROW', '0 1 2\n0 3\n0'],
    ['LOWER_COL', '1 2\n3'],
    ['FULL_MATRIX', '0 1 2\n1 0 3\n2 3 0'],
  ])('a matrix written as %s', (format, numbers) => {
    const { costs } = read('routes', vrp(matrix(format, numbers))).problem
    expect(Array.from(costs)).toEqual([0, 1, 2, 1, 0, 3, 2, 3, 0])
  })

  test('a matrix that is too short, and what is not read, are refused with the reason', () => {
    expect(() => recognise(vrp(matrix('FULL_MATRIX', '0 1 2')), NONE)).toThrow('Expected 9 weights')
    expect(() => recognise(vrp(`${points('EUC_2D')}\nBACKHAUL_SECTION\n2`), NONE)).toThrow('BACKHAUL_SECTION')
    expect(() => recognise(vrp(points('EUC_3D')), NONE)).toThrow('got EUC_3D')
    expect(() => recognise('hello world', NONE)).toThrow('none of their words')
    expect(() => recognise('1 2 3 4', NONE)).toThrow('add up to none of them')
    expect(() => recognise('{"a": 1}', NONE)).toThrow('other JSON')
  })

  test('LOWER_ROW that was written by columns is read so, where its lines are no rows and its rows all detours', () => {
    // Places 0, 1, 3, 7 and 12 along a line.
    const line = [1, 3, 7, 12, 2, 6, 11, 4, 9, 5]
    const text = vrp(matrix('LOWER_ROW', line.join(' '))).replace('DIMENSION : 3', 'DIMENSION : 5')
    const { costs } = read('routes', text.replace('3 6', '3 1\n4 1\n5 1')).problem
    expect(Array.from(costs.subarray(0, 10))).toEqual([0, 1, 3, 7, 12, 1, 0, 2, 6, 11])
  })

  test.each<[string, (text: string) => string]>([
    ['ends of lines of other systems', (text) => text.replaceAll('\n', '\r\n')],
    ['tabs and blanks', (text) => text.replaceAll(' : ', '\t:\t').replace('2 4', '\t2\t 4  ')],
    ['no blank before the colon', (text) => text.replaceAll(' :', ':')],
    ['a mark of its encoding, the end mark of DOS', (text) => `\uFEFF${text}\u001A`],
    ['neither the depot’s end nor the file’s', (text) => text.replace(' -1\nEOF\n', '')],
    ['the depot in one line', (text) => text.replace('DEPOT_SECTION\n 1\n -1', 'DEPOT_SECTION 1 -1')],
    ['no depot', (text) => text.replace('DEPOT_SECTION\n 1\n -1', '')],
    ['remarks', (text) => `# by hand\nCOMMENT : (3 nodes, 2 trucks)\n${text}`],
    ['numbers with exponents', (text) => text.replace('2 3.5 0', '2 3.5e+00 0.0e0')],
  ])('routes are read with %s', (_, changed) => {
    const plain = vrp(points('EUC_2D'))
    expect(changed(plain)).not.toBe(plain)
    expect(read('routes', changed(plain)).problem).toEqual(read('routes', plain).problem)
  })

  test.each<[string, string, string]>([
    ['a section of another problem', vrp(`${points('EUC_2D')}\nPICKUP_SECTION\n2 1`), 'PICKUP_SECTION'],
    ['another type', vrp(points('EUC_2D')).replace('CVRP', 'CTSP'), 'got CTSP'],
    ['too few places', vrp('EDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0'), 'found 1'],
    ['a demand missing', vrp(points('EUC_2D')).replace('3 6\n', '4 6\n'), 'for node 3'],
    ['a depot that is no node', vrp(points('EUC_2D')).replace('\n 1\n -1', '\n 9\n -1'), 'got 9'],
    ['words among numbers', vrp(points('EUC_2D')).replace('2 4', '2 four'), 'got "2 four"'],
    ['more places than fit', vrp(points('EUC_2D')).replace('DIMENSION : 3', 'DIMENSION : 30001'), '30001'],
    ['an empty file', '', 'add up to none'],
    ['half a list', '{"nodes": [', 'JSON'],
  ])('%s is refused with what was expected', (_, text, reason) => {
    expect(() => recognise(text, NONE)).toThrow(reason)
  })

  test('a limit on the way and time at each stop', () => {
    const { problem } = read('routes', vrp(`DISTANCE : 20\nSERVICE_TIME : 3\n${points('EUC_2D')}`))
    expect(problem.vehicles[0]).toMatchObject({ closes: 20, capacity: 10 })
    expect(problem.jobs[0]).toMatchObject({ demand: 4, duration: 3 })
  })

  test('orienteering', () => {
    const text =
      'NAME: a\nTYPE: OP\nDIMENSION: 3\nCOST_LIMIT : 7\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 0\n3 0 4\nNODE_SCORE_SECTION\n1 0\n2 5\n3 6\nDEPOT_SECTION\n1\n-1\nEOF'
    const { problem, ownScore } = read('orienteering', text)
    expect(ownScore).toBe(0)
    expect(problem).toMatchObject({
      onlyPenalties: true,
      jobs: [{ penalty: 5 }, { penalty: 6 }],
      vehicles: [{ closes: 7, count: 1 }],
    })
  })

  test('time windows by Solomon', () => {
    const text =
      'C1\n\nVEHICLE\nNUMBER     CAPACITY\n  5  200\n\nCUSTOMER\nCUST NO.  XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME\n\n 0 0 0 0 0 100 0\n 1 3 4 10 5 50 9\n'
    // Gehring and Homberger's have more customers, and tabs.
    const { problem } = read('timeWindows', text.replaceAll('  ', '\t').replaceAll('\n', '\r\n'))
    expect(problem).toEqual(read('timeWindows', text).problem)
    expect(problem.vehicles).toEqual([{ start: 0, end: 0, capacity: 200, count: 5, opens: 0, closes: 100 }])
    expect(problem.jobs).toEqual([{ from: 1, to: 1, demand: 10, opens: 5, closes: 50, duration: 9 }])
  })

  test('time windows are solved for the way, in tenths as CVRPLIB, or for vehicles first where that is asked for and their number known', () => {
    const text =
      'VEHICLE\nNUMBER CAPACITY\n 5 200\nCUST NO. X Y D R D S\n 0 0 0 0 0 100 0\n 1 3.3 4.4 10 5 50 9\n'
    const solved = (known: Known) => {
      const { problem, more } = read('timeWindows', text, known)
      return [problem.fewestVehicles, problem.costs[1], more]
    }
    expect(solved({ value: 11.5, vehicles: 1 })).toEqual([false, 5.5, { distances: 'EXACT_2D' }])
    const first = { value: 11.5, vehiclesFirst: true }
    expect(solved({ ...first, vehicles: 1 })).toEqual([true, 5.5, { distances: 'EXACT_2D' }])
    expect(solved(first)).toEqual([false, 5.5, { distances: 'EXACT_2D' }])
    expect(solved({ value: 11, vehicles: 1, isByDistance: true })).toEqual([
      false,
      5.5,
      { distances: 'TRUNCATED_2D' },
    ])
  })

  test.each<[string, Known]>([
    ['R101,19,1650.80', { value: 1650.8, vehicles: 19 }],
    ['| r101.txt | 19 | 1650.80 | H |', { value: 1650.8, vehicles: 19 }],
    ['pmed1 5819', { value: 5819 }],
    ['pmed2: 4093 100', { value: 4093 }],
    ['X-n101-k25; 27591; 26', { value: 27591 }],
  ])('a row of published values: %s', (line, known) => {
    expect(tableRow(line)?.known).toEqual(known)
  })

  test('arc routing in Spanish and in English', () => {
    const spanish =
      'NOMBRE : a\nVERTICES : 3\nARISTAS_REQ : 1\nARISTAS_NOREQ : 1\nCAPACIDAD : 5\nLISTA_ARISTAS_REQ :\n( 1, 2)  coste 13 demanda 4\nLISTA_ARISTAS_NOREQ :\n( 2, 3)  coste 2\nDEPOSITO : 3'
    const english =
      'NAME : a\nVERTICES : 3\nDEPOT : 3\nREQUIRED EDGES : 1\nNON-REQUIRED EDGES : 1\nVEHICLES : 5\nCAPACITY : 5\nTOTAL COST OF REQUIRED EDGES : 13\nNODES COST DEMAND\n1 2 13 4\n2 3 2 0\nEND'
    for (const text of [spanish, english]) {
      const { problem } = read('arcRouting', text)
      expect(problem.jobs).toEqual([{ from: 0, to: 1, bothWays: true, cost: 13, demand: 4 }])
      expect(problem.vehicles).toEqual([{ start: 2, end: 2, capacity: 5 }])
      expect(problem.costs[2]).toBe(15)
    }
    // Of two streets side by side both are to be covered, and ways take the shorter.
    const { problem } = read(
      'arcRouting',
      spanish
        .replace('ARISTAS_REQ : 1', 'ARISTAS_REQ : 2')
        .replace('LISTA_ARISTAS_NOREQ', '( 2, 1)  coste 20 demanda 1\nLISTA_ARISTAS_NOREQ'),
    )
    expect(problem.jobs.map(({ cost }) => cost)).toEqual([13, 20])
    expect(problem.costs[1]).toBe(13)
    expect(() => recognise(spanish.replace('ARISTAS_REQ : 1', 'ARISTAS_REQ : 2'), NONE)).toThrow('found 1')
  })

  test('dual graphs of districting', () => {
    const text = JSON.stringify({
      graph: { districts: 1, tolerance: 0.2 },
      nodes: [
        { id: 7, TOTPOP: 3, x: 0, y: 0 },
        { id: 9, TOTPOP: 2, x: 2, y: 0 },
      ],
      adjacency: [[{ id: 9 }], [{ id: 7 }]],
    })
    const { problem } = read('districting', text)
    expect(problem).toMatchObject({
      weights: [3, 2],
      neighbours: [[1], [0]],
      areasOfZone: [1],
      tolerance: 0.2,
    })
    expect(Array.from(problem.costs)).toEqual([0, 8, 12, 0])
  })

  test('districting as others write it: pairs or links or neighbours of units, another cost, a limit above alone', () => {
    const units = [
      { id: 'a', x: 0, y: 0, weight: 3 },
      { id: 'b', x: 3, y: 4, weight: 2 },
      { id: 'c', x: 3, y: 0, weight: 1 },
    ]
    const said = { districts: 2, tolerance: 0.5, toleranceBelow: 1, cost: 'distance', known: 3 }
    const beside = [[1], [0, 2], [1]]
    for (const text of [
      {
        ...said,
        units,
        edges: [
          ['a', 'b'],
          ['c', 'b'],
        ],
      },
      {
        graph: said,
        nodes: units,
        links: [
          { source: 'a', target: 'b' },
          { source: 'b', target: 'c' },
        ],
      },
      {
        ...said,
        units: units.map((unit, index) => ({ ...unit, neighbours: index === 1 ? ['a', 'c'] : [] })),
      },
    ]) {
      const { problem, known } = read('districting', JSON.stringify(text))
      expect(problem).toMatchObject({
        neighbours: beside,
        areasOfZone: [2],
        tolerance: 0.5,
        toleranceBelow: 1,
      })
      expect(Array.from(problem.costs)).toEqual([0, 5, 3, 5, 0, 4, 3, 4, 0])
      expect(known).toEqual({ value: 3, from: 'file' })
      const answer = district(problem, { seconds: 5, rounds: 2 })
      expect(answer).toMatchObject({ objective: 4, proven: true })
    }
    const edges = [
      ['a', 'b'],
      ['b', 'c'],
    ]
    const given = {
      units,
      edges,
      costs: [
        [0, 1, 2],
        [3, 0, 4],
        [5, 6, 0],
      ],
    }
    expect(Array.from(read('districting', JSON.stringify(given)).problem.costs)).toEqual([
      0, 1, 2, 3, 0, 4, 5, 6, 0,
    ])
    expect(() => recognise(JSON.stringify({ units, edges, cost: 'time' }), NONE)).toThrow('got time')
    expect(() => recognise(JSON.stringify({ units, edges: [['a', 'z']] }), NONE)).toThrow('got "z"')
    expect(() => recognise(JSON.stringify({ units }), NONE)).toThrow('found none')
  })
})
