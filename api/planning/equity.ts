import { requireLength, requireNumbers } from './refusal.ts'

/** How evenly something is spread over people. */
export interface Equity {
  /** 0: everybody alike; towards 1: one has all. */
  gini: number
  /** Places with people that were compared. */
  n: number
  /** Lorenz curve: share of people (those with least first) and their share of the amount, from [0, 0] to [1, 1]. */
  lorenz: [people: number, amount: number][]
}

/**
 * Lorenz curve and Gini coefficient of an amount per resident: places are put in order of what each of their residents has,
 * and count as many times as they have residents (Lorenz 1905, Gini 1914). Places without residents are left out.
 * @param amounts By place, such as minutes of patrol. @param residents By place.
 */
export function equity(amounts: ArrayLike<number>, residents: ArrayLike<number>): Equity {
  requireLength('amounts', amounts, residents.length)
  requireNumbers('amounts', amounts)
  requireNumbers('residents', residents)
  const places = Array.from({ length: amounts.length }, (_, place) => place)
    .filter((place) => residents[place] > 0)
    .sort((a, b) => amounts[a] / residents[a] - amounts[b] / residents[b] || a - b)
  const people = places.reduce((sum, place) => sum + residents[place], 0)
  const amount = places.reduce((sum, place) => sum + amounts[place], 0)
  const lorenz: Equity['lorenz'] = [[0, 0]]
  let [peopleBefore, amountBefore, doubled] = [0, 0, 0]
  for (const place of places) {
    const [nextPeople, nextAmount] = [peopleBefore + residents[place], amountBefore + amounts[place]]
    doubled += ((nextPeople - peopleBefore) * (nextAmount + amountBefore)) / people / (amount || 1)
    lorenz.push([nextPeople / people, amount === 0 ? nextPeople / people : nextAmount / amount])
    peopleBefore = nextPeople
    amountBefore = nextAmount
  }
  return { gini: amount === 0 ? 0 : Math.max(0, 1 - doubled), n: places.length, lorenz }
}
