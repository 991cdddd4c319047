import type { LiveEventRow } from '../../db/queries/liveReading.ts'

/** What a client that was away is told again at most; one that missed more asks for a snapshot. */
export const MOST_BACKFILLED = 5000
export const BACKFILL_MINUTES = 10

/** The last events of a city, in memory: everything numbered after `floor`. */
export class RecentEvents {
  /** Nothing is missing behind this number. */
  floor: number
  private events: LiveEventRow[] = []
  /** Those before are gone; moved together now and then. */
  private first = 0

  constructor(floor: number) {
    this.floor = floor
  }

  /** @param events in the order of their numbers, all greater than what was added before. */
  add(events: readonly LiveEventRow[]): void {
    for (const event of events) this.events.push(event)
    while (this.events.length - this.first > MOST_BACKFILLED) this.drop()
    if (this.first > MOST_BACKFILLED) {
      this.events = this.events.slice(this.first)
      this.first = 0
    }
  }

  /** Lets go of what was numbered before an instant. */
  thin(oldest: Date): void {
    while (this.first < this.events.length && this.events[this.first].moment / 1000 < oldest.getTime())
      this.drop()
  }

  /** Fixes of a unit from an instant on are no longer told. */
  forgetFixes(unitId: number, from: Date): void {
    this.events = this.events
      .slice(this.first)
      .filter((event) => !(event.topic === 'position' && event.unit_id === unitId && fixedAt(event) >= from))
    this.first = 0
  }

  /** Everything after a number, in order; null: some of it is gone. */
  after(number: number): readonly LiveEventRow[] | null {
    if (number < this.floor) return null
    let low = this.first
    let high = this.events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.events[middle].number <= number) low = middle + 1
      else high = middle
    }
    return this.events.slice(low)
  }

  private drop(): void {
    this.floor = this.events[this.first].number
    this.first += 1
  }
}

function fixedAt({ text }: LiveEventRow): Date {
  const { fix }: { fix: { at: string } } = JSON.parse(text)
  return new Date(fix.at)
}
