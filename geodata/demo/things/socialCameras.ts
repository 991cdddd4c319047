/** Cameras of social units: shops along the streets, key sites, estates and hamlets. */
import { boundsOf, contains } from '../../areaLocator.ts'
import type { Block, Position, Site, SiteKind } from '../../city.ts'
import { apportion } from '../../random.ts'
import { createPurchase } from './cameraLenses.ts'
import { type CameraDraft, degrees, type Placing, roadSampler, spotAt, until } from './cameraPlacing.ts'
import type { Spot } from './spots.ts'

interface SiteStyle {
  industry: string
  /** Median number of cameras. */
  size: number
  /** Share of them indoors. */
  indoor: number
  spreadM: number
}

const siteStyles: Record<SiteKind, SiteStyle> = {
  school: { industry: '11', size: 52, indoor: 0.45, spreadM: 70 },
  hospital: { industry: '09', size: 80, indoor: 0.65, spreadM: 60 },
  station: { industry: '13', size: 70, indoor: 0.5, spreadM: 90 },
  port: { industry: '14', size: 70, indoor: 0.1, spreadM: 160 },
  market: { industry: '45', size: 48, indoor: 0.6, spreadM: 55 },
  square: { industry: '08', size: 26, indoor: 0, spreadM: 60 },
  government: { industry: '02', size: 34, indoor: 0.5, spreadM: 45 },
  factory: { industry: '42', size: 75, indoor: 0.3, spreadM: 150 },
  bank: { industry: '02', size: 18, indoor: 0.75, spreadM: 20 },
  fuel: { industry: '45', size: 12, indoor: 0.25, spreadM: 25 },
  hotSpring: { industry: '45', size: 55, indoor: 0.5, spreadM: 70 },
  dam: { industry: '43', size: 70, indoor: 0.2, spreadM: 200 },
  park: { industry: '08', size: 22, indoor: 0, spreadM: 90 },
}

/** Squares and parks belong to the public: their cameras have no owning unit. */
const publicSites = new Set<SiteKind>(['square', 'park'])

export interface SiteCameras {
  site: Site
  count: number
}

export const siteCameraCounts = ({ frame, random }: Placing): SiteCameras[] =>
  frame.ground.sites.map((site) => ({
    site,
    count: Math.ceil(siteStyles[site.kind].size * random.lognormal(0.4)),
  }))

/** @returns the owning units, in the order of the sites */
export function placeSiteCameras({ frame, random, add, nextUnit }: Placing, sites: SiteCameras[]): number[] {
  const units: number[] = []
  for (const { site, count } of sites) {
    const style = siteStyles[site.kind]
    const unit = publicSites.has(site.kind) ? null : nextUnit()
    if (unit !== null) units.push(unit)
    const purchase = createPurchase(random)
    until(count, add, () => {
      // Indoors a hall or a floor at a time, so that fewer draws make the same share.
      const indoor = random.chance(style.indoor / (2.2 - 1.2 * style.indoor))
      const distance = Math.abs(random.normal()) * style.spreadM * (indoor ? 0.5 : 0.9)
      const bearing = random.between(0, 360)
      const east = Math.sin((bearing * Math.PI) / 180) * distance
      const north = Math.cos((bearing * Math.PI) / 180) * distance
      const spot = spotAt(frame, frame.plane.moved(site.point, east, north))
      if (!spot) return null
      const type = indoor ? 'halfDome' : random.chance(0.2) ? 'dome' : 'bullet'
      // Outdoor ones look outwards.
      const facing = indoor ? random.pick([0, 90]) : bearing
      const turns = turnsAt(type === 'dome' ? 1 : indoor ? random.int(2, 6) : random.int(1, 3))
      return turns.map((turn) => ({
        ownership: unit === null ? ('public' as const) : ('social' as const),
        ownerUnit: unit,
        type,
        industry: style.industry,
        ...purchase(type),
        directionDeg: degrees(facing + turn),
        indoor,
        spot,
      }))
    })
  }
  return units
}

/** How cameras at one point share what there is to see, degrees from where the first one looks. */
const turnsAt = (count: number): number[] => Array.from({ length: count }, (_, i) => [0, 180, -90, 90][i % 4])

