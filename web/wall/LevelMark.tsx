import { useTranslation } from 'react-i18next'
import type { AlertLevel } from '../map/scene.ts'
import styles from './wall.module.css'

const colors: Record<AlertLevel, string> = {
  1: 'var(--alert-red)',
  2: 'var(--alert-orange)',
  3: 'var(--alert-yellow)',
  4: 'var(--alert-blue)',
}

/** The shapes of ui/LevelMark.tsx, large enough for a wall: the level is legible without its colour. */
const shapes: Record<AlertLevel, string> = {
  1: 'M8 1l7 13H1z',
  2: 'M8 1l7 7-7 7-7-7z',
  3: 'M2 2h12v12H2z',
  4: 'M8 1a7 7 0 1 0 .01 0z',
}

export function alertLevel(level: number): AlertLevel {
  return level === 1 || level === 2 || level === 3 ? level : 4
}

/** Shape and colour of an alert level; its word stands beside it in the text. */
export function LevelMark({ level }: { level: number }) {
  const { t } = useTranslation()
  const known = alertLevel(level)
  return (
    <svg className={styles.levelMark} viewBox="0 0 16 16" role="img">
      <title>{t(`incident.levels.${known}`)}</title>
      <path d={shapes[known]} fill={colors[known]} />
    </svg>
  )
}
