import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './brief.module.css'
import type { MonthPair } from './months.ts'

const WIDTH = 640
const HEIGHT = 134
const FOOT = 34
const HEAD = 16

/** Twelve months: this year as a bar, last year as a line across it, both from zero; the largest month says its number. */
export function MonthBars({ months }: { months: readonly MonthPair[] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const top = Math.max(1, ...months.map((month) => Math.max(month.now ?? 0, month.lastYear ?? 0)))
  const step = WIDTH / months.length
  const height = (value: number | null) => ((value ?? 0) / top) * (HEIGHT - FOOT - HEAD)
  const base = HEIGHT - FOOT
  const written = (count: number | null) =>
    count === null ? t('number.noData') : formatCount(count, language)
  const comparable = months.some((month) => month.lastYear !== null)
  const labelled = months.reduce(
    (best, month, index) => ((month.now ?? 0) > (months[best].now ?? 0) ? index : best),
    0,
  )
  return (
    <figure className={styles.months}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
        <title>{t('brief.months')}</title>
        {months.map((month, index) => {
          const x = index * step
          const yearMark = index === 0 || month.month === 1 ? `${month.year}` : ''
          return (
            <g key={`${month.year}-${month.month}`}>
              <title>
                {`${month.year}-${String(month.month).padStart(2, '0')}: ${written(month.now)} · ${
                  month.lastYear === null
                    ? t('number.change.none')
                    : t('brief.figure.lastYear', { value: formatCount(month.lastYear, language) })
                }`}
              </title>
              <rect x={x} y={0} width={step} height={HEIGHT} fill="transparent" />
              <rect
                className={month.partial ? styles.monthPartial : styles.monthNow}
                x={x + step * 0.15}
                width={step * 0.7}
                y={base - height(month.now)}
                height={height(month.now)}
              />
              {month.lastYear !== null && (
                <line
                  className={styles.monthBefore}
                  x1={x + step * 0.08}
                  x2={x + step * 0.92}
                  y1={base - height(month.lastYear)}
                  y2={base - height(month.lastYear)}
                />
              )}
              {month.now !== null && (index === labelled || month.partial) && (
                <text
                  className={styles.monthValue}
                  x={x + step / 2}
                  y={base - Math.max(height(month.now), height(month.lastYear)) - 4}
                >
                  {formatCount(month.now, language)}
                </text>
              )}
              <text className={styles.monthLabel} x={x + step / 2} y={HEIGHT - 19}>
                {t('brief.month', { month: month.month })}
              </text>
              {yearMark && (
                <text className={styles.monthLabel} x={x + step / 2} y={HEIGHT - 4}>
                  {yearMark}
                </text>
              )}
            </g>
          )
        })}
        <line className={styles.monthZero} x1={0} x2={WIDTH} y1={base} y2={base} />
      </svg>
      <figcaption className={styles.monthKey}>
        <span>
          <i className={styles.keyNow} /> {t('brief.monthsNow')}
        </span>
        <span>
          {comparable && <i className={styles.keyBefore} />}{' '}
          {t(comparable ? 'brief.monthsBefore' : 'brief.monthsBeforeNone')}
        </span>
      </figcaption>
    </figure>
  )
}