/** A few cameras a shop, at the door looking onto the street, or inside. */
export function placeShopCameras({ frame, spots, random, add, nextUnit }: Placing, count: number): void {
  const { roads } = frame.ground
  const shopping = new Set(['primary', 'secondary', 'residential', 'service'])
  const shopStreets = roadSampler(frame, (road, people) =>
    shopping.has(road.class)
      ? road.lengthM * (people / 300) ** 1.3 * (road.class === 'service' ? 0.5 : 1)
      : 0,
  )
  const streets = shopStreets.total > 0 ? shopStreets : roadSampler(frame, ({ lengthM }) => lengthM)
  for (let left = count, tries = 0; left > 0; tries++) {
    if (tries > count * 50) throw new Error(`expected room for ${count} cameras of shops`)
    const road = roads[streets.draw(random)]
    const along = random.next()
    const side = random.chance(0.5) ? 1 : -1
    const unit = nextUnit()
    const size = Math.min(left, 1 + Math.floor(random.exponential(2.6)))
    // Registered at the door, all of them.
    const spot = spots.byRoad(road, along, side * random.between(8, 11))
    if (!spot || spot.bearing === null) continue
    const ontoRoad = spot.bearing + (side > 0 ? -90 : 90)
    const purchase = createPurchase(random)
    for (let i = 0; i < size; i++) {
      const indoor = i > 0 && random.chance(0.6)
      const type = indoor ? 'halfDome' : 'bullet'
      add({
        ownership: 'social',
        ownerUnit: unit,
        type,
        industry: '45',
        ...purchase(type),
        // Outside onto the street or along its front, inside along the walls.
        directionDeg: degrees(
          ontoRoad + (indoor ? random.pick([0, 90, 180, -90]) : random.pick([0, 90, -90])),
        ),
        indoor,
        spot,
      })
    }
    left -= size
  }
}

/**
 * By households, an estate or hamlet at a time: outdoors on poles along its edge and its lanes, indoors by the building:
 * in its hall, its lifts and its garage.
 */
export function placeBlockCameras(
  placing: Placing,
  count: number,
  weigh: (block: Block, people: number) => number,
  style: { industry: string; indoor: number },
): void {
  const { frame, random, add, nextUnit } = placing
  const weights = frame.blocks.map((block, i) => weigh(block, frame.peopleByBlock[i]))
  if (!weights.some((weight) => weight > 0)) throw new Error('expected blocks with people for cameras')
  apportion(count, weights).forEach((size, i) => {
    if (size === 0) return
    const unit = nextUnit()
    const place = createBlockPlaces(placing, frame.blocks[i])
    const purchase = createPurchase(random)
    until(size, add, (): CameraDraft[] | null => {
      const indoor = random.chance(style.indoor / (2.2 - 1.2 * style.indoor))
      const found = indoor ? place.inside() : random.chance(0.55) ? place.atEdge() : place.inside()
      if (!found) return null
      const type = indoor ? 'halfDome' : random.chance(0.13) ? 'dome' : 'bullet'
      const turns = turnsAt(type === 'dome' ? 1 : indoor ? random.int(2, 6) : random.pick([1, 1, 2, 2, 3]))
      return turns.map((turn) => ({
        ownership: 'social',
        ownerUnit: unit,
        type,
        industry: style.industry,
        ...purchase(type),
        directionDeg: degrees(found.directionDeg + turn),
        indoor,
        spot: found.spot,
      }))
    })
  })
}

interface BlockPlace {
  spot: Spot
  directionDeg: number
}

/** Places in a block: houses stand along its longest side, so cameras look along or across that. */
function createBlockPlaces({ frame, random }: Placing, block: Block) {
  const { plane } = frame
  const ring = block.polygons[0][0].map((position) => plane.toMetres(position))
  const sides = ring.slice(1).map(([x2, y2], i) => {
    const [x1, y1] = ring[i]
    const length = Math.hypot(x2 - x1, y2 - y1)
    return { x1, y1, x2, y2, length, bearing: (Math.atan2(x2 - x1, y2 - y1) * 180) / Math.PI }
  })
  const perimeter = sides.reduce((sum, { length }) => sum + length, 0)
  const main = sides.reduce((a, b) => (b.length > a.length ? b : a)).bearing
  const [west, south, east, north] = boundsOf(block.polygons)

  return {
    /** Just inside the fence, looking along it, inwards or out of the gate. */
    atEdge(): BlockPlace | null {
      let rest = random.next() * perimeter
      const side = sides.find(({ length }) => {
        rest -= length
        return rest <= 0
      })
      if (!side || side.length === 0) return null
      const share = random.next()
      // The ring runs counter-clockwise: its inside lies to the left.
      const [ux, uy] = [(side.x2 - side.x1) / side.length, (side.y2 - side.y1) / side.length]
      const inset = random.between(1.5, 4)
      const spot = spotAt(
        frame,
        plane.toPosition(
          side.x1 + (side.x2 - side.x1) * share - uy * inset,
          side.y1 + (side.y2 - side.y1) * share + ux * inset,
        ),
      )
      const turn = random.pick([0, 0, 180, 180, 90, -90])
      return spot && { spot, directionDeg: side.bearing + turn }
    },
    inside(): BlockPlace | null {
      for (let tries = 0; tries < 20; tries++) {
        const point: Position = [
          Math.round(random.between(west, east) * 1e6) / 1e6,
          Math.round(random.between(south, north) * 1e6) / 1e6,
        ]
        if (!contains(block.polygons, point[0], point[1])) continue
        const spot = spotAt(frame, point)
        return spot && { spot, directionDeg: main + 90 * random.int(0, 3) }
      }
      const spot = spotAt(frame, plane.moved(block.point, random.normal() * 8, random.normal() * 8))
      return spot && { spot, directionDeg: main + 90 * random.int(0, 3) }
    },
  }
}
