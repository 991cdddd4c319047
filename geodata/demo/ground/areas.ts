/** All areas of all levels and versions, with codes, names, people and polygons. */
import type { Area, AreaLevel, AreaLineage, Cell, Ground, Position } from '../../city.ts'
import { apportion, type Random } from '../../random.ts'
import type { FinestAreas } from './blocks.ts'
import { buildEarlier } from './earlier.ts'
import type { Landscape } from './landscape.ts'
import type { Division, GroundManifest } from './manifest.ts'
import { buildPatrol } from './patrol.ts'
import { neededVertices, pinVertices, polygonsOf, visualCentre } from './rings.ts'
import { divide, placeDivisions, type Territory } from './territory.ts'

type Built = Pick<Ground, 'versions' | 'levels' | 'areas' | 'lineage' | 'cells'> & { finest: FinestAreas }

export function buildAreas(
  manifest: GroundManifest,
  landscape: Landscape,
  random: Random,
  progress: (share: number, stage: string) => void,
): Built {
  const { plane, arrangement, ofFace, atoms, households } = landscape
  const step = { x: plane.stepX, y: plane.stepY }
  const city: Territory = {
    level: 'city',
    code: manifest.city.divisionCode ?? manifest.city.code,
    name: manifest.city.name,
    parent: null,
    urbanRural: null,
    atoms: Array.from({ length: atoms.count }, (_, i) => i),
    households: manifest.people.households,
  }
  const nearest = (division: Division) => {
    if (!division.centre) throw new RangeError(`expected ${division.code} to have a centre or children`)
    const [x, y] = plane.toPlane(division.centre)
    let best = 0
    for (let i = 1; i < atoms.count; i++) {
      if ((atoms.x[i] - x) ** 2 + (atoms.y[i] - y) ** 2 < (atoms.x[best] - x) ** 2 + (atoms.y[best] - y) ** 2)
        best = i
    }
    return best
  }
  const levels: Territory[][] = [[city]]
  if (manifest.divisions.length > 0) {
    levels.push(
      ...placeDivisions(
        atoms,
        households,
        manifest.divisions,
        manifest.divisionLevels.map(({ level }) => level),
        city,
        nearest,
        random.fork('divisions'),
      ),
    )
  }
  for (const [i, generated] of manifest.generatedLevels.entries()) {
    progress(0.55 + 0.1 * i, generated.level)
    levels.push(divide(atoms, households, levels[levels.length - 1], generated, random.fork(generated.level)))
  }
  const finest = levels[levels.length - 1]

  // People: the urban share comes out exactly, the rest by households.
  const population = populate(manifest, finest)

  // Patrol: districts and squads as unions of the coarsest generated areas.
  progress(0.8, 'patrol')
  const patrolUnits = levels[manifest.divisionLevels.length + 1]
  const patrol = manifest.patrol
    ? buildPatrol(manifest.patrol, arrangement, ofFace, atoms, patrolUnits, city, step, random.fork('patrol'))
    : null

  // Numbers and polygons.
  progress(0.85, 'polygons')
  const cellOfAtom = new Int32Array(atoms.count)
  finest.forEach((t, i) => {
    for (const a of t.atoms) cellOfAtom[a] = i
  })
  const cellLabel = ofFace.map((a) => (a < 0 ? -1 : cellOfAtom[a]))
  const ring = manifest.outline.slice(0, -1).map(plane.toPlane)
  const pinned = pinVertices(
    arrangement,
    ring.map(([x]) => Math.round(x / plane.stepX)),
    ring.map(([, y]) => Math.round(y / plane.stepY)),
  )
  const needed = neededVertices(arrangement, cellLabel, pinned, plane.stepX, plane.stepY, 0.25)
  const positions = Array.from(arrangement.x, (gx, v) => plane.fromGrid(gx, arrangement.y[v]))

  const areas: Area[] = []
  const cells: Cell[] = []
  const lineage: AreaLineage[] = []
  const areaLevels: AreaLevel[] = []
  const { version } = manifest.version
  const earlier = manifest.earlier
  const populationOf = (t: Territory, of: Map<number, number>) => {
    let sum = 0
    const seen = new Set<number>()
    for (const a of t.atoms) {
      const c = cellOfAtom[a]
      if (!seen.has(c)) {
        seen.add(c)
        sum += of.get(c) ?? 0
      }
    }
    return sum
  }
  const cellPopulation = new Map(population.map((p, i) => [i, p]))
  const addLevel = (
    territories: readonly Territory[],
    about: { version: string; hierarchy: Area['hierarchy']; synthetic: boolean },
    parentId: (t: Territory) => number | null,
  ): number[] => {
    const ofAtom = new Int32Array(atoms.count).fill(-1)
    territories.forEach((t, i) => {
      for (const a of t.atoms) ofAtom[a] = i
    })
    const label = ofFace.map((a) => (a < 0 ? -1 : ofAtom[a]))
    const polygons = polygonsOf(arrangement, label, territories.length, needed)
    return territories.map((t, i) => {
      const closed = polygons[i].map((polygon) =>
        polygon.map((vertices) => [...vertices, vertices[0]].map((v): Position => positions[v])),
      )
      const largest = polygons[i][0].map((vertices) =>
        vertices.map((v): Position => [arrangement.x[v] * plane.stepX, arrangement.y[v] * plane.stepY]),
      )
      const [cx, cy] = visualCentre(largest)
      const id = areas.length + 1
      areas.push({
        id,
        ...about,
        level: t.level,
        code: t.code,
        name: t.name,
        parentId: parentId(t),
        squadId: null,
        population: populationOf(t, cellPopulation),
        households: Math.round(t.households),
        urbanRural: t.urbanRural,
        labelPoint: plane.fromGrid(Math.round(cx / plane.stepX), Math.round(cy / plane.stepY)),
        polygons: closed,
      })
      return id
    })
  }
  const idOf = new Map<Territory, number>()
  const parentOf = (t: Territory) => (t.parent ? (idOf.get(t.parent) ?? null) : null)
  levels.forEach((territories, rank) => {
    const ids = addLevel(territories, { version, hierarchy: 'administration', synthetic: rank > 0 }, parentOf)
    territories.forEach((t, i) => {
      idOf.set(t, ids[i])
    })
  })
  const levelNames = [
    { level: 'city', name: manifest.cityLevel },
    ...manifest.divisionLevels,
    ...manifest.generatedLevels.map(({ level, name }) => ({ level, name })),
  ]
  levelNames.forEach(({ level, name }, rank) => {
    areaLevels.push({ version, hierarchy: 'administration', level, rank, name })
  })
  const cellAreas: number[][] = finest.map((t) => {
    const chain: number[] = []
    for (let at: Territory | null = t; at; at = at.parent) chain.push(idOf.get(at) ?? 0)
    return chain.reverse()
  })
  if (patrol) {
    for (const [rank, territories] of [patrol.districts, patrol.squads].entries()) {
      const ids = addLevel(territories, { version, hierarchy: 'patrol', synthetic: true }, parentOf)
      territories.forEach((t, i) => {
        idOf.set(t, ids[i])
        const inside = new Set(t.atoms.map((a) => cellOfAtom[a]))
        for (const c of inside) cellAreas[c].push(ids[i])
      })
      areaLevels.push({
        version,
        hierarchy: 'patrol',
        level: territories[0].level,
        rank: rank + 1,
        name: rank === 0 ? { zh: '巡区', en: 'District' } : { zh: '中队', en: 'Squad' },
      })
    }
    const squadOfAtom = new Int32Array(atoms.count)
    for (const squad of patrol.squads) for (const a of squad.atoms) squadOfAtom[a] = idOf.get(squad) ?? 0
    for (const territories of levels.slice(manifest.divisionLevels.length + 1)) {
      for (const t of territories) areas[(idOf.get(t) ?? 0) - 1].squadId = squadOfAtom[t.atoms[0]]
    }
  }
  if (earlier) {
    const at = levelNames.findIndex(({ level }) => level === earlier.level)
    const old = buildEarlier(
      manifest,
      earlier,
      arrangement,
      ofFace,
      atoms,
      levels,
      at,
      step,
      random.fork('earlier'),
    )
    old.levels.forEach((territories, rank) => {
      const ids = addLevel(
        territories,
        { version: earlier.version, hierarchy: 'administration', synthetic: rank > 0 },
        parentOf,
      )
      territories.forEach((t, i) => {
        idOf.set(t, ids[i])
        const inside = new Set(t.atoms.map((a) => cellOfAtom[a]))
        for (const c of inside) cellAreas[c].push(ids[i])
      })
      areaLevels.push({
        version: earlier.version,
        hierarchy: 'administration',
        level: levelNames[rank].level,
        rank,
        name: levelNames[rank].name,
      })
    })
    for (const { from, to, relation } of old.lineage) {
      lineage.push({ fromId: idOf.get(from) ?? 0, toId: idOf.get(to) ?? 0, relation })
    }
  }
  finest.forEach((t, i) => {
    cells.push({ id: idOf.get(t) ?? 0, areaIds: cellAreas[i].sort((a, b) => a - b) })
  })
  const versions: Ground['versions'] = [
    { ...manifest.version, validTo: null, synthetic: true },
    ...(earlier
      ? [
          {
            version: earlier.version,
            validFrom: earlier.validFrom,
            validTo: manifest.version.validFrom,
            synthetic: true,
            source: earlier.source,
          },
        ]
      : []),
  ]
  const finestAreas = { ofAtom: cellOfAtom, ids: finest.map((t) => idOf.get(t) ?? 0), population }
  return { versions, levels: areaLevels, areas, lineage, cells, finest: finestAreas }
}

/** People of each finest area: by households, with the published share in areas of an urban class. */
function populate(manifest: GroundManifest, finest: readonly Territory[]): number[] {
  const { population, urbanShare } = manifest.people
  const result = new Array<number>(finest.length).fill(0)
  const groups: number[][] = [[], []]
  finest.forEach((t, i) => {
    groups[urbanShare !== null && t.urbanRural?.startsWith('1') ? 0 : 1].push(i)
  })
  const urban = urbanShare === null ? 0 : Math.round(population * urbanShare)
  for (const [g, people] of [urban, population - urban].entries()) {
    const group = groups[g]
    if (group.length === 0) continue
    const parts = apportion(
      people,
      group.map((i) => finest[i].households + 1e-6),
    )
    group.forEach((i, k) => {
      result[i] = parts[k]
    })
  }
  return result
}
