import { useTranslation } from 'react-i18next'
import styles from './levelMark.module.css'

const shapes = {
  1: 'M8 1l7 13H1z',
  2: 'M8 1l7 7-7 7-7-7z',
  3: 'M2 2h12v12H2z',
  4: 'M8 1a7 7 0 1 0 .01 0z',
} as const

/** An alert level: colour, shape and word, never colour alone. 1 red, 2 orange, 3 yellow, 4 blue. */
export function LevelMark({ level }: { level: number }) {
  const { t } = useTranslation()
  if (level !== 1 && level !== 2 && level !== 3 && level !== 4) return null
  return (
    <span className={styles.mark}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" data-level={level}>
        <path d={shapes[level]} />
      </svg>
      {t(`incident.levels.${level}`)}
    </span>
  )
}

/** The mark alone, for lists whose lines are narrow: its word is its title. */
export function LevelShape({ level }: { level: 1 | 2 | 3 | 4 }) {
  const { t } = useTranslation()
  return (
    <span className={styles.mark}>
      <svg width="16" height="16" viewBox="0 0 16 16" role="img" data-level={level}>
        <title>{t(`incident.levels.${level}`)}</title>
        <path d={shapes[level]} />
      </svg>
    </span>
  )
}
