import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useKindCounts } from '../hooks/useAggregates.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import { groupName } from '../panels/KindFilter.tsx'
import { answeredCompare, answeredSpan } from '../state/answeredSpan.ts'
import { disputeTypes, groupsOf, toggleToken } from '../state/kindFilter.ts'
import { leavePart, pointAtPart } from '../state/pointing.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { errorText } from '../ui/errorText.ts'
import { Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import { BarRow } from './BarRow.tsx'
import styles from './bars.module.css'
import { disputeBars, type KindAnswer, type KindBar, kindBars } from './kindBars.ts'
import type { Analysis } from './useAnalysis.ts'

/** All kinds of the window, the chosen ones full, last year's as a tick; a click filters, Ctrl adds. */
export function KindsSection({
  analysis,
  answer,
  part,
}: {
  analysis: Analysis
  answer: ReturnType<typeof useAllKinds>
  part: KindAnswer | null
}) {
  const { t } = useTranslation()
  const language = useLanguage()
  const changeView = useChangeView()
  const { kinds, tokens, disputes } = analysis
  const bars = useMemo(
    () => (answer.data ? (disputes ? disputeBars : kindBars)(kinds, answer.data, tokens) : null),
    [answer.data, kinds, tokens, disputes],
  )
  const parts = useMemo(
    () => part && new Map(kindBars(kinds, part, tokens).map((bar) => [bar.token, bar.now])),
    [part, kinds, tokens],
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
          <EmptyState>{errorText(answer.error, t)}</EmptyState>
        ) : answer.isError ? (
          <ErrorState error={answer.error} inPlace onRetry={() => void answer.refetch()} />
        ) : bars === null ? (
          <div className={styles.waiting} aria-busy="true" />
        ) : bars.length === 0 ? (
          <EmptyState>{t('analysis.empty')}</EmptyState>
        ) : (
          <ul className={styles.list} data-testid="analysis-kinds">
            {bars.map((bar) => (
              <BarRow
                key={bar.token}
                name={nameOf(bar)}
                now={bar.now}
                before={bar.before}
                part={parts?.get(bar.token) ?? null}
                top={top}
                chosen={bar.chosen}
                member={bar.kind !== null}
                dimmed={filtered && !bar.chosen && !tokens.some((token) => belongs(bar, token, kinds))}
                onChoose={(add) => choose(bar, add)}
                onPoint={(pointed) =>
                  pointed ? pointAtPart({ chart: 'kinds', token: bar.token }) : leavePart('kinds')
                }
              />
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
