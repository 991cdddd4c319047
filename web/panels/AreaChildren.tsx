import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { useAreaCounts } from '../hooks/useAggregates.ts'
import { useWindow } from '../hooks/useCity.ts'
import { useGoToArea } from '../hooks/useGoToArea.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { childrenOf, levelAt, nameOf, shortNameOf } from '../state/areaTree.ts'
import { daysOf } from '../state/timeWindow.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import styles from './selectionPanel.module.css'

/** More children than this are not listed; the note says how many. */
const mostChildren = 200

/** What is inside, with counts; the busiest first. A click selects. */
export function AreaChildren({ bundle, index }: { bundle: AreaBundle; index: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const { hierarchy } = useSelection()
  const goToArea = useGoToArea()
  const children = childrenOf(bundle, index, hierarchy)
  const level = children.length > 0 ? levelAt(bundle, children[0]) : null
  const tooShort = disputes && window !== undefined && daysOf(window.span) < 365
  const query = useAreaCounts({
    level: level?.level,
    within: index < 0 ? undefined : bundle.id[index],
    span: window?.span,
    kinds: codes,
    enabled: level !== null && !tooShort,
  })
  if (!level) {
    return <EmptyState>{t('area.insideNone')}</EmptyState>
  }
  const counts = new Map(query.data?.areaId.map((id, position) => [id, query.data.count[position]]))
  const rows = children
    .map((child) => ({ child, count: counts.get(bundle.id[child]) }))
    .sort((a, b) => (b.count ?? 0) - (a.count ?? 0) || a.child - b.child)
  const top = Math.max(1, ...rows.map((row) => row.count ?? 0))
  return (
    <Section
      title={t('area.childrenOf', { level: level.name[language] })}
      aside={<span>{t('area.incidents')}</span>}
    >
      {disputes && query.isError && (
        <EmptyState>{t('kinds.disputeLevel', { level: level.name[language] })}</EmptyState>
      )}
      <ul className={styles.children} data-testid="children">
        {rows.slice(0, mostChildren).map(({ child, count }) => (
          <li key={child}>
            <button type="button" className={styles.child} onClick={() => goToArea(bundle.id[child])}>
              <span
                data-testid="child-name"
                className={styles.childName}
                title={nameOf(bundle, child, language)}
              >
                {shortNameOf(bundle, child, language)}
              </span>
              <span className={styles.childBar}>
                <span style={{ width: `${((count ?? 0) / top) * 100}%` }} />
              </span>
              <span className={styles.childCount} data-testid="child-count">
                {count === undefined || count === null ? '—' : formatCount(count, language)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {rows.length > mostChildren && (
        <p className={styles.soft}>{t('area.more', { count: rows.length - mostChildren })}</p>
      )}
    </Section>
  )
}
