import Flatbush from 'flatbush'

/** Finds the point nearest to the pointer among a few thousand, on the CPU. Built for one array, rebuilt for another. */
export class PointFinder {
  #points: unknown = null
  #index: Flatbush | null = null

  /** @param points identity of the data; lng/lat as given, any unit. @returns index of the nearest within reach, or -1. */
  nearest(
    points: unknown,
    count: number,
    lngAt: (i: number) => number,
    latAt: (i: number) => number,
    lng: number,
    lat: number,
    reachLng: number,
    reachLat: number,
  ): number {
    if (count === 0) return -1
    if (this.#points !== points || !this.#index) {
      const index = new Flatbush(count)
      for (let i = 0; i < count; i++) index.add(lngAt(i), latAt(i))
      index.finish()
      this.#points = points
      this.#index = index
    }
    let best = -1
    let least = Number.POSITIVE_INFINITY
    for (const i of this.#index.search(lng - reachLng, lat - reachLat, lng + reachLng, lat + reachLat)) {
      const away = ((lngAt(i) - lng) / reachLng) ** 2 + ((latAt(i) - lat) / reachLat) ** 2
      if (away < least) {
        least = away
        best = i
      }
    }
    return best
  }
}
