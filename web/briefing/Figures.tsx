import { useTranslation } from 'react-i18next'
import { wilson } from '../../api/statistics/share.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Outputs } from '../trpc.ts'
import { Change } from '../ui/Change.tsx'
import { formatCount } from '../ui/numbers.ts'
import styles from './brief.module.css'

type Handling = Outputs['operations']['handling']

interface FiguresProps {
  total: { now: number; before: number | null }
  handling: Handling | undefined
}

const minutes = (seconds: number) => (seconds / 60).toFixed(1)
const percent = (part: number, whole: number) => ((part / whole) * 100).toFixed(1)

/** Three headline figures, each with last year's beside it and with what it is made of. */
export function Figures({ total, handling }: FiguresProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const count = (value: number) => formatCount(value, language)
  const now = handling?.now
  const before = handling?.compare
  const limits = now && now.due > 0 ? wilson(now.closedInTime, now.due) : null
  return (
    <dl className={styles.figures}>
      <div>
        <dt>{t('brief.figure.incidents')}</dt>
        <dd className={styles.figure} data-testid="total">
          {count(total.now)} <small>{t('brief.figure.incidentsUnit')}</small>
        </dd>
        <dd>
          <Change now={total.now} before={total.before} />
        </dd>
      </div>
      <div>
        <dt>{t('brief.figure.closed')}</dt>
        <dd className={styles.figure}>
          {now && now.due > 0 ? percent(now.closedInTime, now.due) : '—'} <small>{t('unit.percent')}</small>
        </dd>
        {now && limits ? (
          <dd>
            {t('brief.figure.of', { n: count(now.closedInTime), total: count(now.due) })}
            <span className={styles.soft}>
              {' '}
              ({Math.round(limits.low * 100)}–{Math.round(limits.high * 100)} %)
            </span>
          </dd>
        ) : (
          <dd className={styles.soft}>{t('brief.figure.notDue')}</dd>
        )}
        {before && before.due > 0 && (
          <dd className={styles.soft}>
            {t('brief.figure.lastYear', {
              value: `${percent(before.closedInTime, before.due)} % (${count(before.closedInTime)} / ${count(before.due)})`,
            })}
          </dd>
        )}
      </div>
      <div>
        <dt>{t('brief.figure.arrival')}</dt>
        <dd className={styles.figure}>
          {now && now.medianArrivalSeconds !== null ? minutes(now.medianArrivalSeconds) : '—'}{' '}
          <small>{t('brief.figure.arrivalUnit')}</small>
        </dd>
        <dd>
          {now && now.arrived > 0 ? t('brief.figure.n', { n: count(now.arrived) }) : t('brief.figure.none')}
        </dd>
        {before && before.medianArrivalSeconds !== null && (
          <dd className={styles.soft}>
            {t('brief.figure.lastYear', {
              value: `${minutes(before.medianArrivalSeconds)} (${t('brief.figure.n', { n: count(before.arrived) })})`,
            })}
          </dd>
        )}
      </div>
    </dl>
  )
}
