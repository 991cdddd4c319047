import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveIncident } from '../../api/live/messages.ts'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Language } from '../map/scene.ts'
import { LevelShape } from '../ui/LevelMark.tsx'
import { placeName } from '../wall/placeName.ts'
import { isOverdue } from './feedFilter.ts'
import styles from './live.module.css'
import { spanText } from './spanText.ts'

/** CSS pixels of a line: English names of kinds and places take two rows each. */
const lineHeights: Readonly<Record<Language, number>> = { zh: 56, en: 74 }

interface FeedListProps {
  incidents: readonly LiveIncident[]
  areas: AreaBundle | undefined
  kindName: (kind: string) => string
  selectedId: number | null
  /** Says of made-up incidents that they are; not where everything is and the page says so. */
  marksSynthetic: boolean
  /** Epoch milliseconds on the server's clock. */
  now: number
  /** @param fly true: the map goes there. */
  onPick: (incident: LiveIncident) => void
}

/** The incidents, newest first: only the lines in sight are made. Arrow keys walk, Enter picks. */
export function FeedList({
  incidents,
  areas,
  kindName,
  selectedId,
  marksSynthetic,
  now,
  onPick,
}: FeedListProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const lineHeight = lineHeights[language]
  const scroll = useRef<HTMLDivElement>(null)
  const focused = useRef<HTMLButtonElement>(null)
  /** The line the keys stand on, by its incident: new lines come in above it. */
  const [activeId, setActiveId] = useState<number | null>(null)
  const [walked, setWalked] = useState(0)
  const virtual = useVirtualizer({
    count: incidents.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => incidents[index].id,
    overscan: 4,
  })
  // The line walked to takes the focus once it is drawn.
  useEffect(() => {
    if (walked > 0) focused.current?.focus({ preventScroll: true })
  }, [walked])
  useKeys({ i: () => scroll.current?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus() })
  const active = incidents.findIndex(({ id }) => id === activeId)
  const walk = (event: KeyboardEvent, from: number) => {
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / lineHeight) - 1)
    const next = {
      ArrowDown: from + 1,
      ArrowUp: from - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: incidents.length - 1,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const at = Math.min(incidents.length - 1, Math.max(0, next))
    virtual.scrollToIndex(at, { align: 'auto' })
    setActiveId(incidents[at].id)
    setWalked(walked + 1)
  }
  const items = virtual.getVirtualItems()
  const entry = active >= 0 ? active : (items[0]?.index ?? 0)
  return (
    <div ref={scroll} className={styles.scroll}>
      <ol
        className={styles.list}
        style={{ height: virtual.getTotalSize() }}
        aria-label={t('live.panel.list')}
        data-testid="live-list"
      >
        {items.map(({ index, start }) => {
          const incident = incidents[index]
          const over = incident.status === 'closed' || incident.status === 'recorded'
          return (
            <li
              key={incident.id}
              className={styles.line}
              style={{ height: lineHeight, transform: `translateY(${start}px)` }}
              data-testid="live-line"
              data-incident={incident.id}
              data-stage={incident.status}
              data-selected={incident.id === selectedId}
              data-over={over}
              aria-setsize={incidents.length}
              aria-posinset={index + 1}
            >
              <button
                type="button"
                ref={index === active ? focused : undefined}
                className={styles.pick}
                tabIndex={index === entry ? 0 : -1}
                aria-current={incident.id === selectedId}
                onKeyDown={(event) => walk(event, index)}
                onFocus={() => setActiveId(incident.id)}
                onClick={() => onPick(incident)}
              >
                <LevelShape level={incident.level} />
                <span className={styles.words}>
                  <span className={styles.kind}>
                    {kindName(incident.kind)}
                    {marksSynthetic && incident.synthetic && ` · ${t('live.panel.synthetic')}`}
                  </span>
                  <span className={styles.place}>
                    {areas
                      ? placeName(areas, incident.cellId, language) || t('live.panel.nowhere')
                      : '\u00a0'}
                  </span>
                </span>
                <span className={styles.right}>
                  <time dateTime={incident.reportedAt}>
                    {spanText(t, now - Date.parse(incident.reportedAt))}
                  </time>
                  <span className={isOverdue(incident, now) ? styles.overdue : styles.soft}>
                    {t(`incident.statuses.${incident.status}`)}
                    {isOverdue(incident, now) && ` · ${t('live.panel.overdue')}`}
                  </span>
                </span>
              </button>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
