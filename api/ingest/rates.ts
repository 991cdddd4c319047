import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Bearer } from './bearers.ts'

/** Rates are over so many seconds, so that a burst passes. */
const WINDOW_S = 10
/** Tokens that do not hold, by address: a phone with an old one tries for ever. */
const STRANGERS = 100

/** How much each source, and each address without a token that holds, may send. */
export class Rates {
  private readonly factor: number
  private readonly limiters = new Map<number, RateLimiterMemory>()
  private readonly strangers: RateLimiterMemory

  /** @param factor Multiplies all limits; 0: none. */
  constructor(factor: number) {
    this.factor = factor
    this.strangers = new RateLimiterMemory({
      keyPrefix: 'stranger',
      points: Math.ceil(STRANGERS * factor) || 1,
      duration: WINDOW_S,
    })
  }

  /** Counts a request of a source. @returns null, or the seconds to wait. */
  take({ key, ratePerSecond }: Bearer): Promise<number | null> {
    const points = Math.max(1, Math.ceil(ratePerSecond * WINDOW_S * this.factor))
    // One a rate: a limiter remembers keys, and a changed rate counts anew.
    const limiter =
      this.limiters.get(points) ??
      new RateLimiterMemory({ keyPrefix: `${points}`, points, duration: WINDOW_S })
    this.limiters.set(points, limiter)
    return this.consume(limiter, key)
  }

  /** Counts a request whose token does not hold. */
  takeStranger(network: string): Promise<number | null> {
    return this.consume(this.strangers, network)
  }

  /** Whether an address has offered too many tokens that do not hold: then none of its tokens is looked up. */
  async isBarred(network: string): Promise<number | null> {
    if (this.factor === 0) return null
    const state = await this.strangers.get(network)
    return state !== null && state.remainingPoints <= 0 ? secondsOf(state) : null
  }

  private async consume(limiter: RateLimiterMemory, key: string): Promise<number | null> {
    if (this.factor === 0) return null
    try {
      await limiter.consume(key)
      return null
    } catch (error) {
      if (error instanceof RateLimiterRes) return secondsOf(error)
      throw error
    }
  }
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000))
}
