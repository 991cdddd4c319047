import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import { type Share as ShareNumbers, shareOf } from '../../api/statistics/share.ts'
import { useLanguage } from '../hooks/useView.ts'
import styles from './figures.module.css'
import { formatCount, formatInterval, formatLimits, formatPercent, formatTenths } from './numbers.ts'
import { Told } from './Told.tsx'

interface ShareProps {
  part: number
  whole: number
  /**
   * `counts`: 33 / 37  89 % (75–96). `percent`: 89 % alone, where n and N stand in the same row.
   * `large`: the percentage as a figure; n/N and interval are said below it by `ShareNote`.
   */
  show?: 'counts' | 'percent' | 'large'
  /** The 95 % interval in the text; it is in the note in any case. */
  interval?: boolean
  /** The part of a complete register, no sample: it has no interval. */
  complete?: boolean
  /** Part and whole are lengths or areas in this unit, no cases: no base is too small, and there is no interval. */
  measured?: string
  marked?: boolean
  testId?: string
}

/** A rate with what it is a rate of; on a base under twenty the counts stand alone. */
export function Share({
  part,
  whole,
  show = 'counts',
  interval = false,
  complete = false,
  measured,
  marked,
  testId,
}: ShareProps) {
  const language = useLanguage()
  const share = shareOf(part, whole)
  const write = measured === undefined ? formatCount : formatTenths
  const counts = `${write(part, language)} / ${write(whole, language)}${measured ? ` ${measured}` : ''}`
  const caseNotes = useShareNotes(share, complete)
  const notes = measured === undefined ? caseNotes : []
  const fraction = measured !== undefined && whole > 0 ? part / whole : share.fraction
  const percent = fraction === null ? null : formatPercent(fraction, measured === undefined ? whole : 100)
  if (show !== 'counts') {
    return (
      <Told
        kind="share"
        className={clsx(show === 'large' && percent === null && styles.countsInstead)}
        more={percent === null ? notes : [counts, ...notes]}
        marked={marked}
        testId={testId}
      >
        {percent ?? counts}
      </Told>
    )
  }
  return (
    <Told kind="share" className={styles.share} more={notes} marked={marked} testId={testId}>
      {counts}
      {percent !== null && (
        <span className={styles.shareUnit}>
          {percent}
          {interval && !complete && share.interval && ` (${formatLimits(share.interval, whole)})`}
        </span>
      )}
    </Told>
  )
}

/** Below a large percentage: n/N and its interval; where the figure itself is n/N, why it is. */
export function ShareNote({
  part,
  whole,
  complete = false,
}: Pick<ShareProps, 'part' | 'whole' | 'complete'>) {
  const { t } = useTranslation()
  const language = useLanguage()
  const share = shareOf(part, whole)
  const notes = useShareNotes(share, complete)
  if (share.fraction === null) return t('number.percentOnFew')
  return (
    <Told kind="share" more={notes}>
      {formatCount(part, language)} / {formatCount(whole, language)}
      {!complete && share.interval && ` (${formatInterval(share.interval, whole)})`}
    </Told>
  )
}

function useShareNotes(share: ShareNumbers, complete: boolean): string[] {
  const { t } = useTranslation()
  if (share.fraction === null || share.interval === null) return [t('number.percentOnFew')]
  if (complete) return [t('number.notSample')]
  return [t('number.interval', { limits: formatInterval(share.interval, share.whole) })]
}
