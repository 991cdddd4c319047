import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Hierarchy } from '../../geodata/city.ts'
import { useAreaFacts } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useGoToArea } from '../hooks/useGoToArea.ts'
import { useLanguage } from '../hooks/useView.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Share } from '../ui/Share.tsx'
import { formatCount, formatMeasure } from '../ui/numbers.ts'
import { Row } from '../ui/Panel.tsx'
import styles from './selectionPanel.module.css'

type Translate = ReturnType<typeof useTranslation>['t']

/** What is known of an area beside its counts. */
export function AreaFacts({ bundle, index }: { bundle: AreaBundle; index: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const goToArea = useGoToArea()
  const query = useAreaFacts(bundle.id[index])
  const facts = query.data?.id === bundle.id[index] ? query.data : undefined
  if (query.isError) return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  if (!facts) return <Skeleton active title={false} paragraph={{ rows: 4 }} />
  const inside = (hierarchy: Hierarchy) =>
    bundle.levels
      .filter((level) => level.hierarchy === hierarchy && (facts.children[level.level] ?? 0) > 0)
      .map((level) => `${level.name[language]}\u00a0${formatCount(facts.children[level.level], language)}`)
      .join(' · ')
  const squad = facts.squad
  const lineage = Object.entries(
    Object.groupBy(
      facts.lineage.filter((each) => each.relation !== 'same'),
      (each) => each.version,
    ),
  )
  return (
    <div>
      {inside('administration') && <Row label={t('area.inside')}>{inside('administration')}</Row>}
      {inside('patrol') && <Row label={t('area.patrol')}>{inside('patrol')}</Row>}
      {facts.cameras.total > 0 && (
        <Row label={t('area.cameras')}>
          <Share part={facts.cameras.online} whole={facts.cameras.total} />
        </Row>
      )}
      {facts.roadsKm > 0 && (
        <Row label={t('area.roads')}>
          {formatMeasure(facts.roadsKm, language)} <small>{t('unit.km')}</small>
        </Row>
      )}
      {facts.places.length > 0 && <Row label={t('area.places')}>{placeCounts(t, facts.places)}</Row>}
      {squad && (
        <Row label={t('area.squad')}>
          <button type="button" className={styles.link} onClick={() => goToArea(squad.id)}>
            {squad.name[language]}
          </button>
        </Row>
      )}
      {lineage.map(([version, areas]) => (
        <Row key={version} label={t('area.lineage')}>
          {t('area.lineageOf', { version, count: areas?.length ?? 0 })}
        </Row>
      ))}
      {city && (
        <p className={styles.foot}>
          <AsOf instant={Date.parse(facts.asOf)} timeZone={city.timeZone} />
        </p>
      )}
    </div>
  )
}

const placeCategories = ['site', 'centre', 'hall', 'post'] as const

/** 重点场所 12 · 综治中心 1 */
function placeCounts(t: Translate, places: readonly { category: string; count: number }[]): string {
  return placeCategories
    .map((category) => ({
      category,
      count: places
        .filter((place) => place.category === category)
        .reduce((sum, place) => sum + place.count, 0),
    }))
    .filter((each) => each.count > 0)
    .map((each) => `${t(`area.placeCategory.${each.category}`)} ${each.count}`)
    .join(' · ')
}
