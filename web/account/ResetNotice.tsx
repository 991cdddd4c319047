import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { useLanguage } from '../hooks/useView.ts'
import { preferences } from '../state/preferences.ts'
import { formatInstant } from '../state/zonedTime.ts'
import { trpc } from '../trpc.ts'
import styles from './account.module.css'

interface ResetNoticeProps {
  userName: string
  /** Stands among what is there instead of over it. */
  inPlace?: boolean
}

/** Says who has reset the account, and when, until the person has read it: a reset behind their back shows. */
export function ResetNotice({ userName, inPlace = false }: ResetNoticeProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const zone = useInstallationZone()
  const [read, setRead] = useState(() => preferences.resetRead(userName))
  const lately = useQuery(trpc.session.lately.queryOptions()).data
  const unread = lately?.resets.filter(({ at }) => at > read) ?? []
  if (!lately || unread.length === 0) return null
  const time = (at: string) => formatInstant(Date.parse(at), zone, language)
  const before = lately.signInBefore
  return (
    <aside
      className={inPlace ? styles.note : styles.idle}
      role={inPlace ? 'alert' : 'alertdialog'}
      aria-label={t('account.reset.title')}
    >
      <b>{t('account.reset.title')}</b>
      <ul>
        {unread.map(({ at, what, by }) => (
          <li key={`${at} ${what}`}>
            {t(`account.reset.${what}`, {
              time: time(at),
              by: t(by === 'server' ? 'account.reset.server' : `role.name.${by}`),
            })}
          </li>
        ))}
      </ul>
      {before && (
        <p>
          {t('account.reset.before', {
            time: time(before.at),
            address: before.address ?? t('account.reset.nowhere'),
          })}
        </p>
      )}
      <p className={styles.soft}>{t(before ? 'account.reset.notYou' : 'account.reset.notAsked')}</p>
      <Button
        type={inPlace ? 'default' : 'primary'}
        size={inPlace ? 'middle' : 'large'}
        onClick={() => {
          const newest = unread[0].at
          preferences.keepResetRead(userName, newest)
          setRead(newest)
        }}
      >
        {t('account.reset.read')}
      </Button>
    </aside>
  )
}
