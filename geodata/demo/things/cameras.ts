/** The camera register: public cameras along roads and in the villages, social ones at estates, shops and key sites. */
import { mortonOrder } from '../../morton.ts'
import { type Random, WeightedSampler } from '../../random.ts'
import type { Camera } from '../../things.ts'
import type { Targets } from '../calibration.ts'
import type { CameraDraft, Placing } from './cameraPlacing.ts'
import type { Frame } from './frame.ts'
import { placePublicCameras } from './publicCameras.ts'
import { localDate, localMidnight } from './rhythm.ts'
import type { RoadGraph } from './roadGraph.ts'
import { placeBlockCameras, placeShopCameras, placeSiteCameras, siteCameraCounts } from './socialCameras.ts'
import type { Spots } from './spots.ts'

/** Cameras above the published "more than 40,000": the demo's own number. */
const above = 213
/** The register of 2018 speaks about April of that year. */
const registerDate = '2018-04-30'
const day = 86_400_000

/** Shares of the whole; key sites have their own numbers, the rest stands at estates. */
const shares = { road: 0.085, checkpoint: 0.004, panorama: 0.0015, village: 0.05, shop: 0.3, farm: 0.06 }

/** Residents within 250 m from which on a block is town. */
const townCrowd = 600

export interface CamerasInput {
  frame: Frame
  graph: RoadGraph
  spots: Spots
  targets: Targets['cameras']
  random: Random
  asOf: number
}

export function createCameras({ frame, graph, spots, targets, random, asOf }: CamerasInput): Camera[] {
  const drafts: CameraDraft[] = []
  let units = 0
  const placing: Placing = {
    frame,
    graph,
    spots,
    random,
    add: (draft) => drafts.push(draft),
    nextUnit: () => ++units,
  }
  const total = targets.atLeast + above
  const part = (share: number) => Math.round(total * share)
  placePublicCameras(placing, {
    road: part(shares.road),
    checkpoint: part(shares.checkpoint),
    panorama: part(shares.panorama),
    village: part(shares.village),
  })
  const siteUnits = placeSiteCameras(placing, siteCameraCounts(placing))
  placeShopCameras(placing, part(shares.shop))
  // Estates in town, hamlets outside; a ground without any town has estates everywhere.
  const luck = new Map(frame.blocks.map((block) => [block, random.lognormal(0.45)]))
  const hasTown = frame.peopleByBlock.some((people) => people > townCrowd)
  placeBlockCameras(
    placing,
    part(shares.farm),
    (block, people) => (hasTown && people > townCrowd ? 0 : block.households ** 0.7 * (luck.get(block) ?? 1)),
    { industry: '40', indoor: 0.05 },
  )
  placeBlockCameras(
    placing,
    total - drafts.length,
    (block, people) =>
      hasTown && people <= townCrowd ? 0 : block.households ** 0.9 * (luck.get(block) ?? 1),
    { industry: '01', indoor: 0.3 },
  )
  const registered = chooseRegister(drafts, siteUnits, targets, random)
  return number(drafts, registered, { frame, random, asOf })
}

/** The register of 2018: `units2018` social units with `social2018` cameras, and `public2018` public ones. */
function chooseRegister(
  drafts: CameraDraft[],
  siteUnits: number[],
  targets: Targets['cameras'],
  random: Random,
): Set<CameraDraft> {
  const byUnit = new Map<number, CameraDraft[]>()
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

/**
 * Numbered by place, as a register gives codes out area by area: grid by grid, in it unit by unit, along the ground.
 * What hangs at one point has neighbouring numbers.
 */
function number(
  drafts: CameraDraft[],
  registered: Set<CameraDraft>,
  { frame, random, asOf }: Pick<CamerasInput, 'frame' | 'random' | 'asOf'>,
): Camera[] {
  const along = new Map(
    Array.from(
      mortonOrder(
        drafts.map(({ spot }) => spot.point[0]),
        drafts.map(({ spot }) => spot.point[1]),
        drafts.length,
      ),
      (i, rank) => [drafts[i], rank],
    ),
  )
  const gridCode = (draft: CameraDraft) => frame.ancestor(draft.spot.cell, 'grid').code
  const keyed = drafts.map((draft) => ({ draft, grid: gridCode(draft), rank: along.get(draft) ?? 0 }))
  keyed.sort(
    (a, b) =>
      (a.grid < b.grid ? -1 : a.grid > b.grid ? 1 : 0) ||
      (a.draft.ownerUnit ?? 0) - (b.draft.ownerUnit ?? 0) ||
      a.rank - b.rank,
  )
  const years = new WeightedSampler(installedByYear.map(([, weight]) => weight))
  const register = localMidnight(registerDate)
  const drawInstalled = (draft: CameraDraft): string => {
    if (registered.has(draft)) {
      return localDate(localMidnight('2012-03-01') + Math.floor(random.next() ** 0.6 * 2250) * day)
    }
    const [year] = installedByYear[years.draw(random)]
    const from = Math.max(register + day, localMidnight(`${year}-01-01`))
    const to = Math.min(localMidnight(`${year}-12-31`), asOf - day)
    return localDate(from + Math.floor(random.next() * Math.max(1, (to - from) / day)) * day)
  }
  return keyed.map(({ draft }, i) => {
    const { spot, ...what } = draft
    const installedOn = drawInstalled(draft)
    // Older ones are plain cameras (131), the others network cameras (132).
    const device = installedOn < '2016-01-01' ? '131' : '132'
    const keySite = draft.ownership === 'public' || ['02', '11', '13', '14', '43'].includes(draft.industry)
    return {
      id: i + 1,
      code: `53068100${draft.industry}${device}0${String(i + 1).padStart(6, '0')}`,
      ...what,
      installedOn,
      in2018Register: registered.has(draft),
      status: 'online' as const,
      statusSince: localMidnight(installedOn),
      retentionDays: keySite && random.chance(0.7) ? 90 : 30,
      cellId: spot.cell.id,
      point: spot.point,
      synthetic: true,
    }
  })
}
