import { Count } from '../ui/Count.tsx'
import styles from './bars.module.css'

interface BarRowProps {
  name: string
  /** null: withheld. */
  now: number | null
  /** Last year's count, a tick; null where there is none. */
  before: number | null
  /** How much of it another chart points at. */
  part: number | null
  /** As wide as a bar gets. */
  top: number
  chosen: boolean
  dimmed?: boolean
  /** One of those a group above it holds. */
  member?: boolean
  onChoose: (add: boolean) => void
  onPoint: (pointed: boolean) => void
}

/** One bar of a list: its name, its length, its number; a click chooses it, Ctrl adds it. */
export function BarRow({
  name,
  now,
  before,
  part,
  top,
  chosen,
  dimmed,
  member,
  onChoose,
  onPoint,
}: BarRowProps) {
  const width = (count: number) => ({ width: `${(count / top) * 100}%` })
  return (
    <li>
      <button
        type="button"
        className={styles.row}
        data-member={member}
        data-dimmed={dimmed}
        data-part={part ?? undefined}
        aria-pressed={chosen}
        onClick={(event) => onChoose(event.ctrlKey || event.metaKey || event.shiftKey)}
        onPointerEnter={() => onPoint(true)}
        onPointerLeave={() => onPoint(false)}
        onFocus={() => onPoint(true)}
        onBlur={() => onPoint(false)}
      >
        <span className={styles.name} title={name}>
          <bdi>{name}</bdi>
        </span>
        <span className={styles.track}>
          <span className={styles.fill} style={width(now ?? 0)} />
          {part !== null && <span className={styles.part} style={width(part)} />}
          {before !== null && <i className={styles.before} style={{ left: `${(before / top) * 100}%` }} />}
        </span>
        <span className={styles.count}>
          <Count value={now} />
        </span>
      </button>
    </li>
  )
}
