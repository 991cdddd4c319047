import type { LiveDispatch } from '../../api/live/messages.ts'

/** How far a dispatch has come; of two words about the same one the further is the newer: stages only go forward. */
const order = { assigned: 0, acknowledged: 1, onScene: 2, done: 3, withdrawn: 3 } as const

export function isOpenDispatch({ state }: LiveDispatch): boolean {
  return order[state] < order.done
}

/** What the server answered and what the live stream has told since, each dispatch once, in the order they were sent. */
export function mergedDispatches(
  answered: readonly LiveDispatch[],
  told: Iterable<LiveDispatch>,
  incidentId: number,
): LiveDispatch[] {
  const byId = new Map(answered.map((each) => [each.id, each]))
  for (const each of told) {
    if (each.incidentId !== incidentId) continue
    const known = byId.get(each.id)
    if (!known || order[each.state] > order[known.state]) byId.set(each.id, each)
  }
  return [...byId.values()].sort((a, b) => a.id - b.id)
}

/** Instants of a dispatch with what was reached, in order. */
export function stagesOf(
  row: LiveDispatch,
): { state: LiveDispatch['state']; at: number; afterS: number | null }[] {
  const begun = Date.parse(row.assignedAt)
  const stages = [
    ['assigned', row.assignedAt],
    ['acknowledged', row.acknowledgedAt],
    ['onScene', row.arrivedAt],
    [row.state, row.doneAt],
  ] as const
  return stages.flatMap(([state, text], index) => {
    if (text === null) return []
    const at = Date.parse(text)
    return [{ state, at, afterS: index === 0 ? null : Math.max(0, (at - begun) / 1000) }]
  })
}
