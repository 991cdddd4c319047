import styles from './wall.module.css'

interface DayBarsProps {
  /** One number a bar from zero up; null where there is no observation. */
  values: readonly (number | null)[]
  /** What the bars are, for who cannot see them. */
  label: string
  /** Shade the last bar as the one that is still growing. */
  lastPartial?: boolean
}

const HEIGHT = 24
const STEP = 8
const GAP = 2

/** A row of grey bars from zero: shape, not figures. A missing observation leaves a dash on the base line. */
export function DayBars({ values, label, lastPartial = false }: DayBarsProps) {
  const top = Math.max(1e-9, ...values.map((value) => value ?? 0))
  const bar = (value: number, index: number) => {
    const height = (value / top) * HEIGHT
    return `M${index * STEP} ${HEIGHT}v${(-height).toFixed(2)}h${STEP - GAP}V${HEIGHT}z`
  }
  const bars = values.map((value, index) => (value === null ? '' : bar(value, index)))
  const missing = values.map((value, index) =>
    value === null ? `M${index * STEP} ${HEIGHT - 1}h${STEP - GAP}v1h${GAP - STEP}z` : '',
  )
  return (
    <svg
      className={styles.bars}
      viewBox={`0 0 ${Math.max(1, values.length * STEP - GAP)} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
    >
      <title>{label}</title>
      <path className={styles.bar} d={bars.slice(0, lastPartial ? -1 : undefined).join('')} />
      {lastPartial && <path className={styles.barPartial} d={bars.at(-1)} />}
      <path className={styles.barMissing} d={missing.join('')} />
    </svg>
  )
}
