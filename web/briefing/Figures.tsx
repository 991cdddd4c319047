import { useTranslation } from 'react-i18next'
import { answeredSpan } from '../state/answeredSpan.ts'
import type { Outputs } from '../trpc.ts'
import { Change } from '../ui/Change.tsx'
import { Count } from '../ui/Count.tsx'
import { Median } from '../ui/Median.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Share, ShareNote } from '../ui/Share.tsx'
import styles from './brief.module.css'
import type { Period } from './period.ts'

type Handling = Outputs['operations']['handling']

interface FiguresProps {
  total: { now: number; before: number | null }
  handling: Handling | undefined
  period: Period
  /** How many areas there are like the one spoken of, itself included. */
  among: number
}

const minutes = (seconds: number | null | undefined) => (seconds == null ? seconds : seconds / 60)

/** Three headline figures, each with last year's beside it and with what it is made of. */
export function Figures({ total, handling, period, among }: FiguresProps) {
  const { t } = useTranslation()
  const now = handling?.now
  const before = handling?.compare
  const handled = { span: answeredSpan(handling) ?? period.now, compare: before ? period.lastYear : null }
  const spans = { span: period.now, compare: total.before === null ? null : period.lastYear }
  return (
    <dl className={styles.figures}>
      <NumbersOf counted={t('number.kinds.all')} source="incidents" {...spans}>
        <div>
          <dt>{t('brief.figure.incidents')}</dt>
          <dd className={styles.figure} data-testid="total">
            <Count value={total.now} marked /> <small>{t('brief.figure.incidentsUnit')}</small>
          </dd>
          <dd>
            <Change now={total.now} before={total.before} among={among} />
          </dd>
        </div>
      </NumbersOf>
      <NumbersOf counted={t('number.of.closed')} source="incidents" {...handled}>
        <div>
          <dt>{t('brief.figure.closed')}</dt>
          {now && now.due > 0 ? (
            <>
              <dd className={styles.figure}>
                <Share part={now.closedInTime} whole={now.due} show="large" marked />
              </dd>
              <dd>
                <ShareNote part={now.closedInTime} whole={now.due} />
              </dd>
            </>
          ) : (
            <>
              <dd className={styles.figure}>—</dd>
              <dd className={styles.soft}>{t('brief.figure.notDue')}</dd>
            </>
          )}
          {before && before.due > 0 && (
            <dd className={styles.soft}>
              {t('brief.before')} <Share part={before.closedInTime} whole={before.due} />
            </dd>
          )}
        </div>
      </NumbersOf>
      <NumbersOf counted={t('number.of.arrival')} source="incidents" {...handled}>
        <div>
          <dt>{t('brief.figure.arrival')}</dt>
          <dd className={styles.figure}>
            <Median value={minutes(now?.medianArrivalSeconds)} n={now?.arrived ?? 0} marked />{' '}
            <small>{t('brief.figure.arrivalUnit')}</small>
          </dd>
          <dd>{now && now.arrived > 0 ? t('brief.figure.n', { n: now.arrived }) : t('brief.figure.none')}</dd>
          {before && before.medianArrivalSeconds !== null && (
            <dd className={styles.soft}>
              {t('brief.before')}{' '}
              <Median value={minutes(before.medianArrivalSeconds)} n={before.arrived} withN />
            </dd>
          )}
        </div>
      </NumbersOf>
    </dl>
  )
}
