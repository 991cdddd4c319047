import { Button, Segmented, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { type Hotspots, useHotspotChoice } from '../hooks/useHotspots.ts'
import { useLanguage } from '../hooks/useView.ts'
import { answeredSpan } from '../state/answeredSpan.ts'
import { hotspotMethod, hotspotMethods, levelWord } from '../state/hotspots.ts'
import { errorCode } from '../trpc.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Kept } from '../ui/Kept.tsx'
import { Panel } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import { HotspotAreas } from './HotspotAreas.tsx'
import { HotspotDensity } from './HotspotDensity.tsx'
import { HotspotNearRepeat } from './HotspotNearRepeat.tsx'
import { HotspotScope } from './HotspotScope.tsx'
import hotspotStyles from './hotspot.module.css'
import styles from './selectionPanel.module.css'

/** Where incidents gather more than chance makes them, by the method chosen, with what speaks against reading too much into it. */
export function HotspotPanel({ hotspots, level }: { hotspots: Hotspots; level: string | null }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { choose } = useHotspotChoice()
  const { data: bundle } = useAreas()
  const { data: city } = useCity()
  const counted = useCounted()
  const { method, answer, query, disputes } = hotspots
  if (!method) return null
  const levelName = levelWord(bundle, level, language)
  return (
    <Panel className={styles.panel} label={t('hotspot.title')}>
      <Button
        type="text"
        className={styles.fold}
        onClick={() => choose({})}
        aria-label={t('hotspot.close')}
        title={t('hotspot.close')}
      >
        ✕
      </Button>
      <NumbersOf {...counted} span={answeredSpan(answer)} each={false}>
        <div className={styles.scroll} data-testid="hotspots">
          <header className={styles.title}>
            <p className={styles.kicker}>
              {t('hotspot.title')} <AboutNumbers />
            </p>
            <h2>{t(`hotspot.method.${method}`)}</h2>
            <p className={styles.facts}>{t(`hotspot.what.${method}`, { level: levelName })}</p>
            {city && <AsOf instant={Date.parse(city.asOf)} timeZone={city.timeZone} />}
          </header>
          <Segmented
            block
            className={hotspotStyles.methods}
            aria-label={t('hotspot.choose')}
            value={method}
            options={hotspotMethods.map((value) => ({ value, label: t(`hotspot.short.${value}`) }))}
            onChange={(next) => choose({ method: hotspotMethod(next) })}
          />
          <HotspotScope />
          {disputes ? (
            <EmptyState>{t('hotspot.disputes')}</EmptyState>
          ) : query.isError && method === 'nearRepeat' && errorCode(query.error) === 'BAD_REQUEST' ? (
            <EmptyState>{t('hotspot.nearMany')}</EmptyState>
          ) : query.isError ? (
            <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
          ) : !answer ? (
            <div role="status" aria-busy="true">
              <p className={styles.soft}>{t('hotspot.working')}</p>
              <Skeleton active title={false} paragraph={{ rows: 8 }} />
            </div>
          ) : (
            <Kept stale={query.isPlaceholderData} className={hotspotStyles.answer}>
              {answer.method === 'kde' ? (
                <HotspotDensity answer={answer} />
              ) : answer.method === 'nearRepeat' ? (
                <HotspotNearRepeat answer={answer} />
              ) : (
                <HotspotAreas answer={answer} />
              )}
            </Kept>
          )}
        </div>
      </NumbersOf>
    </Panel>
  )
}
