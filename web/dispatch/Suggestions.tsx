import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useNow } from '../hooks/useNow.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Translate } from '../i18n/translate.ts'
import { spanText } from '../live/spanText.ts'
import { errorCode, type Outputs, trpc } from '../trpc.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { formatTenths } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { ActionButton } from './ActionButton.tsx'
import styles from './dispatch.module.css'
import { useSquads } from './useSquads.ts'

/** Asked again so often while the incident is looked at: units move. Milliseconds. */
const againMs = 30_000
/** Shown before somebody asks for all; each has a key. */
const first = 5

type Suggested = Outputs['dispatch']['suggest']['units'][number]

interface SuggestionsProps {
  incidentId: number
  /** What was sent, as text: when it changes, who could be sent has changed. */
  changed: string
  busy: boolean
  onSend: (unit: { unitId: number; callSign: string; besides: boolean }) => void
}

/** Units that could be sent, best first, each with why; a digit sends. A person decides. */
export function Suggestions({ incidentId, changed, busy, onSend }: SuggestionsProps) {
  const { t } = useTranslation()
  const { code } = useCity()
  const [all, setAll] = useState(false)
  const [, setPanel] = useParameter('dispatch')
  const query = useQuery(
    trpc.dispatch.suggest.queryOptions(
      { city: code ?? '', incidentId },
      { enabled: code !== undefined, refetchInterval: againMs, staleTime: 0 },
    ),
  )
  const { refetch } = query
  useEffect(() => {
    if (changed !== '') void refetch()
  }, [changed, refetch])
  const now = useNow(1000)
  const units = query.data?.units ?? []
  const pick = (unit: Suggested | undefined) => {
    if (!unit || busy) return
    onSend({ unitId: unit.unitId, callSign: unit.callSign, besides: unit.state !== 'free' })
  }
  useKeys(
    Object.fromEntries(
      Array.from({ length: first }, (_, index) => [
        String(index + 1),
        // A key sends only who is free: sending one that is at work elsewhere is a decision of its own.
        () => units[index]?.state === 'free' && pick(units[index]),
      ]),
    ),
  )
  const shown = all ? units : units.slice(0, first)
  return (
    <Section
      title={t('dispatch.suggest.title')}
      stale={query.isPlaceholderData}
      aside={
        query.dataUpdatedAt > 0 && (
          <small className={styles.soft} title={t('dispatch.suggest.hint')}>
            {t('dispatch.suggest.age', { age: spanText(t, now - query.dataUpdatedAt) })}
          </small>
        )
      }
    >
      {query.isError && !query.data ? (
        errorCode(query.error) === 'NOT_FOUND' ? (
          <p className={styles.soft}>{t('dispatch.suggest.outside')}</p>
        ) : (
          <ErrorState error={query.error} inPlace onRetry={() => void refetch()} />
        )
      ) : !query.data ? (
        <Skeleton active title={false} paragraph={{ rows: 4 }} />
      ) : units.length === 0 ? (
        <EmptyState
          action={<Button onClick={() => setPanel('duties')}>{t('dispatch.suggest.duties')}</Button>}
        >
          {t('dispatch.suggest.empty')}
        </EmptyState>
      ) : (
        <>
          <ol className={styles.lines} data-testid="suggestions">
            {shown.map((unit, index) => (
              <SuggestedUnit
                key={unit.unitId}
                unit={unit}
                digit={index < first ? index + 1 : null}
                busy={busy}
                onSend={() => pick(unit)}
              />
            ))}
          </ol>
          <p className={styles.foot}>
            {units.length > first && (
              <Button type="link" size="small" className={styles.more} onClick={() => setAll(!all)}>
                {all ? t('dispatch.suggest.less') : t('dispatch.suggest.more', { count: units.length })}
              </Button>
            )}
            {query.data.offDuty > 0 && t('dispatch.suggest.offDuty', { count: query.data.offDuty })}
          </p>
        </>
      )}
    </Section>
  )
}

interface SuggestedUnitProps {
  unit: Suggested
  digit: number | null
  busy: boolean
  onSend: () => void
}

function SuggestedUnit({ unit, digit, busy, onSend }: SuggestedUnitProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { select } = useSelection()
  const { areaName } = useSquads()
  const free = unit.state === 'free'
  return (
    <li className={styles.line}>
      <div className={styles.lineHead}>
        {digit !== null && free ? (
          <kbd className={styles.digit}>{digit}</kbd>
        ) : (
          <span className={styles.digit} aria-hidden="true" />
        )}
        <button
          type="button"
          className={styles.unit}
          onClick={() => select({ kind: 'unit', id: unit.unitId })}
        >
          {unit.callSign}
        </button>
        <span className={styles.minutes}>
          {unit.roadSeconds === null
            ? '—'
            : t('dispatch.suggest.minutes', { minutes: formatTenths(unit.roadSeconds / 60, language) })}
        </span>
        <ActionButton
          size="small"
          why={busy ? t('dispatch.why.busy') : null}
          onClick={onSend}
          hint={
            digit !== null && free
              ? t('dispatch.suggest.sendKey', { unit: unit.callSign, key: digit })
              : undefined
          }
          data-testid={`send-${unit.unitId}`}
        >
          {t(free ? 'dispatch.suggest.send' : 'dispatch.suggest.sendBesides')}
        </ActionButton>
      </div>
      <div className={styles.times}>
        <span>{t(`live.unit.kinds.${unit.kind}`)}</span>
        <span>{areaName(unit.squadId)}</span>
        {reasonsOf(t, unit).map((reason) => (
          <span key={reason}>{reason}</span>
        ))}
      </div>
    </li>
  )
}

/** What else decides about a unit, in words; its minutes stand in their own column. */
function reasonsOf(t: Translate, { reasons }: Suggested): string[] {
  return reasons.flatMap((reason) => {
    switch (reason.code) {
      case 'road':
        return []
      case 'noRoad':
        return t('dispatch.suggest.noRoad')
      case 'fromPost':
        return t('dispatch.suggest.fromPost')
      case 'oldFix':
        return t('dispatch.suggest.oldFix', { age: spanText(t, 1000 * reason.seconds) })
      case 'busy':
        return t(`dispatch.suggest.busy.${reason.state}`)
      case 'work':
        return t('dispatch.suggest.work', { count: reason.incidents })
      case 'inCharge':
        return t('dispatch.suggest.inCharge')
      default:
        return []
    }
  })
}
