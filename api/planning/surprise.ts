import { PlanRefusal, requireLength, requireNumbers } from './refusal.ts'

/**
 * How predictable a patrol is to somebody who watches. A patrol that goes from place to place by chance is a Markov
 * chain: `transitions[i * places + j]` is the probability of going from i to j next; rows sum to 1. Entropies in nats.
 */

const ROW_TOLERANCE = 1e-9

function checkedPlaces(transitions: ArrayLike<number>): number {
  const places = Math.round(Math.sqrt(transitions.length))
  requireLength('transitions', transitions, places * places)
  if (places === 0) throw new PlanRefusal('transitions: expected at least one place, got none')
  requireNumbers('transitions', transitions)
  for (let from = 0; from < places; from++) {
    let sum = 0
    for (let to = 0; to < places; to++) sum += transitions[from * places + to]
    if (Math.abs(sum - 1) <= ROW_TOLERANCE) continue
    throw new PlanRefusal(`transitions: expected the row of place ${from} to sum to 1, got ${sum}`)
  }
  return places
}

/** Whether every place can be reached from the first, and the first from every place. */
function isConnected(links: ArrayLike<number>, places: number): boolean {
  const reaches = (link: (from: number, to: number) => number) => {
    const seen = new Uint8Array(places)
    const open = [0]
    seen[0] = 1
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      for (let to = 0; to < places; to++) {
        if (seen[to] || link(from, to) === 0) continue
        seen[to] = 1
        open.push(to)
      }
    }
    return seen.every((each) => each === 1)
  }
  return reaches((from, to) => links[from * places + to]) && reaches((from, to) => links[to * places + from])
}

/**
 * Share of visits each place gets in the long run. By the elimination of Grassmann, Taksar and Heyman (1985), which
 * subtracts nothing and so loses no digits.
 * @throws PlanRefusal where some place cannot be reached from another.
 */
export function stationaryShares(transitions: ArrayLike<number>): Float64Array {
  const places = checkedPlaces(transitions)
  if (!isConnected(transitions, places)) {
    throw new PlanRefusal('transitions: expected every place to be reached from every other')
  }
  const work = Float64Array.from(transitions)
  const at = (from: number, to: number) => from * places + to
  for (let last = places - 1; last > 0; last--) {
    let leaving = 0
    for (let to = 0; to < last; to++) leaving += work[at(last, to)]
    for (let from = 0; from < last; from++) {
      work[at(from, last)] /= leaving
      const share = work[at(from, last)]
      if (share === 0) continue
      for (let to = 0; to < last; to++) work[at(from, to)] += share * work[at(last, to)]
    }
  }
  const shares = new Float64Array(places)
  shares[0] = 1
  let total = 1
  for (let place = 1; place < places; place++) {
    for (let from = 0; from < place; from++) shares[place] += shares[from] * work[at(from, place)]
    total += shares[place]
  }
  return shares.map((share) => share / total)
}

/** Mean surprise of a step to somebody who sees where the patrol is: Σ share(i) · −Σ p(i→j) ln p(i→j). */
export function entropyRate(transitions: ArrayLike<number>): number {
  const shares = stationaryShares(transitions)
  let rate = 0
  shares.forEach((share, from) => {
    for (let to = 0; to < shares.length; to++) {
      const chance = transitions[from * shares.length + to]
      if (chance > 0) rate -= share * chance * Math.log(chance)
    }
  })
  return rate
}

const POWER_STEPS = 200_000
const POWER_TOLERANCE = 1e-14

/**
 * The least predictable walk over links (Burda, Duda, Luck, Waclaw 2009): all paths of a length are equally likely.
 * @param links 1 where two places are next to each other, else 0, both ways, at [i * places + j].
 * @returns its transitions, and its entropy rate ln λ, which no walk over these links exceeds.
 */
