import { useTranslation } from 'react-i18next'
import { per1000Residents, perKm2 } from '../../api/statistics/rate.ts'
import { useLanguage } from '../hooks/useView.ts'
import { None } from './Count.tsx'
import styles from './figures.module.css'
import { formatCount, formatMeasure } from './numbers.ts'
import { Told } from './Told.tsx'

interface RateProps {
  count: number
  /** Square kilometres or residents, of the same area. */
  base: number
  per: 'km2' | 'residents'
  /** The count and its base beside the rate; they are in the note in any case. */
  counts?: boolean
}

/** 1.3 (37 / 28,904): a count for each km² or 1,000 residents, always with the count and the base it was made of. */
export function Rate({ count, base, per, counts = false }: RateProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const rate = per === 'km2' ? perKm2(count, base) : per1000Residents(count, base)
  if (rate.rate === null) return <None />
  const made = t('number.rateOf', {
    count: formatCount(count, language),
    base:
      per === 'km2'
        ? t('number.baseKm2', { value: formatMeasure(base, language) })
        : t('number.basePeople', { value: formatCount(base, language) }),
  })
  return (
    <Told
      kind="rate"
      more={[
        `${t(per === 'km2' ? 'number.perKm2' : 'number.perThousand')}: ${made}`,
        ...(rate.few ? [t('number.rateFew')] : []),
      ]}
    >
      {formatMeasure(rate.rate, language)}
      {counts && <span className={styles.shareUnit}>{made}</span>}
    </Told>
  )
}
