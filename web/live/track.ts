/** Fixes a unit keeps in the browser: five minutes at one a second, an hour at one every ten. */
export const mostFixes = 360

/** The last fixes of one unit in the order of their instants, however they came; EPSG:4326 degrees, epoch milliseconds. */
export class Track {
  readonly lng = new Float64Array(mostFixes)
  readonly lat = new Float64Array(mostFixes)
  readonly at = new Float64Array(mostFixes)
  /** Degrees clockwise from north, NaN where unknown. */
  readonly heading = new Float32Array(mostFixes)
  /** Metres a second, NaN where unknown. */
  readonly speed = new Float32Array(mostFixes)
  /** Number of the event that told each. */
  readonly #number = new Float64Array(mostFixes)
  count = 0

  /** Index of the newest fix, -1 without any. */
  get last(): number {
    return this.count - 1
  }

  /** @returns false where nothing changed: the fix was known, or is older than all that are kept. */
  add(
    fix: { lng: number; lat: number; at: number; heading: number | null; speed: number | null },
    number: number,
  ): boolean {
    let place = this.count
    while (place > 0 && this.at[place - 1] > fix.at) place--
    if (place > 0 && this.at[place - 1] === fix.at) {
      // One unit has one place at an instant: the first word told about it stands.
      if (this.#number[place - 1] <= number) return false
      this.#set(place - 1, fix, number)
      return true
    }
    if (this.count === mostFixes) {
      if (place === 0) return false
      this.#move(1, 0, place - 1)
      place--
    } else {
      this.#move(place, place + 1, this.count - place)
      this.count++
    }
    this.#set(place, fix, number)
    return true
  }

  /** Forgets what was told before an event: off duty nothing is kept. */
  forgetBefore(number: number): void {
    let kept = 0
    for (let i = 0; i < this.count; i++) if (this.#number[i] > number) this.#move(i, kept++, 1)
    this.count = kept
  }

  #columns() {
    return [this.lng, this.lat, this.at, this.heading, this.speed, this.#number]
  }

  #move(from: number, to: number, count: number): void {
    for (const column of this.#columns()) column.copyWithin(to, from, from + count)
  }

  #set(i: number, fix: Parameters<Track['add']>[0], number: number): void {
    this.lng[i] = fix.lng
    this.lat[i] = fix.lat
    this.at[i] = fix.at
    this.heading[i] = fix.heading ?? Number.NaN
    this.speed[i] = fix.speed ?? Number.NaN
    this.#number[i] = number
  }
}
