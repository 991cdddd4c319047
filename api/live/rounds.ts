import type { LivePlace } from '../../db/queries/liveReading.ts'

/** Numbers given at once: all from the first to the last. */
interface Round {
  first: number
  last: number
  moment: number
}

/** When the last numbers were given: whoever comes from another history of the database is known by it. */
export class Rounds {
  private rounds: Round[] = []

  /** @param places in order, all behind those that were added before. */
  add(places: readonly LivePlace[]): void {
    let round = this.rounds.at(-1)
    for (const { number, moment } of places) {
      if (round?.moment === moment) round.last = number
      else {
        round = { first: number, last: number, moment }
        this.rounds.push(round)
      }
    }
  }

  /** Whether a number was given at that instant, as far as is remembered; before the first number everybody has been. */
  has({ number, moment }: LivePlace): boolean {
    if (number === 0) return moment === 0
    const round = this.rounds.findLast(({ first }) => first <= number)
    return round !== undefined && number <= round.last && round.moment === moment
  }

  /** Forgets what is older than an instant, but for the last. */
  thin(oldest: Date): void {
    const kept = this.rounds.findIndex(({ moment }) => moment / 1000 >= oldest.getTime())
    this.rounds = this.rounds.slice(kept < 0 ? -1 : kept)
  }

  clear(): void {
    this.rounds = []
  }
}
