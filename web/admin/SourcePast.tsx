import { useQuery } from '@tanstack/react-query'
import { Modal, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { useLanguage } from '../hooks/useView.ts'
import { rhythmText, spanText } from '../live/spanText.ts'
import { formatDate, formatInstant, startOfNextDay } from '../state/zonedTime.ts'
import { trpc } from '../trpc.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { formatCount } from '../ui/numbers.ts'
import styles from './admin.module.css'
import type { Source } from './SourceForm.tsx'
import { gapsOf } from './sourceGaps.ts'

const days = 7
const pieceMs = 600_000
const askAgainMs = 60_000

interface SourcePastProps {
  source: Source
  /** What it is called here. */
  name: string
  onClose: () => void
}

/** How a source was in the last week: a line a day, ten minutes a mark, and each silence that was too long. */
export function SourcePast({ source, name, onClose }: SourcePastProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const zone = useInstallationZone()
  const { city, code, expectedEveryS, learnedEveryS } = source
  const every = expectedEveryS ?? learnedEveryS
  const query = useQuery(
    trpc.sources.history.queryOptions({ city, code, days }, { refetchInterval: askAgainMs }),
  )
  const pieces = query.data?.pieces ?? []
  const now = query.data ? Date.parse(query.data.at) : 0
  const gaps = gapsOf(pieces, every, now)
  const time = (instant: number) => formatInstant(instant, zone, language)
  return (
    <Modal open title={t('sources.past.title', { name })} footer={null} width={720} onCancel={onClose}>
      {query.isError && <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton active title={false} />}
      {query.data && (
        <div className={styles.form} data-testid="source-past">
          <p className={styles.small}>{t('sources.past.about')}</p>
          <div className={styles.past}>
            {daysBefore(now, zone).map(({ from, to }) => {
              const own = pieces.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to)
              return (
                <div key={from} className={styles.pastDay}>
                  <span className={styles.small}>{formatDate(from, zone).slice(5)}</span>
                  <svg
                    className={styles.pastLine}
                    viewBox={`0 0 ${to - from} 1`}
                    preserveAspectRatio="none"
                    role="img"
                    aria-label={t('sources.past.day', {
                      heard: formatCount(own.length, language),
                      all: formatCount(Math.round((Math.min(to, now) - from) / pieceMs), language),
                    })}
                  >
                    {own.map(({ at, accepted, rejected }) => (
                      <rect
                        key={at}
                        x={Date.parse(at) - from}
                        width={pieceMs}
                        height={1}
                        data-state={accepted === 0 && rejected > 0 ? 'bad' : 'on'}
                      />
                    ))}
                  </svg>
                  <span className={styles.small}>
                    {t('sources.past.counts', {
                      accepted: formatCount(sum(own, 'accepted'), language),
                      rejected: formatCount(sum(own, 'rejected'), language),
                    })}
                  </span>
                </div>
              )
            })}
          </div>
          {every !== null && <b>{rhythmText(t, every, expectedEveryS === null)}</b>}
          {gaps.length === 0 ? (
            <p>{t(pieces.length === 0 ? 'sources.past.none' : 'sources.past.noGap')}</p>
          ) : (
            <ul className={styles.pastGaps}>
              {gaps.map(({ from, to }) => (
                <li key={from}>
                  {t(to === null ? 'sources.past.since' : 'sources.past.gap', {
                    from: time(from),
                    to: to === null ? '' : time(to),
                    age: spanText(t, (to ?? now) - from),
                  })}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Modal>
  )
}

/** Days of the installation, the last first. */
function daysBefore(now: number, zone: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  for (let to = startOfNextDay(now, zone); found.length < days; to = found[found.length - 1].from) {
    // Noon of the day before, whatever the clocks did.
    const from = startOfNextDay(to - 1.5 * 86_400_000, zone)
    found.push({ from, to })
  }
  return found
}

function sum<Key extends string>(rows: readonly Record<Key, number>[], key: Key): number {
  return rows.reduce((total, row) => total + row[key], 0)
}
