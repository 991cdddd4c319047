import { memo } from 'react'
import styles from './bars.module.css'

interface BarsProps {
  values: readonly number[]
  /** Drawn as a line beside each bar, e.g. last year's value. */
  compare?: readonly (number | null)[]
  /** What each bar is, for its tooltip. */
  labels: readonly string[]
  height?: number
  /** Values are scaled to this; default: the largest value. */
  max?: number
  /** The last bar is cut short by the as-of instant. */
  partialLast?: boolean
  /** What the picture shows, for screen readers. */
  title: string
}

/** Plain bars from zero; no axis, because every bar says its number when pointed at and the largest is printed. */
export const Bars = memo(function Bars({
  values,
  compare,
  labels,
  height = 48,
  max,
  partialLast = false,
  title,
}: BarsProps) {
  const top = Math.max(1, max ?? 0, ...values, ...(compare ?? []).map((value) => value ?? 0))
  const width = 100 / Math.max(1, values.length)
  const gap = Math.min(1, width * 0.15)
  return (
    <svg
      className={styles.bars}
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      style={{ height }}
      role="img"
    >
      <title>{title}</title>
      {values.map((value, index) => {
        const share = (value / top) * 100
        const before = compare?.[index]
        return (
          <g key={labels[index]}>
            <title>{labels[index]}</title>
            <rect x={index * width} y={0} width={width} height={100} fill="transparent" />
            <rect
              className={partialLast && index === values.length - 1 ? styles.partial : styles.bar}
              x={index * width + gap / 2}
              y={100 - share}
              width={width - gap}
              height={share}
            />
            {before != null && (
              <line
                className={styles.before}
                x1={index * width + gap / 2}
                x2={(index + 1) * width - gap / 2}
                y1={100 - (before / top) * 100}
                y2={100 - (before / top) * 100}
              />
            )}
          </g>
        )
      })}
      <line className={styles.zero} x1={0} x2={100} y1={100} y2={100} />
    </svg>
  )
})

interface SparklineProps {
  values: readonly number[]
  width?: number
  height?: number
  title: string
}

/** Bars small enough for a table's cell. */
export const Sparkline = memo(function Sparkline({ values, width = 84, height = 20, title }: SparklineProps) {
  const top = Math.max(1, ...values)
  const step = width / Math.max(1, values.length)
  return (
    <svg className={styles.sparkline} width={width} height={height} role="img">
      <title>{title}</title>
      <path
        className={styles.bar}
        d={values
          .map((value, index) => {
            const share = (value / top) * height
            return `M${(index * step).toFixed(2)} ${height}v${(-share).toFixed(2)}h${(step * 0.85).toFixed(2)}V${height}z`
          })
          .join('')}
      />
    </svg>
  )
})
