import { AHEAD_MS } from './incidents.ts'
import type { Read, Rejected } from './items.ts'

/** What came of a batch of statements about units: how many changed something, and how many said what was known. */
export interface StatementsAnswer {
  changed: number
  unchanged: number
  rejected: Rejected[]
}

/** Without what lies ahead of the server's clock, which is added to what was rejected. */
export function timely<Item extends { unit: string | number; at: string }>(
  { items, rejected }: Read<Item>,
  now: Date,
): Read<Item>['items'] {
  return items.filter(({ index, item }) => {
    if (Date.parse(item.at) <= now.getTime() + AHEAD_MS) return true
    const reason = `at: expected an instant that is not ahead of ${now.toISOString()}, got ${item.at}`
    rejected.push({ index, id: String(item.unit), reason })
    return false
  })
}
