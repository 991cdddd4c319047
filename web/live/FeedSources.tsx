import { useTranslation } from 'react-i18next'
import { AgeOfData } from './AgeOfData.tsx'
import { feedText } from './LiveBadge.tsx'
import styles from './live.module.css'
import { useLive } from './live.ts'

/** Each source with its state and when it was last heard. @param now epoch milliseconds of the server's clock. */
export function FeedSources({ now }: { now: number }) {
  const { t } = useTranslation()
  const feeds = useLive((store) => store.feeds)
  return (
    <footer className={styles.foot} data-testid="live-sources">
      <div className={styles.footHead}>
        <h3>{t('live.feeds.title')}</h3>
        <AgeOfData />
      </div>
      {feeds.length === 0 && <p className={styles.soft}>{t('live.feeds.empty')}</p>}
      {feeds.map((feed) => (
        <p key={feed.source} className={styles.feed} data-state={feed.state} data-source={feed.source}>
          <span>{feed.name || feed.source}</span>
          <span>{feedText(t, feed, now)}</span>
        </p>
      ))}
    </footer>
  )
}
