import { Skeleton } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useCounted } from '../hooks/useCounted.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import { useWindowCounts } from '../hooks/useWindowCounts.ts'
import { Verdict } from '../ui/Change.tsx'
import { Count } from '../ui/Count.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import { groupName } from './KindFilter.tsx'
import styles from './selectionPanel.module.css'

/** More kinds than this are shown by group. */
const mostRows = 8

interface Row {
  key: string
  label: string
  /** null: hidden by the rule for small numbers, or the sum of something hidden. */
  now: number | null
  /** undefined: no data that far back. */
  before: number | null | undefined
}

/** A sum with a hidden part is hidden itself. */
const added = (sum: number | null, count: number | null) =>
  sum === null || count === null ? null : sum + count

/** Kinds by group with last year's counts and a verdict each; a click filters. */
export function AreaKinds({ areaId, among }: { areaId: number | undefined; among: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { kinds, tokens } = useKinds()
  const changeView = useChangeView()
  const { window, tooShort, query, disputes, stale, span, compare } = useWindowCounts(areaId)
  const counted = useCounted()
  // A few kinds are shown one by one, many by group.
  const single =
    disputes || kinds.filter((kind) => !kind.dispute && kind.parentCode === null).length <= mostRows
  const rows = useMemo(() => {
    if (!query.data) return []
    const table = new Map(kinds.map((kind) => [kind.code, kind]))
    const sums = new Map<string, Row>()
    query.data.kind.forEach((code, position) => {
      const kind = table.get(code)
      const top = kind?.parentCode ? (table.get(kind.parentCode) ?? kind) : kind
      const key = single ? (top?.code ?? code) : (kind?.group ?? 'other')
      const row = sums.get(key) ?? {
        key,
        label: single ? (top?.name[language] ?? code) : groupName(t, key),
        now: 0,
        before: query.data.compareCount ? 0 : undefined,
      }
      row.now = added(row.now, query.data.count[position])
      if (row.before !== undefined)
        row.before = added(row.before, query.data.compareCount?.[position] ?? null)
      sums.set(key, row)
    })
    return [...sums.values()].sort((a, b) => (b.now ?? 0) - (a.now ?? 0))
  }, [query.data, kinds, single, language, t])
  if (tooShort || query.isError) return null
  if (!query.data || !window) return <Skeleton active title={false} paragraph={{ rows: 5 }} />
  if (rows.length === 0) {
    return (
      <Section title={t('area.byKind')}>
        <EmptyState>{t('area.byKindEmpty')}</EmptyState>
      </Section>
    )
  }
  return (
    <NumbersOf {...counted} span={span} compare={compare} each={false}>
      <Section title={t('area.byKind')} aside={<AboutNumbers />} stale={stale}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('area.kind')}</th>
              <th scope="col">{t('area.now')}</th>
              <th scope="col">{t('area.before')}</th>
              <th scope="col">{t('area.verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">
                  <button
                    type="button"
                    className={styles.link}
                    aria-pressed={tokens?.includes(row.key) ?? false}
                    onClick={() =>
                      changeView({
                        kinds: tokens?.length === 1 && tokens[0] === row.key ? undefined : [row.key],
                      })
                    }
                  >
                    {row.label}
                  </button>
                </th>
                <td>
                  <Count value={row.now} />
                </td>
                <td className={styles.soft}>
                  <Count value={row.before} />
                </td>
                <td>
                  {row.now !== null && row.before !== null && (
                    <Verdict now={row.now} before={row.before ?? null} among={among * rows.length} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </NumbersOf>
  )
}
