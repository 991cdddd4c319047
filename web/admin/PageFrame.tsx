import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { zoneText } from '../state/zonedTime.ts'
import styles from './admin.module.css'

interface PageFrameProps {
  title: string
  /** One or two sentences: what this page is for. */
  about: ReactNode
  /** At the right of the title: what can be made here. */
  actions?: ReactNode
  children: ReactNode
}

/** What every page of the administration looks like; at its foot, whose clock its times are told by. */
export function PageFrame({ title, about, actions, children }: PageFrameProps) {
  const { t } = useTranslation()
  const zone = useInstallationZone()
  return (
    <section className={styles.page} aria-labelledby="admin-page">
      <header className={styles.head}>
        <div>
          <h1 id="admin-page">{title}</h1>
          <p className={styles.about}>{about}</p>
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
      <p className={styles.small}>{t('admin.zone', { zone: zoneText(zone, Date.now()) })}</p>
    </section>
  )
}
