/** Counts by kind as the bars of a chart: groups, and below a chosen group what it holds. */
import { type CityKind, groupsOf, isBelow, membersOf } from '../state/kindFilter.ts'

export interface KindBar {
  /** A group or a kind code, as the view's `kinds` takes it. */
  token: string
  /** The kind, null for a group. */
  kind: CityKind | null
  group: string
  /** null: withheld. */
  now: number | null
  /** null: withheld, or nothing to compare with. */
  before: number | null
  chosen: boolean
}

export interface KindAnswer {
  kind: readonly string[]
  count: readonly (number | null)[]
  compareCount?: readonly (number | null)[]
}

/**
 * Bars by group, most first; where only one group is chosen, its members follow it. Kinds without any are left out,
 * unless chosen.
 * @param answer counts of all kinds but disputes, each row's own kind.
 */
export function kindBars(
  kinds: readonly CityKind[],
  answer: KindAnswer,
  tokens: readonly string[] | undefined,
): KindBar[] {
  const known = new Map(kinds.map((kind) => [kind.code, kind]))
  const sum = (counts: readonly (number | null)[] | undefined, belongs: (kind: CityKind) => boolean) =>
    counts
      ? answer.kind.reduce((total, code, at) => {
          const kind = known.get(code)
          return kind && belongs(kind) ? total + (counts[at] ?? 0) : total
        }, 0)
      : null
  const bar = (
    token: string,
    kind: CityKind | null,
    group: string,
    belongs: (kind: CityKind) => boolean,
  ) => ({
    token,
    kind,
    group,
    now: sum(answer.count, belongs) ?? 0,
    before: sum(answer.compareCount, belongs),
    chosen: tokens?.includes(token) ?? false,
  })
  const groups = groupsOf(kinds)
    .filter((group) => group !== 'dispute')
    .map((group) => bar(group, null, group, (kind) => kind.group === group))
  const shown = (bars: KindBar[]) =>
    bars
      .filter((each) => (each.now ?? 0) > 0 || (each.before ?? 0) > 0 || each.chosen)
      .sort((a, b) => (b.now ?? 0) - (a.now ?? 0) || (a.token < b.token ? -1 : 1))
  const open = openGroup(kinds, tokens)
  return shown(groups).flatMap((each) => {
    if (each.group !== open) return [each]
    const members = membersOf(kinds, each.group).map((member) =>
      bar(member.code, member, each.group, (kind) => isBelow(known, kind, member.code)),
    )
    return [each, ...shown(members)]
  })
}

/** The one group the chosen kinds belong to; undefined where none or several are chosen. */
function openGroup(kinds: readonly CityKind[], tokens: readonly string[] | undefined): string | undefined {
  if (!tokens) return undefined
  const groups = new Set(tokens.map((token) => kinds.find((kind) => kind.code === token)?.group ?? token))
  return groups.size === 1 ? [...groups][0] : undefined
}

/** Disputes by type as they were answered, withheld ones among them. */
export function disputeBars(
  kinds: readonly CityKind[],
  answer: KindAnswer,
  tokens: readonly string[] | undefined,
): KindBar[] {
  const known = new Map(kinds.map((kind) => [kind.code, kind]))
  return answer.kind.flatMap((code, at) => {
    const kind = known.get(code)
    return kind
      ? [
          {
            token: code,
            kind,
            group: kind.group,
            now: answer.count[at],
            before: answer.compareCount?.[at] ?? null,
            chosen: tokens?.includes(code) ?? false,
          },
        ]
      : []
  })
}