export function leastPredictableWalk(links: ArrayLike<number>): {
  transitions: Float64Array
  entropyRate: number
} {
  const places = Math.round(Math.sqrt(links.length))
  requireLength('links', links, places * places)
  for (let index = 0; index < links.length; index++) {
    const mirrored = links[(index % places) * places + Math.floor(index / places)]
    if ((links[index] === 0 || links[index] === 1) && mirrored === links[index]) continue
    throw new PlanRefusal(`links: expected 0 or 1, the same both ways, got ${links[index]} at place ${index}`)
  }
  if (places === 0 || !isConnected(links, places)) {
    throw new PlanRefusal('links: expected every place to be reached from every other')
  }
  // One is added to the diagonal, so that a graph of two sides (a chess board) has one largest eigenvalue too.
  let vector = new Float64Array(places).fill(1 / Math.sqrt(places))
  let largest = 0
  for (let step = 0; step < POWER_STEPS; step++) {
    const next = Float64Array.from(vector)
    for (let from = 0; from < places; from++) {
      for (let to = 0; to < places; to++) if (links[from * places + to]) next[from] += vector[to]
    }
    const length = Math.hypot(...next)
    let change = 0
    for (let place = 0; place < places; place++) {
      next[place] /= length
      change = Math.max(change, Math.abs(next[place] - vector[place]))
    }
    vector = next
    largest = length - 1
    if (change < POWER_TOLERANCE) break
  }
  const transitions = new Float64Array(places * places)
  for (let from = 0; from < places; from++) {
    let sum = 0
    for (let to = 0; to < places; to++) if (links[from * places + to]) sum += vector[to]
    for (let to = 0; to < places; to++) {
      if (links[from * places + to]) transitions[from * places + to] = vector[to] / sum
    }
  }
  return { transitions, entropyRate: Math.log(largest) }
}

/**
 * Kemeny's constant: mean steps until the patrol stands at a place drawn by the long-run shares, from wherever it starts
 * (the start not counted).
 */
export function kemenyConstant(transitions: ArrayLike<number>): number {
  const shares = stationaryShares(transitions)
  const places = shares.length
  // Trace of (I − P + 1π)⁻¹, less one, by Gauss–Jordan with pivots.
  const matrix = Float64Array.from({ length: places * places }, (_, index) => {
    const [row, column] = [Math.floor(index / places), index % places]
    return (row === column ? 1 : 0) - transitions[index] + shares[column]
  })
  return traceOfInverse(matrix, places) - 1
}

function traceOfInverse(matrix: Float64Array, size: number): number {
  const inverse = new Float64Array(size * size)
  for (let row = 0; row < size; row++) inverse[row * size + row] = 1
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[row * size + column]) > Math.abs(matrix[pivot * size + column])) pivot = row
    }
    for (const part of [matrix, inverse]) {
      for (let index = 0; index < size; index++) {
        const kept = part[column * size + index]
        part[column * size + index] = part[pivot * size + index]
        part[pivot * size + index] = kept
      }
    }
    const divisor = matrix[column * size + column]
    for (let index = 0; index < size; index++) {
      matrix[column * size + index] /= divisor
      inverse[column * size + index] /= divisor
    }
    for (let row = 0; row < size; row++) {
      const factor = matrix[row * size + column]
      if (row === column || factor === 0) continue
      for (let index = 0; index < size; index++) {
        matrix[row * size + index] -= factor * matrix[column * size + index]
        inverse[row * size + index] -= factor * inverse[column * size + index]
      }
    }
  }
  let trace = 0
  for (let row = 0; row < size; row++) trace += inverse[row * size + row]
  return trace
}

/**
 * Mean entropy of the time until a place is visited again, weighted by the long-run shares (Duan, George, Bullo 2019):
 * what somebody learns from the gaps between visits. Gaps above `longest` steps count as one outcome.
 */
