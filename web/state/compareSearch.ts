/**
 * The second side of a comparison as it stands in the URL: `compare=1` and, where it differs from what follows from the
 * first side, `compareWindow`, `compareFrom`, `compareTo`, `compareKinds`, `compareVersion`.
 */
import { decodeView, encodeView, type ViewSearch } from './viewSearch.ts'

/** What the second side may have of its own. */
export interface OtherSide {
  /** Absent: the same stretch one year before the first side's. */
  window?: ViewSearch['window']
  /** Absent: the first side's; 'all': everything but disputes. */
  kinds?: readonly string[] | 'all'
  /** Absent: the first side's. */
  version?: string
}

const parts = {
  window: 'compareWindow',
  from: 'compareFrom',
  to: 'compareTo',
  kinds: 'compareKinds',
  version: 'compareVersion',
}
const allKinds = 'all'

type Rest = ViewSearch['rest']

/** undefined: there is no comparison. */
export function decodeOtherSide(rest: Rest): OtherSide | undefined {
  if (rest?.compare !== '1') return undefined
  const query = new URLSearchParams()
  for (const [name, parameter] of Object.entries(parts)) {
    const text = rest[parameter]
    if (text !== undefined) query.set(name, text)
  }
  const all = rest.compareKinds === allKinds
  const { window, kinds, version } = decodeView(query.toString())
  return { window, kinds: all ? allKinds : kinds, version }
}

/** `rest` with the comparison, or without one. */
export function encodeOtherSide(rest: Rest, side: OtherSide | undefined): Rest {
  const names = new Set<string>(['compare', ...Object.values(parts)])
  const kept = Object.fromEntries(Object.entries(rest ?? {}).filter(([name]) => !names.has(name)))
  if (side) {
    kept.compare = '1'
    const kinds = side.kinds === allKinds ? undefined : side.kinds
    const query = new URLSearchParams(encodeView({ window: side.window, kinds, version: side.version }))
    for (const [name, parameter] of Object.entries(parts)) {
      const text = query.get(name)
      if (text !== null) kept[parameter] = text
    }
    if (side.kinds === allKinds) kept.compareKinds = allKinds
  }
  return Object.keys(kept).length > 0 ? kept : undefined
}
