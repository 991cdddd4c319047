import type { Kind } from '../things.ts'
import type { IncidentSource } from './manifest.ts'
import { compare } from './placeFinder.ts'

/** The kinds of a source: its categories as they are written there, with the names and groups its manifest gives them. */
export function importedKinds(source: IncidentSource, categories: Iterable<string>): Kind[] {
  return [...categories].sort(compare).map((code, index) => {
    const described = Object.hasOwn(source.categories, code) ? source.categories[code] : null
    const { group, name, sensitive, publicOrder } = described ?? {
      group: 'other',
      name: { zh: code, en: code },
      sensitive: false,
      publicOrder: true,
    }
    // What is sensitive follows the rules of disputes, whatever its group.
    const dispute = group === 'dispute' || sensitive
    return { code, parentCode: null, group, name, dispute, sensitive, publicOrder, sort: index + 1 }
  })
}
