/** The camera register: public cameras along roads and in the villages, social ones at estates, shops and key sites. */
import { boundsOf, contains } from '../../areaLocator.ts'
import type { Position, Road, SiteKind } from '../../city.ts'
import type { Camera, CameraType } from '../../things.ts'
import type { Targets } from '../calibration.ts'
import { apportion, type Random, WeightedSampler } from '../random.ts'
import type { Frame } from './frame.ts'
import { localDate, localMidnight } from './rhythm.ts'
import type { RoadGraph } from './roadGraph.ts'
import type { Spot, Spots } from './spots.ts'

/** Cameras above the published "more than 40,000": the demo's own number. */
const above = 213
/** The register of 2018 speaks about April of that year. */
const registerDate = '2018-04-30'
const day = 86_400_000

/** Shares of the whole; the rest of it stands at estates. */
const shares = {
  road: 0.085,
  checkpoint: 0.004,
  panorama: 0.0015,
  village: 0.05,
  shop: 0.3,
  farm: 0.06,
}

interface SiteStyle {
  industry: string
  /** Median number of cameras. */
  size: number
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

/** Field of view in degrees and range in metres by type. */
const optics: Record<CameraType, { view: [number, number]; range: [number, number] }> = {
  dome: { view: [55, 65], range: [120, 200] },
  halfDome: { view: [85, 110], range: [12, 30] },
  bullet: { view: [45, 90], range: [35, 90] },
  remoteBullet: { view: [50, 70], range: [80, 150] },
  checkpoint: { view: [25, 40], range: [30, 60] },
  panorama: { view: [180, 360], range: [600, 1200] },
}

type Draft = Pick<Camera, 'ownership' | 'ownerUnit' | 'type' | 'industry' | 'directionDeg' | 'indoor'> & {
  spot: Spot
}

export interface CamerasInput {
  frame: Frame
  graph: RoadGraph
  spots: Spots
  targets: Targets['cameras']
  random: Random
  asOf: number
}

export function createCameras({ frame, graph, spots, targets, random, asOf }: CamerasInput): Camera[] {
  const { ground, plane } = frame
  const total = targets.atLeast + above
  const siteCounts = ground.sites.map(({ kind }) => Math.ceil(siteStyles[kind].size * random.lognormal(0.4)))
  const counts = {
    road: Math.round(total * shares.road),
    checkpoint: Math.round(total * shares.checkpoint),
    panorama: Math.round(total * shares.panorama),
    village: Math.round(total * shares.village),
    shop: Math.round(total * shares.shop),
    site: siteCounts.reduce((a, b) => a + b, 0),
    farm: Math.round(total * shares.farm),
  }
  const estate = total - Object.values(counts).reduce((a, b) => a + b, 0)
  const drafts: Draft[] = []
  let units = 0
  const degrees = (value: number) => ((Math.round(value) % 360) + 360) % 360
  const anyDirection = () => random.int(0, 359)
  const spotAt = (point: Position): Spot | null => {
    const cell = frame.cellAt(point)
    return cell ? { point, cell, bearing: null } : null
  }

  const { peopleByRoad } = frame
  const roadDraw = (weigh: (road: Road, people: number) => number) =>
    new WeightedSampler(ground.roads.map((road, i) => weigh(road, peopleByRoad[i])))
  const classWeight = {
    motorway: 2,
    trunk: 4,
    primary: 5,
    secondary: 4,
    residential: 1.6,
    service: 0.5,
    track: 0.02,
  }

  /** On a pole beside the road, looking along it one way or the other. */
  const byRoad = (road: Road, along: number, aside: number): { spot: Spot; along: number } | null => {
    const spot = spots.byRoad(road, along, (random.chance(0.5) ? 1 : -1) * aside)
    if (!spot || spot.bearing === null) return null
    return { spot, along: degrees(spot.bearing + (random.chance(0.5) ? 180 : 0) + random.normal() * 6) }
  }
  const until = (count: number, make: () => Draft | null) => {
    let made = 0
    for (let tries = 0; made < count; tries++) {
      if (tries > count * 50 + 1000)
        throw new Error(`expected room for ${count} cameras, found it for ${made}`)
      const draft = make()
      if (!draft) continue
      drafts.push(draft)
      made++
    }
  }

  // Junctions carry one camera an arm, until two fifths of the road cameras stand.
  const junctions = [...graph.nodes.values()]
    .filter(({ roads }) => roads.length >= 3 && roads.some((road) => classWeight[road.class] >= 1))
    .map((node) => ({
      node,
      weight:
        frame.peopleNear(node.position, 300) *
        node.roads.reduce((sum, road) => sum + classWeight[road.class], 0),
    }))
    .sort((a, b) => b.weight - a.weight)
  let atJunctions = 0
  for (const { node } of junctions) {
    if (atJunctions >= counts.road * 0.4) break
    for (const road of node.roads) {
      const starts = plane.distance(road.line[0], node.position) < 1
      const share = Math.min(0.45, 9 / Math.max(10, road.lengthM))
      const spot = spots.byRoad(road, starts ? share : 1 - share, 6)
      if (!spot || spot.bearing === null) continue
      drafts.push({
        ownership: 'public',
        ownerUnit: null,
        type: random.chance(0.25) ? 'dome' : 'bullet',
        industry: random.chance(0.55) ? '04' : '00',
        // Away from the crossing, down its arm.
        directionDeg: degrees(spot.bearing + (starts ? 0 : 180) + random.normal() * 5),
        indoor: false,
        spot,
      })
      atJunctions++
    }
  }
  const alongRoads = roadDraw(
    (road, people) => classWeight[road.class] * road.lengthM * (0.06 + Math.min(3, people / 500)),
  )
  until(counts.road - atJunctions, () => {
    const found = byRoad(ground.roads[alongRoads.draw(random)], random.next(), random.between(4, 8))
    if (!found) return null
    const type = random.chance(0.3) ? 'dome' : random.chance(0.15) ? 'remoteBullet' : 'bullet'
    return {
      ownership: 'public',
      ownerUnit: null,
      type,
      industry: random.chance(0.6) ? '00' : random.chance(0.7) ? '04' : '08',
      directionDeg: found.along,
      indoor: false,
      spot: found.spot,
    }
  })
  const fastRoads = roadDraw((road) =>
    road.class === 'motorway' || road.class === 'trunk' || road.class === 'primary'
      ? road.lengthM
      : road.class === 'secondary'
        ? road.lengthM * 0.2
        : 0,
  )
  until(counts.checkpoint, () => {
    const found = byRoad(ground.roads[fastRoads.draw(random)], random.next(), 1.5)
    return (
      found && {
        ownership: 'public',
        ownerUnit: null,
        type: 'checkpoint',
        industry: '05',
        directionDeg: found.along,
        indoor: false,
        spot: found.spot,
      }
    )
  })
  until(counts.panorama, () => {
    const spot = spots.draw(random.chance(0.6) ? 'home' : 'open', random)
    return {
      ownership: 'public',
      ownerUnit: null,
      type: 'panorama',
      industry: random.chance(0.7) ? '00' : '40',
      directionDeg: anyDirection(),
      indoor: false,
      spot,
    }
  })
  const villageRoads = roadDraw((road, people) =>
    people > 0 && people < 900 && road.class !== 'motorway' ? road.lengthM * people ** 0.5 : 0,
  )
  const villageSampler = villageRoads.total > 0 ? villageRoads : alongRoads
  until(counts.village, () => {
    const found = byRoad(ground.roads[villageSampler.draw(random)], random.next(), random.between(4, 9))
    return (
      found && {
        ownership: 'public',
        ownerUnit: null,
        type: random.chance(0.2) ? 'dome' : 'bullet',
        industry: '01',
        directionDeg: found.along,
        indoor: false,
        spot: found.spot,
      }
    )
  })

  // Shops: a few cameras each, at the door looking onto the street, or inside.
  const shopStreets = roadDraw((road, people) =>
    ['primary', 'secondary', 'residential', 'service'].includes(road.class)
      ? road.lengthM * (people / 300) ** 1.3 * (road.class === 'service' ? 0.5 : 1)
      : 0,
  )
  const shopRoads = shopStreets.total > 0 ? shopStreets : alongRoads
  for (let left = counts.shop; left > 0; ) {
    const road = ground.roads[shopRoads.draw(random)]
    const along = random.next()
    const side = random.chance(0.5) ? 1 : -1
    const unit = ++units
    const size = Math.min(left, 1 + Math.floor(random.exponential(2.6)))
    for (let i = 0; i < size; i++) {
      const indoor = i > 0 && random.chance(0.6)
      const aside = side * (indoor ? random.between(13, 24) : random.between(8, 11))
      const spot = spots.byRoad(road, Math.min(1, along + random.normal() * (6 / road.lengthM)), aside)
      if (!spot || spot.bearing === null) continue
      const ontoRoad = spot.bearing + (side > 0 ? -90 : 90)
      drafts.push({
        ownership: 'social',
        ownerUnit: unit,
        type: indoor ? 'halfDome' : 'bullet',
        industry: '45',
        directionDeg: degrees(ontoRoad + random.normal() * (indoor ? 60 : 28)),
        indoor,
        spot,
      })
      left--
    }
  }

  // Key sites.
  const siteUnits: number[] = []
  ground.sites.forEach((site, i) => {
    const style = siteStyles[site.kind]
    const isPublic = site.kind === 'square' || site.kind === 'park'
    const unit = isPublic ? null : ++units
    if (unit !== null) siteUnits.push(unit)
    until(siteCounts[i], () => {
      const indoor = random.chance(style.indoor)
      const distance = Math.abs(random.normal()) * style.spreadM * (indoor ? 0.5 : 0.9)
      const angle = random.between(0, 360)
      const east = Math.sin((angle * Math.PI) / 180) * distance
      const north = Math.cos((angle * Math.PI) / 180) * distance
      const spot = spotAt(plane.moved(site.point, east, north))
      return (
        spot && {
          ownership: isPublic ? 'public' : 'social',
          ownerUnit: unit,
          type: indoor ? 'halfDome' : random.chance(0.2) ? 'dome' : 'bullet',
          industry: style.industry,
          // Outdoor ones look outwards.
          directionDeg: degrees(indoor ? random.between(0, 360) : angle + random.normal() * 40),
          indoor,
          spot,
        }
      )
    })
  })

  // Estates and hamlets: by households, an estate at a time.
  const blockBounds = frame.blocks.map(({ polygons }) => boundsOf(polygons))
  const dense = frame.peopleByBlock
  const atBlocks = (
    count: number,
    weigh: (block: number) => number,
    industry: string,
    indoorShare: number,
  ) => {
    const weights = frame.blocks.map((_, i) => weigh(i))
    if (!weights.some((weight) => weight > 0)) throw new Error('expected blocks with people for cameras')
    apportion(count, weights).forEach((n, i) => {
      if (n === 0) return
      const block = frame.blocks[i]
      const [west, south, east, north] = blockBounds[i]
      const unit = ++units
      let made = 0
      for (let tries = 0; made < n; tries++) {
        const inside: Position = [
          Math.round(random.between(west, east) * 1e6) / 1e6,
          Math.round(random.between(south, north) * 1e6) / 1e6,
        ]
        const point =
          tries < n * 30 ? inside : plane.moved(block.point, random.normal() * 12, random.normal() * 12)
        if (tries < n * 30 && !contains(block.polygons, point[0], point[1])) continue
        const spot = spotAt(point)
        if (!spot) continue
        const indoor = random.chance(indoorShare)
        drafts.push({
          ownership: 'social',
          ownerUnit: unit,
          type: indoor ? 'halfDome' : random.chance(0.08) ? 'dome' : 'bullet',
          industry,
          directionDeg: anyDirection(),
          indoor,
          spot,
        })
        made++
      }
    })
  }
  const town = (i: number) => (dense[i] > 600 ? 1 : 0)
  const hasTown = frame.blocks.some((_, i) => town(i) === 1)
  const luck = frame.blocks.map(() => random.lognormal(0.45))
  atBlocks(estate, (i) => (hasTown ? town(i) : 1) * frame.blocks[i].households ** 0.9 * luck[i], '01', 0.3)
  atBlocks(
    counts.farm,
    (i) => (1 - (hasTown ? town(i) : 0.5)) * frame.blocks[i].households ** 0.7 * luck[i],
    '40',
    0.05,
  )

  const registered = chooseRegister(drafts, siteUnits, targets, random)
  return number(drafts, registered, random, asOf)
}

/** The register of 2018: `units2018` social units with `social2018` cameras, and `public2018` public ones. */
function chooseRegister(
  drafts: Draft[],
  siteUnits: number[],
  targets: Targets['cameras'],
  random: Random,
): Set<Draft> {
  const byUnit = new Map<number, Draft[]>()
  for (const draft of drafts) {
    if (draft.ownerUnit === null) continue
    const own = byUnit.get(draft.ownerUnit)
    if (own) own.push(draft)
    else byUnit.set(draft.ownerUnit, [draft])
  }
  // Key sites came first, then whoever had many cameras.
  const atSites = new Set(siteUnits)
  const order = [...byUnit.entries()].sort(
    ([a, first], [b, second]) =>
      Number(atSites.has(b)) - Number(atSites.has(a)) || second.length - first.length || a - b,
  )
  const units = order.slice(0, targets.units2018).map(([, own]) => own)
  const chosen = new Set(units.map((own) => own[0]))
  const rest = random
    .shuffled(units.flatMap((own) => own.slice(1)))
    .slice(0, targets.social2018 - chosen.size)
  for (const draft of rest) chosen.add(draft)
  const roadside = drafts.filter(({ ownership, type }) => ownership === 'public' && type !== 'panorama')
  for (const draft of random.shuffled(roadside).slice(0, targets.public2018)) chosen.add(draft)
  if (chosen.size !== targets.social2018 + targets.public2018) {
    throw new Error(
      `expected ${targets.social2018 + targets.public2018} cameras for the 2018 register, found ${chosen.size}`,
    )
  }
  return chosen
}

/** How many of a hundred cameras were installed in each year since the register. */
const installedByYear: [number, number][] = [
  [2018, 5],
  [2019, 16],
  [2020, 19],
  [2021, 19],
  [2022, 15],
  [2023, 11],
  [2024, 8],
  [2025, 5],
  [2026, 2],
]

/** Oldest first, as a register grows; codes follow that order. */
function number(drafts: Draft[], registered: Set<Draft>, random: Random, asOf: number): Camera[] {
  const years = new WeightedSampler(installedByYear.map(([, weight]) => weight))
  const register = localMidnight(registerDate)
  const drawInstalled = (draft: Draft): string => {
    if (registered.has(draft)) {
      return localDate(localMidnight('2012-03-01') + Math.floor(random.next() ** 0.6 * 2250) * day)
    }
    const [year] = installedByYear[years.draw(random)]
    const from = Math.max(register + day, localMidnight(`${year}-01-01`))
    const to = Math.min(localMidnight(`${year}-12-31`), asOf - day)
    return localDate(from + Math.floor(random.next() * Math.max(1, (to - from) / day)) * day)
  }
  const dated = drafts.map((draft, i) => ({ draft, i, installedOn: drawInstalled(draft) }))
  dated.sort((a, b) => (a.installedOn < b.installedOn ? -1 : a.installedOn > b.installedOn ? 1 : a.i - b.i))
  return dated.map(({ draft, installedOn }, i) => {
    const { view, range } = optics[draft.type]
    // Older ones are plain cameras (131), the others network cameras (132).
    const device = installedOn < '2016-01-01' ? '131' : '132'
    const keySite = draft.ownership === 'public' || ['02', '11', '13', '14', '43'].includes(draft.industry)
    return {
      id: i + 1,
      code: `53068100${draft.industry}${device}0${String(i + 1).padStart(6, '0')}`,
      ownership: draft.ownership,
      ownerUnit: draft.ownerUnit,
      type: draft.type,
      industry: draft.industry,
      directionDeg: draft.directionDeg,
      fieldOfViewDeg: random.int(...view),
      rangeM: random.int(...range),
      indoor: draft.indoor,
      installedOn,
      in2018Register: registered.has(draft),
      status: 'online' as const,
      statusSince: localMidnight(installedOn),
      retentionDays: keySite && random.chance(0.7) ? 90 : 30,
      cellId: draft.spot.cell.id,
      point: draft.spot.point,
      synthetic: true,
    }
  })
}
