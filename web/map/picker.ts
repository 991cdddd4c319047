import Flatbush from 'flatbush'
import type { Position } from '../../geodata/city.ts'
import { stepsPerDegree } from '../../geodata/topology.ts'
import type { LiveMark } from '../layers/liveIncidents.ts'
import type { LoadedCameras } from '../workers/protocol.ts'
import { areaAt } from './areaFinder.ts'
import { layerState } from './layerOrder.ts'
import type { LiveFrame } from './livePicture.ts'
import { PointFinder } from './pointFinder.ts'
import type { MapScene, Target } from './scene.ts'
import type { SceneLayers } from './sceneLayers.ts'

/** Reach of the pointer around a symbol, CSS pixels. */
const reachPixels = 10
/** Marks of what is live are larger. */
const liveReachPixels = 13

/** The unit or the mark of an incident of now nearest to a point and within reach of it; units lie on top. */
function liveAt(
  scene: MapScene,
  live: LiveFrame | null,
  marks: readonly LiveMark[],
  lng: number,
  lat: number,
  [perLng, perLat]: readonly [number, number],
): Target | null {
  const nearest = <Thing>(
    things: readonly Thing[],
    placeOf: (thing: Thing) => { lng: number; lat: number },
  ) => {
    let least = liveReachPixels ** 2
    let found: Thing | null = null
    for (const thing of things) {
      const place = placeOf(thing)
      const away = ((place.lng - lng) / perLng) ** 2 + ((place.lat - lat) / perLat) ** 2
      if (away > least) continue
      least = away
      found = thing
    }
    return found
  }
  const units = live && layerState(scene.layers, 'units').visible ? live.units : []
  const unit = nearest(units, (each) => each)
  if (unit) return { kind: 'unit', id: unit.id }
  const mark = nearest(marks, ({ incident }) => incident)
  return mark && { kind: 'incident', id: mark.incident.id, more: mark.more }
}

/** Says what lies under the pointer, from memory and without a drawing pass. */
export class Picker {
  readonly #incidents = new PointFinder()
  readonly #places = { centres: new PointFinder(), posts: new PointFinder(), sites: new PointFinder() }
  readonly #clusters = new PointFinder()
  readonly #cameraFinders = new WeakMap<LoadedCameras, Flatbush>()

  /**
   * @param level index of the shown level, -1 without. @param degreesPerPixel lng and lat a CSS pixel spans here.
   */
  pick(
    scene: MapScene,
    layers: SceneLayers,
    [lng, lat]: Position,
    level: number,
    degreesPerPixel: readonly [number, number],
    live: LiveFrame | null = null,
  ): { target: Target | null; areaId: number | null } {
    const area = scene.areas && level >= 0 ? areaAt(scene.areas, level, lng, lat) : -1
    const areaId = scene.areas && area >= 0 ? scene.areas.id[area] : null
    const target =
      liveAt(scene, live, layers.liveMarks, lng, lat, degreesPerPixel) ??
      this.#pointAt(scene, layers, lng, lat, degreesPerPixel)
    return { areaId, target: target ?? (areaId === null ? null : { kind: 'area', areaId }) }
  }

  #pointAt(
    scene: MapScene,
    layers: SceneLayers,
    lng: number,
    lat: number,
    degreesPerPixel: readonly [number, number],
  ): Target | null {
    const visible = (id: Parameters<typeof layerState>[1]) => layerState(scene.layers, id).visible
    const reachLng = reachPixels * degreesPerPixel[0]
    const reachLat = reachPixels * degreesPerPixel[1]
    const { cameras } = scene
    const incidents = layers.restingIncidents
    if (incidents) {
      const i = this.#incidents.nearest(
        incidents,
        incidents.id.length,
        (at) => incidents.lng[at] / stepsPerDegree,
        (at) => incidents.lat[at] / stepsPerDegree,
        lng,
        lat,
        reachLng,
        reachLat,
      )
      if (i >= 0) return { kind: 'incident', id: incidents.id[i], more: 0 }
    }
    const places = { centres: scene.centres, posts: scene.posts, sites: layers.sites(scene) }
    for (const id of ['centres', 'posts', 'sites'] as const) {
      if (!visible(id)) continue
      const list = places[id]
      const i = this.#places[id].nearest(
        list,
        list.length,
        (at) => list[at].point[0],
        (at) => list[at].point[1],
        lng,
        lat,
        reachLng,
        reachLat,
      )
      if (i >= 0) return { kind: 'place', id: list[i].id, category: list[i].category }
    }
    const { clusters } = layers
    if (cameras && clusters && visible('cameras')) {
      const i = this.#clusters.nearest(
        clusters,
        clusters.count.length,
        (at) => clusters.lng[at],
        (at) => clusters.lat[at],
        lng,
        lat,
        1.5 * reachLng,
        1.5 * reachLat,
      )
      if (i >= 0) {
        const camera = clusters.camera[i]
        if (camera >= 0) return { kind: 'camera', id: cameras.id[camera] }
        return {
          kind: 'cameraCluster',
          point: [clusters.lng[i], clusters.lat[i]],
          count: clusters.count[i],
          expandZoom: clusters.expandZoom[i],
        }
      }
    }
    return null
  }

  /** Ids of the cameras inside a box, for panels. */
  camerasIn(cameras: LoadedCameras, box: readonly [number, number, number, number]): number[] {
    let finder = this.#cameraFinders.get(cameras)
    if (!finder) {
      finder = Flatbush.from(cameras.finder)
      this.#cameraFinders.set(cameras, finder)
    }
    const [west, south, east, north] = box.map((degree) => degree * stepsPerDegree)
    return finder.search(west, south, east, north).map((i) => cameras.id[i])
  }
}
