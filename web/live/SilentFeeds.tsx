import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { Row } from '../ui/Panel.tsx'
import { feedName } from './feedName.ts'
import { feedText } from './LiveBadge.tsx'
import { useLiveStore } from './live.ts'

interface SilentFeedsProps {
  /** What the sources bring. */
  kind: string
  label: string
  /** Epoch milliseconds of the server's clock. */
  now: number
}

/** The sources of something that are silent, so that what is old on the screen says why; nothing where all speak. */
export function SilentFeeds({ kind, label, now }: SilentFeedsProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { store } = useLiveStore()
  return store.feeds
    .filter((feed) => feed.kind === kind && feed.state === 'silent')
    .map((feed) => (
      <Row key={feed.source} label={label}>
        {feedName(t, feed, language)} · {feedText(t, feed, now)}
      </Row>
    ))
}
