import { createHash } from 'node:crypto'
import { createAreaLocator } from '../../geodata/areaLocator.ts'
import type { Area, Ground, Position } from '../../geodata/city.ts'
import { encodeLineString, encodeMultiPolygon, encodePoint } from '../geometry.ts'
import { type TableRows, tableRows } from './tableRows.ts'

/** SHA-256 in hexadecimal over all areas of a version, in order of id: equal content, equal name. */
export function contentHash(areas: Area[]): string {
  const hash = createHash('sha256')
  for (const area of [...areas].sort((a, b) => a.id - b.id)) {
    const { polygons, ...facts } = area
    hash.update(JSON.stringify(facts))
    hash.update(encodeMultiPolygon(polygons))
  }
  return hash.digest('hex')
}

/** The version that is shown unless asked otherwise: the one that still holds, else the last. */
export function currentVersion(versions: Ground['versions']): string {
  const [latest] = [...versions].sort((a, b) => {
    if ((a.validTo === null) !== (b.validTo === null)) return a.validTo === null ? -1 : 1
    return b.validFrom.localeCompare(a.validFrom)
  })
  if (!latest) throw new Error('Expected a city to have at least one boundary version but it has none.')
  return latest.version
}

/** A point halfway along a line by its vertices' count: good enough to say in which cell a short road lies. */
export function middleOf(line: readonly Position[]): { at: Position; along: Position } {
  const index = Math.max(1, Math.floor(line.length / 2))
  const [start, end] = [line[index - 1], line[index]]
  return {
    at: [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2],
    along: [end[0] - start[0], end[1] - start[1]],
  }
}

/** Finds the cell of a road's middle. Borders follow roads, so a middle on a border goes to the cell on its left. */
export function cellFinder(ground: Ground): (line: Position[]) => number | null {
  const cellIds = new Set(ground.cells.map((cell) => cell.id))
  const locator = createAreaLocator(ground.areas.filter((area) => cellIds.has(area.id)))
  return (line) => {
    const { at, along } = middleOf(line)
    const length = Math.hypot(...along) || 1
    // 1e-6 degrees, about 0.1 m
    const left: Position = [(-along[1] / length) * 1e-6, (along[0] / length) * 1e-6]
    for (const side of [0, 1, -1]) {
      const cell = locator.locate(at[0] + side * left[0], at[1] + side * left[1])
      if (cell) return cell.id
    }
    return null
  }
}

function cellAreas(ground: Ground): { cellId: number; area: Area }[] {
  const areaById = new Map(ground.areas.map((area) => [area.id, area]))
  return ground.cells.flatMap(({ id, areaIds }) =>
    areaIds.map((areaId) => {
      const area = areaById.get(areaId)
      if (!area) throw new Error(`Cell ${id} names area ${areaId}, which the ground does not have.`)
      return { cellId: id, area }
    }),
  )
}

/** Everything of the ground as rows, in the order in which foreign keys allow them, without the areas themselves. */
export function groundRows(ground: Ground): TableRows[] {
  const city = () => ground.city.code
  const cellOf = cellFinder(ground)
  const rank = new Map(ground.levels.map((level) => [`${level.version} ${level.level}`, level.rank]))
  // Parents first, and neighbours in the table are neighbours on the ground as far as ids are.
  const areas = [...ground.areas].sort(
    (a, b) =>
      (rank.get(`${a.version} ${a.level}`) ?? 0) - (rank.get(`${b.version} ${b.level}`) ?? 0) || a.id - b.id,
  )
  const tables = [
    tableRows('boundary_versions', ground.versions, {
      city_code: city,
      version: (version) => version.version,
      valid_from: (version) => version.validFrom,
      valid_to: (version) => version.validTo,
      synthetic: (version) => version.synthetic,
      source: (version) => version.source,
      content_hash: ({ version }) => contentHash(ground.areas.filter((area) => area.version === version)),
    }),
    tableRows('area_levels', ground.levels, {
      city_code: city,
      version: (level) => level.version,
      level: (level) => level.level,
      hierarchy: (level) => level.hierarchy,
      rank: (level) => level.rank,
      name_zh: (level) => level.name.zh,
      name_en: (level) => level.name.en,
    }),
    tableRows('areas', areas, {
      city_code: city,
      id: (area) => area.id,
      version: (area) => area.version,
      level: (area) => area.level,
      code: (area) => area.code,
      name_zh: (area) => area.name.zh,
      name_en: (area) => area.name.en,
      parent_id: (area) => area.parentId,
      squad_id: (area) => area.squadId,
      population: (area) => area.population,
      households: (area) => area.households,
      urban_rural: (area) => area.urbanRural,
      label_point: (area) => encodePoint(area.labelPoint),
      geom: (area) => encodeMultiPolygon(area.polygons),
      synthetic: (area) => area.synthetic,
    }),
    tableRows('area_lineage', ground.lineage, {
      city_code: city,
      from_id: (lineage) => lineage.fromId,
      to_id: (lineage) => lineage.toId,
      relation: (lineage) => lineage.relation,
    }),
    tableRows('cell_areas', cellAreas(ground), {
      city_code: city,
      version: ({ area }) => area.version,
      level: ({ area }) => area.level,
      cell_id: ({ cellId }) => cellId,
      area_id: ({ area }) => area.id,
    }),
    tableRows('roads', ground.roads, {
      city_code: city,
      id: (road) => road.id,
      class: (road) => road.class,
      name_zh: (road) => road.name?.zh,
      name_en: (road) => road.name?.en,
      speed_kmh: (road) => road.speedKmh,
      from_node: (road) => road.fromNode,
      to_node: (road) => road.toNode,
      length_m: (road) => road.lengthM,
      cell_id: (road) => cellOf(road.line),
      geom: (road) => encodeLineString(road.line),
      synthetic: (road) => road.synthetic,
    }),
    tableRows('waters', ground.water, {
      city_code: city,
      id: (water) => water.id,
      kind: (water) => water.kind,
      name_zh: (water) => water.name?.zh,
      name_en: (water) => water.name?.en,
      width_m: (water) => water.widthM,
      geom: (water) => encodeLineString(water.line),
      synthetic: (water) => water.synthetic,
    }),
    tableRows('blocks', ground.blocks, {
      city_code: city,
      id: (block) => block.id,
      name_zh: (block) => block.name.zh,
      name_en: (block) => block.name.en,
      households: (block) => block.households,
      population: (block) => block.population,
      cell_id: (block) => block.microGridId,
      point: (block) => encodePoint(block.point),
      geom: (block) => encodeMultiPolygon(block.polygons),
      synthetic: () => true,
    }),
  ]
  const { relief } = ground
  if (relief) {
    tables.push(
      tableRows('assets', [relief], {
        city_code: city,
        name: () => 'relief',
        media_type: () => 'image/png',
        bounds: ({ bounds }) => bounds,
        content: ({ png }) => png,
      }),
    )
  }
  return tables
}
