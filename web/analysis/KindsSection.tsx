import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useKindCounts } from '../hooks/useAggregates.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import { groupName } from '../panels/KindFilter.tsx'
import { answeredCompare, answeredSpan } from '../state/answeredSpan.ts'
import { disputeTypes, groupsOf, toggleToken } from '../state/kindFilter.ts'
import { Count } from '../ui/Count.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import { disputeBars, type KindBar, kindBars } from './kindBars.ts'
import styles from './kinds.module.css'
import type { Analysis } from './useAnalysis.ts'

/** All kinds of the window, the chosen ones full, last year's as a tick; a click filters, Ctrl adds. */
export function KindsSection({
  analysis,
  answer,
}: {
  analysis: Analysis
  answer: ReturnType<typeof useAllKinds>
}) {
  const { t } = useTranslation()
  const language = useLanguage()
  const changeView = useChangeView()
  const { kinds, tokens, disputes } = analysis
  const bars = useMemo(
    () => (answer.data ? (disputes ? disputeBars : kindBars)(kinds, answer.data, tokens) : null),
    [answer.data, kinds, tokens, disputes],
  )
  const top = Math.max(1, ...(bars ?? []).map((bar) => Math.max(bar.now ?? 0, bar.before ?? 0)))
  const filtered = tokens !== undefined && (!disputes || (bars?.some((bar) => bar.chosen) ?? false))
  const choose = (bar: KindBar, add: boolean) => {
    if (!add || disputes) {
      const alone = filtered && tokens.length === 1 && tokens[0] === bar.token
      changeView({ kinds: alone ? (disputes ? ['dispute'] : undefined) : [bar.token] })
      return
    }
    // From nothing chosen, the first one added is the only one.
    const current = filtered ? tokens : []
    if (current.length === 0) changeView({ kinds: [bar.token] })
    else changeView({ kinds: toggleToken(kinds, current, bar.group, bar.kind?.code) })
  }
  return (
    <NumbersOf
      counted={disputes ? t('number.kinds.disputes', { kinds: t('kinds.all') }) : t('number.kinds.all')}
      source={disputes ? 'disputes' : 'incidents'}
      span={answeredSpan(answer.data)}
      compare={answeredCompare(answer.data)}
      each={false}
    >
      <Section
        title={t('analysis.kinds.title')}
        stale={answer.isPlaceholderData}
        aside={
          <span>
            {t('analysis.kinds.hint')} <AboutNumbers />
          </span>
        }
      >
        {answer.isError && disputes ? (
          <EmptyState>{answer.error.message}</EmptyState>
        ) : answer.isError ? (
          <ErrorState error={answer.error} inPlace onRetry={() => void answer.refetch()} />
        ) : bars === null ? (
          <div className={styles.waiting} aria-busy="true" />
        ) : bars.length === 0 ? (
          <EmptyState>{t('analysis.empty')}</EmptyState>
        ) : (
          <ul className={styles.list} data-testid="analysis-kinds">
            {bars.map((bar) => (
              <li key={bar.token}>
                <button
                  type="button"
                  className={styles.row}
                  data-member={bar.kind !== null}
                  data-dimmed={filtered && !bar.chosen && !tokens.some((token) => belongs(bar, token, kinds))}
                  aria-pressed={bar.chosen}
                  onClick={(event) => choose(bar, event.ctrlKey || event.metaKey || event.shiftKey)}
                >
                  <span className={styles.name} title={nameOf(bar)}>
                    {nameOf(bar)}
                  </span>
                  <span className={styles.track}>
                    <span className={styles.fill} style={{ width: `${((bar.now ?? 0) / top) * 100}%` }} />
                    {bar.before !== null && (
                      <i className={styles.before} style={{ left: `${(bar.before / top) * 100}%` }} />
                    )}
                  </span>
                  <span className={styles.count}>
                    <Count value={bar.now} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </NumbersOf>
  )

  function nameOf(bar: KindBar): string {
    return bar.kind?.name[language] ?? groupName(t, bar.group)
  }
}

/** True when the token is the bar's group, or one of its members. */
function belongs(bar: KindBar, token: string, kinds: Analysis['kinds']): boolean {
  if (bar.kind) return token === bar.group
  return (
    groupsOf(kinds).includes(bar.group) &&
    kinds.some((kind) => kind.code === token && kind.group === bar.group)
  )
}

/** Counts of all kinds but disputes, or of all types of disputes: the chart's own filter does not empty it. */
export function useAllKinds({ window, compare, areaId, hours, kinds, disputes, tooShort }: Analysis) {
  return useKindCounts({
    areaId,
    span: window?.span,
    kinds: disputes ? disputeTypes(kinds).map((kind) => kind.code) : undefined,
    hours,
    compare: compare ?? undefined,
    enabled: !tooShort,
  })
}
