/** When cameras were dark: power cuts and broken lines take neighbours together, devices fail alone. */

import type { Random } from '../../random.ts'
import type { Camera, CameraOutage } from '../../things.ts'
import type { Rhythms } from './rhythm.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Share of all cameras dark at `asOf`, as on the days before it, and how much of that in clusters. */
const darkShare = 0.003
const clusteredShare = 0.2
/** Past outages a camera and year: in clusters, and alone. */
const clusterEvents = 150
const aloneEachYear = 0.3
/** Cameras behind one switch cabinet or one feeder. */
const largestCluster = 90
/** Days of history kept. */
const history = 365

type Reason = CameraOutage['reason']

export interface OutagesInput {
  cameras: Camera[]
  /** The grid of a cell: what hangs on one switch cabinet. */
  gridOf: (cellId: number) => number | null
  rhythms: Rhythms
  random: Random
  asOf: number
}

/** @returns the outages by camera and start, and the cameras with the status they imply */
export function createOutages({ cameras, gridOf, rhythms, random, asOf }: OutagesInput): {
  outages: CameraOutage[]
  cameras: Camera[]
} {
  const byGrid = new Map<number | null, Camera[]>()
  for (const camera of cameras) {
    const grid = gridOf(camera.cellId)
    const others = byGrid.get(grid)
    if (others) others.push(camera)
    else byGrid.set(grid, [camera])
  }
  /** Some of the cameras of a grid: of a whole street, or of a few houses. */
  const together = (share: number): Camera[] => {
    const all = byGrid.get(gridOf(random.pick(cameras).cellId)) ?? []
    return all.filter(() => random.chance(share)).slice(0, largestCluster)
  }
  const seconds = (milliseconds: number) => Math.round(milliseconds / 1000) * 1000
  const from = asOf - history * day

  const wishes: CameraOutage[] = []
  // What is dark now.
  const dark = new Map<number, CameraOutage>()
  const wanted = Math.round(cameras.length * darkShare)
  const darken = (camera: Camera, startedAt: number, reason: Reason) => {
    if (dark.size < wanted && !dark.has(camera.id) && startedAt > Date.parse(camera.installedOn)) {
      dark.set(camera.id, { cameraId: camera.id, startedAt, endedAt: null, reason })
    }
  }
  while (dark.size < wanted * clusteredShare) {
    const reason = random.pick(['power', 'network', 'network', 'construction'] as const)
    const startedAt = seconds(
      asOf - random.exponential(reason === 'construction' ? 3 * day : 5 * hour) - 4 * minute,
    )
    for (const camera of together(random.between(0.4, 0.95))) darken(camera, startedAt, reason)
  }
  while (dark.size < wanted) {
    const reason = random.pick(['device', 'device', 'maintenance', 'network'] as const)
    darken(random.pick(cameras), seconds(asOf - random.exponential(6 * day) - 10 * minute), reason)
  }

  // What was dark before.
  for (let i = 0; i < clusterEvents; i++) {
    const stormy = random.chance(0.4)
    const startedAt = rhythms.draw(stormy ? 'rain' : 'sensor', random, from, asOf)
    const reason = stormy ? 'weather' : random.pick(['power', 'power', 'network', 'construction'] as const)
    const lasts = random.lognormal(0.7) * (reason === 'construction' ? 30 : stormy ? 5 : 2.4) * hour
    for (const camera of together(random.between(0.3, stormy ? 0.95 : 0.8))) {
      // They come back one after the other.
      const endedAt = seconds(startedAt + lasts + random.exponential(12 * minute))
      wishes.push({ cameraId: camera.id, startedAt, endedAt, reason })
    }
  }
  const alone = Math.round(cameras.length * aloneEachYear * (history / 365))
  for (let i = 0; i < alone; i++) {
    const reason = random.pick(['device', 'device', 'network', 'maintenance', 'power'] as const)
    const startedAt = rhythms.draw('sensor', random, from, asOf)
    const lasts = random.lognormal(0.9) * (reason === 'device' ? 120 : 5) * hour
    wishes.push({ cameraId: random.pick(cameras).id, startedAt, endedAt: seconds(startedAt + lasts), reason })
  }

  // One outage of a camera at a time, all after its installation, past ones over by now.
  const installed = new Map(cameras.map(({ id, installedOn }) => [id, Date.parse(installedOn)]))
  wishes.sort((a, b) => a.cameraId - b.cameraId || a.startedAt - b.startedAt)
  const outages: CameraOutage[] = []
  const lastEnd = new Map<number, number>()
  for (const wish of wishes) {
    const end = wish.endedAt ?? asOf
    const before = Math.max(lastEnd.get(wish.cameraId) ?? 0, installed.get(wish.cameraId) ?? 0)
    const until = dark.get(wish.cameraId)?.startedAt ?? asOf
    if (wish.startedAt <= before || end >= until) continue
    lastEnd.set(wish.cameraId, end)
    outages.push(wish)
  }
  outages.push(...dark.values())
  outages.sort((a, b) => a.cameraId - b.cameraId || a.startedAt - b.startedAt)

  return {
    outages,
    cameras: cameras.map((camera) => {
      const now = dark.get(camera.id)
      if (!now) return { ...camera, statusSince: lastEnd.get(camera.id) ?? camera.statusSince }
      const inRepair =
        now.reason === 'maintenance' || (now.reason === 'device' && asOf - now.startedAt > 3 * day)
      return {
        ...camera,
        status: inRepair ? ('repair' as const) : ('offline' as const),
        statusSince: now.startedAt,
      }
    }),
  }
}
