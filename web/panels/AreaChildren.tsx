import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { useAreaCounts } from '../hooks/useAggregates.ts'
import { useWindow } from '../hooks/useCity.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { useDisputeWindow } from '../hooks/useDisputes.ts'
import { useGoToArea } from '../hooks/useGoToArea.ts'
import { useHours } from '../hooks/useHours.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { useWindowCounts } from '../hooks/useWindowCounts.ts'
import { answeredSpan } from '../state/answeredSpan.ts'
import { childrenOf, levelAt, nameOf, rootOf, shortNameOf } from '../state/areaTree.ts'
import { Count } from '../ui/Count.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
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
  const jurisdiction = useJurisdiction()
  // Areas outside have no number: they are not listed as if they had none.
  const children = childrenOf(bundle, index, hierarchy).filter((child) => jurisdiction?.sight[child] !== 0)
  const level = children.length > 0 ? levelAt(bundle, children[0]) : null
  const { tooShort, known } = useDisputeWindow(level?.level)
  const query = useAreaCounts({
    level: level?.level,
    within: index < 0 ? undefined : bundle.id[index],
    span: window?.span,
    kinds: codes,
    hours: useHours(),
    enabled: level !== null && known && !tooShort,
  })
  const isCity = index < 0 || index === rootOf(bundle)
  const above = useWindowCounts(isCity ? undefined : bundle.id[index]).query.data
  const counted = useCounted()
  if (!level || !window) {
    return <EmptyState>{t('area.insideNone')}</EmptyState>
  }
  const counts = new Map(query.data?.areaId.map((id, position) => [id, query.data.count[position]]))
  const rows = children
    .map((child) => ({ child, count: counts.get(bundle.id[child]) }))
    .sort((a, b) => (b.count ?? 0) - (a.count ?? 0) || a.child - b.child)
  // What lies in none of the areas listed: without it the list would not add up to the figure above it.
  const listed = rows.reduce((sum, row) => sum + (row.count ?? 0), 0)
  const total = above?.from === query.data?.from && above?.to === query.data?.to ? above?.totals.count : null
  const outside = disputes || total == null || !query.data ? 0 : total - listed
  const top = Math.max(1, ...rows.map((row) => row.count ?? 0))
  return (
    <NumbersOf {...counted} span={answeredSpan(query.data)} each={false}>
      <Section
        stale={query.isPlaceholderData}
        title={t('area.childrenOf', { level: level.name[language] })}
        aside={
          <span>
            {t('area.incidents', { count: 0 })} <AboutNumbers />
          </span>
        }
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
                  <Count value={count} />
                </span>
              </button>
            </li>
          ))}
          {outside > 0 && (
            <li className={styles.outside} data-testid="outside">
              <span>{t('number.outside', { level: level.name[language] })}</span>
              <span className={styles.childCount}>
                <Count value={outside} />
              </span>
            </li>
          )}
        </ul>
        {rows.length > mostChildren && (
          <p className={styles.soft}>{t('area.more', { count: rows.length - mostChildren })}</p>
        )}
      </Section>
    </NumbersOf>
  )
}
