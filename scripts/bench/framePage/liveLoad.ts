import type { LiveMessage } from '../../../api/live/messages.ts'
import { LiveStore } from '../../../web/live/liveStore.ts'
import { nextFrame } from '../../../web/live/nextFrame.ts'
import { StorePicture } from '../../../web/live/storePicture.ts'
import type { MapController } from '../../../web/map/scene.ts'

const metresPerDegree = 111_320
const kinds = ['car', 'motorcycle', 'foot', 'command'] as const
const states = ['free', 'assigned', 'enRoute', 'onScene'] as const

/** What a busy city tells: so many units with a fix a second, so many incidents a second. */
export interface LiveLoad {
  units: number
  incidentsPerSecond: number
}

/** Switches what is live on and off on the same map. */
export type LiveSwitch = (on: boolean) => void

/**
 * Feeds the store of the page as the stream would, ten batches a second, around a middle: each unit drives on at 10 m/s,
 * each incident rings. The store, its picture and the layers are those of the page that is shipped.
 */
export function liveLoad(
  controller: MapController,
  [lng, lat]: readonly [number, number],
  { units, incidentsPerSecond }: LiveLoad,
): LiveSwitch {
  const store = new LiveStore(nextFrame)
  const picture = new StorePicture(store)
  picture.choose({
    groupOf: (kind) => kind,
    kinds: null,
    selectedUnit: null,
    reducedMotion: false,
  })
  store.subscribe(controller.redraw)
  store.onNews(({ incidents }) =>
    controller.pulse(incidents.map(({ lng, lat, level }) => ({ point: [lng, lat], level }))),
  )
  const spread = 0.03
  const at = (unit: number, seconds: number): [number, number, number] => {
    const heading = (unit * 137.5 + 20 * Math.floor(seconds / 15)) % 360
    const angle = (heading * Math.PI) / 180
    const way = (10 * seconds) / metresPerDegree
    const east = spread * Math.sin(unit * 12.9898) + 0.02 * Math.sin(way * 50 + unit)
    const north = spread * Math.cos(unit * 78.233) + 0.02 * Math.cos(way * 50 + unit)
    return [lng + east, lat + north, (angle * 180) / Math.PI]
  }
  const startedAt = Date.now()
  let number = 1
  let incident = 0
  store.replace({
    eventId: String(number),
    incidents: [],
    counts: [],
    units: Array.from({ length: units }, (_, i) => ({
      id: i + 1,
      callSign: `${1 + (i % 6)}车${i}`,
      kind: kinds[i % kinds.length],
      squadId: 1 + (i % 6),
      strength: 2,
      state: states[i % states.length],
      incidentId: null,
      dutySince: null,
      fix: null,
      synthetic: true,
    })),
    dispatches: [],
    alerts: [],
    feeds: [],
  })
  const groups = ['criminal', 'publicOrder', 'traffic', 'fire', 'help', 'complaint', 'hazard', 'other']
  let batch = 0
  const tell = () => {
    const now = Date.now()
    const messages: LiveMessage[] = []
    // A tenth of the units in each tenth of a second.
    for (let i = batch % 10; i < units; i += 10) {
      const [unitLng, unitLat, headingDeg] = at(i, (now - startedAt) / 1000)
      messages.push({
        topic: 'position',
        fix: {
          unitId: i + 1,
          lng: unitLng,
          lat: unitLat,
          at: new Date(now).toISOString(),
          headingDeg,
          speedMs: 10,
          synthetic: true,
        },
      })
    }
    for (let i = 0; i < incidentsPerSecond / 10; i++) {
      incident++
      messages.push({
        topic: 'incident',
        incident: {
          id: incident,
          kind: groups[incident % groups.length],
          level: ([4, 4, 3, 4, 2, 4, 3, 1] as const)[incident % 8],
          status: 'new',
          lng: lng + spread * Math.sin(incident * 3.17),
          lat: lat + spread * Math.cos(incident * 7.31),
          cellId: null,
          source: 'bench',
          channel: '110',
          reportedAt: new Date(now).toISOString(),
          dispatchedAt: null,
          arrivedAt: null,
          closedAt: null,
          dueAt: null,
          synthetic: true,
        },
      })
    }
    batch++
    store.receive(String(++number), messages)
  }
  // A map that was watched for a while: ten seconds of it are there at once.
  for (let i = 0; i < 100; i++) tell()
  let timer: ReturnType<typeof setInterval> | undefined
  return (on) => {
    clearInterval(timer)
    if (on) timer = setInterval(tell, 100)
    controller.setLive(on ? picture : null)
  }
}
