/** The kinds of a view: groups and codes in the URL, codes for the API, words for people. */
import type { City } from '../hooks/useCity.ts'

export type CityKind = Omit<City['kinds'][number], 'family'>

/** Groups the city's kinds really have, in the order of the kinds; disputes last. */
export function groupsOf(kinds: readonly CityKind[]): string[] {
  const groups = [...new Set(kinds.map((kind) => kind.group))]
  return [...groups.filter((group) => group !== 'dispute'), ...groups.filter((group) => group === 'dispute')]
}

/** Kinds of a group that have no parent. */
export function topKinds(kinds: readonly CityKind[], group: string): CityKind[] {
  return kinds.filter((kind) => kind.group === group && kind.parentCode === null)
}

/** What a group's list offers: its top kinds, or, where there is only one, what lies below it. */
export function membersOf(kinds: readonly CityKind[], group: string): CityKind[] {
  const tops = topKinds(kinds, group)
  const below = tops.length === 1 ? kinds.filter((kind) => kind.parentCode === tops[0].code) : []
  return below.length > 0 ? below : tops
}

/** The groups and codes the city knows; another city's, from its link, are no filter here and are not shown as one. */
export function knownTokens(
  kinds: readonly CityKind[],
  tokens: readonly string[] | undefined,
): readonly string[] | undefined {
  const known = tokens?.filter((token) => kinds.some(({ code, group }) => code === token || group === token))
  return known && known.length > 0 ? known : undefined
}

/**
 * Codes for the API; undefined = everything but disputes. What the city does not know is left out; disputes are never
 * mixed with other kinds: as soon as another kind is asked for they go.
 */
export function kindCodes(
  kinds: readonly CityKind[],
  tokens: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!tokens) return undefined
  const known = new Map(kinds.map((kind) => [kind.code, kind]))
  const codes = tokens.flatMap((token) => {
    const kind = known.get(token)
    return kind ? [kind] : topKinds(kinds, token)
  })
  const plain = codes.filter((kind) => !kind.dispute)
  const chosen = [...new Set((plain.length > 0 ? plain : codes).map((kind) => kind.code))]
  return chosen.length > 0 ? chosen : undefined
}

/** True when the view asks for disputes, which have rules of their own. */
export function asksDisputes(kinds: readonly CityKind[], codes: readonly string[] | undefined): boolean {
  if (!codes) return false
  return kinds.some((kind) => kind.dispute && codes.includes(kind.code))
}

/** True when some types of disputes are asked for: these are told apart only for larger areas. */
export function asksTypes(kinds: readonly CityKind[], codes: readonly string[] | undefined): boolean {
  return asksDisputes(kinds, codes) && disputeTypes(kinds).some(({ code }) => !codes?.includes(code))
}

/** Types of disputes of the first level. */
export function disputeTypes(kinds: readonly CityKind[]): CityKind[] {
  return kinds.filter((kind) => kind.dispute && kind.parentCode === null)
}

/** Ticks or clears a group or a kind. All ticked, or none, is the same as no filter. */
export function toggleToken(
  kinds: readonly CityKind[],
  tokens: readonly string[] | undefined,
  group: string,
  code?: string,
): readonly string[] | undefined {
  const groups = groupsOf(kinds).filter((each) => each !== 'dispute')
  const all = tokens ?? groups
  const members = membersOf(kinds, group).map((kind) => kind.code)
  const chosen = all.includes(group) ? members : members.filter((member) => all.includes(member))
  const next =
    code === undefined
      ? chosen.length === members.length
        ? []
        : members
      : chosen.includes(code)
        ? chosen.filter((member) => member !== code)
        : members.filter((member) => chosen.includes(member) || member === code)
  const others = all.filter((token) => token !== group && !members.includes(token))
  const own = next.length === members.length ? [group] : next
  const result = groups.flatMap((each) =>
    each === group
      ? own
      : others.filter(
          (token) => token === each || membersOf(kinds, each).some((kind) => kind.code === token),
        ),
  )
  const whole = result.length === groups.length && groups.every((each) => result.includes(each))
  return result.length === 0 || whole ? undefined : result
}

/** True for a kind and everything below it. */
export function isBelow(known: ReadonlyMap<string, CityKind>, kind: CityKind, code: string): boolean {
  for (
    let each: CityKind | undefined = kind;
    each;
    each = each.parentCode === null ? undefined : known.get(each.parentCode)
  )
    if (each.code === code) return true
  return false
}

/** Codes of the kinds that both sets of codes hold; undefined holds everything but disputes. */
export function commonKinds(
  kinds: readonly CityKind[],
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!one || !other) return one ?? other
  const known = new Map(kinds.map((kind) => [kind.code, kind]))
  const inside = (codes: readonly string[], above: readonly string[]) =>
    codes.filter((code) => {
      const kind = known.get(code)
      return kind !== undefined && above.some((each) => isBelow(known, kind, each))
    })
  return [...new Set([...inside(one, other), ...inside(other, one)])]
}
