/**
 * A unit's beacon: what it measures is off by some metres that drift, and what it sends is sometimes late. Where there is
 * no signal it keeps its fixes and sends them afterwards in bulk, out of order and some twice; now and then it forgets them.
 */
import type { Random } from '../random.ts'
import type { SimulatedCity } from './city.ts'
import type { SimulatedFix } from './request.ts'

const second = 1000
const minute = 60 * second

/** Standard deviation of a fix in metres, between houses and in the open; how much of one error stays for the next. */
const errorM = { town: 6, open: 3.5 }
const errorKept = 0.92
/** People within 250 m that make a town. */
const townPeople = 600
/** Mean time with signal and median time without, milliseconds. */
const withSignal = { town: 25 * minute, open: 9 * minute }
const withoutSignal = { town: 50 * second, open: 120 * second }
/** How often a phone forgets what it kept (it was started again), and how often a fix goes out twice. */
const forgets = 0.08
const doubles = 0.01
const doublesLate = 0.06

export class Beacon {
  readonly #city: SimulatedCity
  readonly #unit: number
  readonly #random: Random
  #errorX = 0
  #errorY = 0
  #kept: SimulatedFix[] = []
  #silentFrom: number
  #silentTo = -1
  #lastFix = Number.NEGATIVE_INFINITY

  constructor(city: SimulatedCity, unit: number, random: Random) {
    this.#city = city
    this.#unit = unit
    this.#random = random
    this.#silentFrom = random.exponential(withSignal.town)
    const sigma = errorM.town
    this.#errorX = random.normal() * sigma
    this.#errorY = random.normal() * sigma
  }

  /** Fixes to be sent now, given where the unit truly is (metres of the plane) at `at`. */
  sense(
    at: number,
    truth: { x: number; y: number; headingDeg: number | null; speedMs: number },
    everyMs: number,
  ): SimulatedFix[] {
    const due = at - this.#lastFix >= everyMs
    if (due) {
      this.#lastFix = at
      this.#kept.push(this.#measured(at, truth))
    }
    if (at >= this.#silentFrom && at < this.#silentTo) return []
    if (at >= this.#silentFrom && this.#silentTo < this.#silentFrom) {
      // The signal goes: the fix of this instant is the first that waits.
      const place = this.#placeOf(truth)
      this.#silentTo = at + Math.round(withoutSignal[place] * this.#random.lognormal(0.9))
      return []
    }
    if (this.#silentTo >= this.#silentFrom && at >= this.#silentTo) {
      this.#silentFrom = at + this.#random.exponential(withSignal[this.#placeOf(truth)])
      return this.#late()
    }
    const sent = this.#kept
    this.#kept = []
    return sent.length > 0 && this.#random.chance(doubles) ? [...sent, sent[sent.length - 1]] : sent
  }

  /** Switched off: what was not sent never comes. */
  off(): void {
    this.#kept = []
    this.#lastFix = Number.NEGATIVE_INFINITY
  }

  #placeOf({ x, y }: { x: number; y: number }): 'town' | 'open' {
    const position = this.#city.frame.plane.toPosition(x, y)
    return this.#city.frame.peopleNear(position, 250) > townPeople ? 'town' : 'open'
  }

  #measured(
    at: number,
    truth: { x: number; y: number; headingDeg: number | null; speedMs: number },
  ): SimulatedFix {
    const random = this.#random
    const fresh = errorM[this.#placeOf(truth)] * Math.sqrt(1 - errorKept ** 2)
    this.#errorX = errorKept * this.#errorX + random.normal() * fresh
    this.#errorY = errorKept * this.#errorY + random.normal() * fresh
    const [lng, lat] = this.#city.frame.plane.toPosition(truth.x + this.#errorX, truth.y + this.#errorY)
    const standing = truth.headingDeg === null || truth.speedMs < 0.5
    const turned = standing ? 0 : Math.round((truth.headingDeg ?? 0) + random.normal() * 4)
    return {
      unit: this.#unit,
      lng,
      lat,
      at,
      headingDeg: standing ? null : ((turned % 360) + 360) % 360,
      speedMs: standing ? 0 : Math.round(Math.max(0, truth.speedMs + random.normal() * 0.4) * 10) / 10,
    }
  }

  /** What was kept, the newest first as a phone sends it, then the rest in parcels that overtake one another. */
  #late(): SimulatedFix[] {
    const random = this.#random
    const kept = this.#kept
    this.#kept = []
    if (kept.length === 0) return []
    const newest = kept[kept.length - 1]
    if (random.chance(forgets)) return [newest]
    const parcels: SimulatedFix[][] = []
    for (let i = 0; i < kept.length - 1; ) {
      const size = random.int(3, 12)
      parcels.push(kept.slice(i, Math.min(kept.length - 1, i + size)))
      i += size
    }
    const late = random.shuffled(parcels).flat()
    return [newest, ...late, ...late.filter(() => random.chance(doublesLate))]
  }
}
