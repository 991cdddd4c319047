import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useRooms } from '../hooks/useAccess.ts'
import { useCity, useVersion } from '../hooks/useCity.ts'
import { AsOf } from './AsOf.tsx'
import { BarButtons } from './BarButtons.tsx'
import { PurposeBadge } from './PurposeBadge.tsx'
import styles from './roomBar.module.css'
import { SyntheticBadge } from './SyntheticBadge.tsx'

interface RoomBarProps {
  /** Where am I: a breadcrumb or the room's name. */
  where: ReactNode
  /** The room's own controls. */
  children?: ReactNode
}

/** The thin bar of planner and briefing: the way back, where one is, boundaries, kind and age of the data. */
export function RoomBar({ where, children }: RoomBarProps) {
  const { t } = useTranslation()
  const rooms = useRooms()
  const { data: city } = useCity()
  const version = useVersion()
  return (
    <header className={styles.bar}>
      <Link to="/" search={true} className={styles.name}>
        {t('app.name')}
      </Link>
      <div className={styles.where}>{where}</div>
      {children}
      {version !== undefined && <span className={styles.quiet}>{t('bar.version', { version })}</span>}
      {city && (
        <span className={styles.age}>
          <AsOf instant={Date.parse(city.asOf)} timeZone={city.timeZone} />
        </span>
      )}
      {city?.synthetic && <SyntheticBadge />}
      <PurposeBadge />
      <nav className={styles.rooms}>
        {rooms.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            search={true}
            className={styles.room}
            activeProps={{ className: styles.here }}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {t(`rooms.${name}`)}
          </Link>
        ))}
        <BarButtons />
      </nav>
    </header>
  )
}
