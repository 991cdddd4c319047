import { Tooltip } from 'antd'
import clsx from 'clsx'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveFeed } from '../../api/live/messages.ts'
import { useNow } from '../hooks/useNow.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Translate } from '../i18n/translate.ts'
import type { Language } from '../map/scene.ts'
import { type ConnectionState, type LiveConnection, type Liveness, livenessOf } from './connection.ts'
import { feedName } from './feedName.ts'
import styles from './live.module.css'
import { useLiveStore, useShown } from './live.ts'
import { rhythmText, spanText } from './spanText.ts'

interface BadgeProps {
  /** What a click does; absent: it only shows. */
  onClick?: () => void
  className?: string
}

/**
 * Whether what is on the screen is now: since when the server has not been heard, when it is tried again, and which source
 * is silent since when. Nothing is shown to whoever has no stream.
 */
export function LiveBadge({ onClick, className }: BadgeProps) {
  const { t } = useTranslation()
  const { connection, mode } = useShown()
  const { store } = useLiveStore()
  if (mode === 'replay')
    return (
      <span className={clsx(styles.badge, className)} data-state="replay" data-testid="live-badge">
        {t('live.badge.replay')}
      </span>
    )
  if (!connection) return null
  return (
    <Connected
      connection={connection}
      feeds={store.feeds}
      ahead={store.now() - Date.now()}
      onClick={onClick}
      className={className}
    />
  )
}

interface ConnectedProps extends BadgeProps {
  connection: LiveConnection
  feeds: readonly LiveFeed[]
  /** Milliseconds by which the server's clock is ahead. */
  ahead: number
}

function Connected({ connection, feeds, ahead, onClick, className }: ConnectedProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow(1000)
  const state = useSyncExternalStore(
    (notify) => connection.subscribe(notify),
    () => connection.state,
  )
  const { heardAt } = connection
  const liveness = livenessOf(state, heardAt, now)
  const broken = liveness === 'live' ? brokenFeed(t, feeds, now + ahead, language) : null
  const Tag = onClick ? 'button' : 'span'
  return (
    <Tooltip
      title={
        <>
          <p>{t(state.phase === 'refused' ? 'live.badge.refused' : 'live.badge.hint')}</p>
          {feeds.map((feed) => (
            <p key={feed.source}>
              {feedName(t, feed, language)} · {feedText(t, feed, now + ahead)}
            </p>
          ))}
        </>
      }
      placement="bottom"
    >
      <Tag
        {...(onClick ? { type: 'button' as const, onClick } : {})}
        className={clsx(styles.badge, className)}
        data-state={broken ? 'silent' : liveness}
        data-testid="live-badge"
      >
        <i className={styles.dot} aria-hidden="true" />
        <span className={styles.badgeText} role="status">
          {broken ?? badgeText(t, liveness, state, heardAt, now)}
        </span>
      </Tag>
    </Tooltip>
  )
}

function badgeText(
  t: Translate,
  liveness: Liveness,
  { phase, retryAt }: ConnectionState,
  heardAt: number | null,
  now: number,
): string {
  const silentMs = heardAt === null ? 0 : Math.max(0, now - heardAt)
  const seconds = Math.floor(silentMs / 1000)
  if (liveness === 'connecting') return t('live.badge.connecting')
  if (liveness === 'live') return t('live.badge.live', { seconds })
  if (liveness === 'late') return t('live.badge.late', { seconds })
  const lost = heardAt === null ? t('live.badge.never') : t('live.badge.lost', { age: spanText(t, silentMs) })
  const next =
    phase === 'waiting' && retryAt !== null
      ? t('live.badge.retry', { seconds: Math.max(0, Math.ceil((retryAt - now) / 1000)) })
      : phase === 'connecting'
        ? t('live.badge.retrying')
        : null
  return next ? `${lost} · ${next}` : lost
}

/** The source that is silent, the longest first; null where all speak. */
export function brokenFeed(
  t: Translate,
  feeds: readonly LiveFeed[],
  serverNow: number,
  language: Language,
): string | null {
  const silent = feeds
    .filter(({ state, lastSeenAt }) => state === 'silent' && lastSeenAt !== null)
    .sort((a, b) => Date.parse(a.lastSeenAt ?? '') - Date.parse(b.lastSeenAt ?? ''))
  if (silent.length === 0) return null
  const [longest] = silent
  const age = spanText(t, serverNow - Date.parse(longest.lastSeenAt ?? ''))
  const told = { name: feedName(t, longest, language), age }
  return silent.length > 1
    ? t('live.badge.silentMore', { ...told, count: silent.length })
    : t('live.badge.silent', told)
}

/** 正常 · 应每 30 分 · 最近 12 分前 */
export function feedText(
  t: Translate,
  { state, lastSeenAt, expectedEveryS, learned }: LiveFeed,
  serverNow: number,
): string {
  const said = [t(`live.feeds.${state}`)]
  if (expectedEveryS !== null) said.push(rhythmText(t, expectedEveryS, learned))
  if (lastSeenAt !== null)
    said.push(t('live.feeds.last', { age: spanText(t, serverNow - Date.parse(lastSeenAt)) }))
  return said.join(' · ')
}
