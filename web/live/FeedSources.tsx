import { useTranslation } from 'react-i18next'
import type { LiveFeed } from '../../api/live/messages.ts'
import { useLanguage } from '../hooks/useView.ts'
import { AgeOfData } from './AgeOfData.tsx'
import { feedName } from './feedName.ts'
import { feedText } from './LiveBadge.tsx'
import styles from './live.module.css'
import { useLiveStore, useWaitsForLive } from './live.ts'
import { spanText } from './spanText.ts'
import { useSourceName } from './useSourceName.ts'

/**
 * Each source with its state and when it was last heard; those that speak as they should behind one line, which leaves the
 * room to incidents. @param now epoch milliseconds of the server's clock.
 */
export function FeedSources({ now }: { now: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { store, mode } = useLiveStore()
  const { feeds } = store
  const sourceName = useSourceName()
  const waits = useWaitsForLive()
  // Of the past it is known which source was told silent, not when each was heard.
  const silent = [...store.alerts.values()].filter(
    ({ kind, clearedAt }) => kind === 'sourceSilent' && clearedAt === null,
  )
  const lines = (listed: readonly LiveFeed[]) =>
    listed.map((feed) => (
      <p key={feed.source} className={styles.feed} data-state={feed.state} data-source={feed.source}>
        <span>{feedName(t, feed, language)}</span>
        <span>{feedText(t, feed, now)}</span>
      </p>
    ))
  const fine = feeds.filter(({ state }) => state === 'live')
  return (
    <footer className={styles.foot} data-testid="live-sources">
      <div className={styles.footHead}>
        <h3>{t('live.feeds.title')}</h3>
        <AgeOfData />
      </div>
      {mode === 'replay'
        ? silent.map(({ id, sourceCode, raisedAt }) => (
            <p key={id} className={styles.feed} data-state="silent">
              <span>{sourceName(sourceCode)}</span>
              <span>
                {t('live.feeds.silent')} · {spanText(t, now - Date.parse(raisedAt))}
              </span>
            </p>
          ))
        : feeds.length === 0 && !waits && <p className={styles.soft}>{t('live.feeds.empty')}</p>}
      {mode === 'replay' && silent.length === 0 && (
        <p className={styles.soft}>{t('replay.figures.feedsFine')}</p>
      )}
      {lines(feeds.filter(({ state }) => state !== 'live'))}
      {fine.length > 0 && (
        <details>
          <summary>{t('live.feeds.fine', { count: fine.length })}</summary>
          {lines(fine)}
        </details>
      )}
    </footer>
  )
}