export function returnTimeEntropy(transitions: ArrayLike<number>, longest: number): number {
  const shares = stationaryShares(transitions)
  const places = shares.length
  if (!Number.isInteger(longest) || longest < 1) {
    throw new PlanRefusal(`longest: expected a whole number of steps from 1, got ${longest}`)
  }
  const surprise = (chance: number) => (chance > 0 ? -chance * Math.log(chance) : 0)
  let mean = 0
  for (let place = 0; place < places; place++) {
    // Where the patrol is that has left `place` and not come back yet.
    let away = Float64Array.from(transitions).subarray(place * places, (place + 1) * places)
    let entropy = 0
    let rest = 1
    for (let step = 1; step <= longest; step++) {
      const back = away[place]
      entropy += surprise(back)
      rest -= back
      if (step === longest || rest <= 0) break
      const next = new Float64Array(places)
      for (let from = 0; from < places; from++) {
        if (from === place || away[from] === 0) continue
        for (let to = 0; to < places; to++) next[to] += away[from] * transitions[from * places + to]
      }
      away = next
    }
    mean += shares[place] * (entropy + surprise(Math.max(0, rest)))
  }
  return mean
}

/**
 * How often an observer is right who expects each place at each time of day to be visited again when it was on most of
 * the last `days` days (ties: not visited).
 * @param visits By day: 1 where a place was visited at a time of day, else 0; all days alike long.
 * @returns hits of the visits expected (precision) and of the visits that came (recall), as counts.
 */
export function observerHits(
  visits: readonly ArrayLike<number>[],
  days: number,
): { expected: number; came: number; hits: number } {
  if (!Number.isInteger(days) || days < 1 || days >= visits.length) {
    throw new PlanRefusal(`days: expected 1 to ${visits.length - 1}, fewer than were watched, got ${days}`)
  }
  const slots = visits[0].length
  for (const [index, day] of visits.entries()) requireLength(`visits of day ${index}`, day, slots)
  const answer = { expected: 0, came: 0, hits: 0 }
  for (let day = days; day < visits.length; day++) {
    for (let slot = 0; slot < slots; slot++) {
      let seen = 0
      for (let back = 1; back <= days; back++) seen += visits[day - back][slot] > 0 ? 1 : 0
      const expected = 2 * seen > days
      const came = visits[day][slot] > 0
      if (expected) answer.expected++
      if (came) answer.came++
      if (expected && came) answer.hits++
    }
  }
  return answer
}

/**
 * How often to take each of several plans so that nobody knows which comes, for at most `allowance` more than the
 * cheapest on average: the chances with the most entropy, exp(−β cost) up to a factor.
 * @param costs Of the plans, in any unit.
 * @param allowance In the same unit, from 0 (the cheapest plans only).
 */
export function randomiseWithin(
  costs: ArrayLike<number>,
  allowance: number,
): { chances: Float64Array; meanCost: number; entropy: number } {
  requireNumbers('costs', costs, Number.NEGATIVE_INFINITY)
  requireNumbers('allowance', [allowance])
  if (costs.length === 0) throw new PlanRefusal('costs: expected at least one plan, got none')
  const least = Math.min(...Array.from(costs))
  const over = Float64Array.from(costs, (cost) => cost - least)
  const chancesAt = (beta: number) => {
    const weights = over.map((extra) => (extra === 0 ? 1 : Math.exp(-beta * extra)))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return weights.map((weight) => weight / total)
  }
  const meanOver = (chances: Float64Array) =>
    chances.reduce((sum, chance, plan) => sum + chance * over[plan], 0)
  let chances = chancesAt(0)
  if (meanOver(chances) > allowance) {
    let [low, high] = [0, 1]
    while (meanOver(chancesAt(high)) > allowance && Number.isFinite(high)) high *= 2
    for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
      const middle = (low + high) / 2
      if (meanOver(chancesAt(middle)) > allowance) low = middle
      else high = middle
    }
    chances = chancesAt(high)
  }
  return {
    chances,
    meanCost: least + meanOver(chances),
    entropy: chances.reduce((sum, chance) => sum - (chance > 0 ? chance * Math.log(chance) : 0), 0),
  }
}
