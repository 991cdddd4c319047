import { Link } from '@tanstack/react-router'
import { Button, Dropdown, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { AccountMenu } from '../account/AccountMenu.tsx'
import { AlertBadge } from '../dispatch/AlertBadge.tsx'
import type { DispatchTab } from '../dispatch/dispatchTab.ts'
import { useAccess, useRooms } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { useLanguage, useToggleLanguage, useToggleTheme } from '../hooks/useView.ts'
import { LiveBadge } from '../live/LiveBadge.tsx'
import { liveStore } from '../live/live.ts'
import { countRights } from '../state/access.ts'
import { formatAge } from '../state/age.ts'
import { formatDate, formatInstant } from '../state/zonedTime.ts'
import { PurposeBadge } from '../ui/PurposeBadge.tsx'
import { SyntheticBadge } from '../ui/SyntheticBadge.tsx'
import { Breadcrumb } from './Breadcrumb.tsx'
import { KindFilter } from './KindFilter.tsx'
import styles from './topBar.module.css'
import { VersionSwitch } from './VersionSwitch.tsx'
import { WindowPicker } from './WindowPicker.tsx'

interface TopBarProps {
  /** Two maps are compared: each has its own pickers. */
  comparing?: boolean
  onSearch: () => void
  onKeys: () => void
  /** Opens and closes what is live. */
  onLive: () => void
  /** Opens duties, fences and alerts; absent: this person has none. */
  onDispatch?: (tab: DispatchTab) => void
  /** Begins a replay; absent: this person has none. */
  onReplay?: () => void
}

/** One thin bar: where am I, what window, which boundaries, how old, how do I get back. */
export function TopBar({ comparing = false, onSearch, onKeys, onLive, onDispatch, onReplay }: TopBarProps) {
  const { t } = useTranslation()
  const { data: city } = useCity()
  const counted = useAccess().can(...countRights)
  return (
    <header className={styles.bar}>
      <Link
        to="/"
        search={({ theme, language, city }) => ({ theme, language, city })}
        className={styles.name}
      >
        {t('app.name')}
      </Link>
      <Breadcrumb />
      <div className={styles.tools}>
        <button type="button" className={styles.search} onClick={onSearch} title={t('keys.search')}>
          <span aria-hidden="true">⌕</span> {t('bar.search')} <kbd>/</kbd>
        </button>
        {!comparing && (
          <>
            {counted && <WindowPicker />}
            {counted && <KindFilter />}
            <VersionSwitch />
          </>
        )}
        <LiveBadge onClick={comparing ? undefined : onLive} />
        {onDispatch && <AlertBadge onClick={() => onDispatch('alerts')} />}
        {city && <DataAge asOf={Date.parse(city.asOf)} timeZone={city.timeZone} />}
        {city?.synthetic && <SyntheticBadge />}
        <PurposeBadge />
        <RoomMenu
          onKeys={onKeys}
          onLive={comparing ? undefined : onLive}
          onDispatch={onDispatch}
          onReplay={onReplay}
        />
      </div>
    </header>
  )
}

/** From here on an age in days says less than the date, in milliseconds. */
const longAgo = 60 * 86_400_000

function DataAge({ asOf, timeZone }: { asOf: number; timeZone: string }) {
  const { t } = useTranslation()
  const language = useLanguage()
  // On the server's clock: this machine's may be wrong.
  const age = liveStore.now() - asOf
  return (
    <Tooltip title={t('status.asOf', { time: formatInstant(asOf, timeZone, language) })} placement="bottom">
      <span className={styles.age}>
        {t('bar.dataAge', { age: age < longAgo ? formatAge(age, language) : formatDate(asOf, timeZone) })}
      </span>
    </Tooltip>
  )
}

type RoomMenuProps = Pick<TopBarProps, 'onKeys' | 'onDispatch' | 'onReplay'> & { onLive?: () => void }

function RoomMenu({ onKeys, onLive, onDispatch, onReplay }: RoomMenuProps) {
  const { t } = useTranslation()
  const toggleLanguage = useToggleLanguage()
  const toggleTheme = useToggleTheme()
  const rooms = useRooms()
  const access = useAccess()
  const [, setDrill] = useParameter('drill')
  const room = (to: '/' | '/wall' | '/plan' | '/brief' | '/admin', label: string) => ({
    key: to,
    label: (
      <Link to={to} search={true}>
        {label}
      </Link>
    ),
  })
  return (
    <div className={styles.buttons}>
      <Button type="text" data-testid="language" onClick={toggleLanguage} title={t('bar.languageHint')}>
        {t('bar.language')}
      </Button>
      <Button
        type="text"
        data-testid="theme"
        onClick={toggleTheme}
        title={t('bar.theme')}
        aria-label={t('bar.theme')}
      >
        ◐
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...rooms.filter(({ to }) => to !== '/').map(({ to, name }) => room(to, t(`rooms.${name}`))),
            room('/admin', t('rooms.admin')),
            { type: 'divider' },
            ...(onLive ? [{ key: 'live', label: `${t('live.panel.title')}  E`, onClick: onLive }] : []),
            ...(onDispatch
              ? [
                  {
                    key: 'duties',
                    label: `${t('dispatch.menu.duties')}  D`,
                    onClick: () => onDispatch('duties'),
                  },
                  { key: 'fences', label: t('dispatch.menu.fences'), onClick: () => onDispatch('fences') },
                  { key: 'alerts', label: t('dispatch.menu.alerts'), onClick: () => onDispatch('alerts') },
                ]
              : []),
            ...(onReplay ? [{ key: 'replay', label: `${t('replay.open')}  R`, onClick: onReplay }] : []),
            ...(access.may('dispatch')
              ? [{ key: 'drill', label: t('drill.open'), onClick: () => setDrill('list') }]
              : []),
            { key: 'keys', label: `${t('bar.keys')}  ?`, onClick: onKeys },
          ],
        }}
      >
        <Button type="text" aria-label={t('bar.menu')}>
          ☰
        </Button>
      </Dropdown>
      <AccountMenu />
    </div>
  )
}
