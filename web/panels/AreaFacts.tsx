import { Skeleton } from 'antd'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Hierarchy } from '../../geodata/city.ts'
import { useAreaFacts } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useGoToArea } from '../hooks/useGoToArea.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Translate } from '../i18n/translate.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { Count, Measure } from '../ui/Count.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Row } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Share } from '../ui/Share.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import styles from './selectionPanel.module.css'

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
      .map((level) => ({
        key: level.level,
        name: level.name[language],
        count: facts.children[level.level],
      }))
  const squad = facts.squad
  const lineage = Object.entries(
    Object.groupBy(
      facts.lineage.filter((each) => each.relation !== 'same'),
      (each) => each.version,
    ),
  )
  return (
    <NumbersOf counted={t('number.of.facts')} source="map" version={bundle.version} each={false}>
      <div>
        <CountsRow label={t('area.inside')} counts={inside('administration')} />
        <CountsRow label={t('area.patrol')} counts={inside('patrol')} />
        {facts.cameras && facts.cameras.total > 0 && (
          <Row label={t('area.cameras')}>
            <NumbersOf counted={t('number.of.cameras')} source="cameras">
              <Share part={facts.cameras.online} whole={facts.cameras.total} complete />
            </NumbersOf>
          </Row>
        )}
        {facts.roadsKm > 0 && (
          <Row label={t('area.roads')}>
            <Measure value={facts.roadsKm} /> <small>{t('unit.km')}</small>
          </Row>
        )}
        <CountsRow label={t('area.places')} counts={placeCounts(t, facts.places)} />
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
            <AsOf instant={Date.parse(facts.asOf)} timeZone={city.timeZone} /> <AboutNumbers />
          </p>
        )}
      </div>
    </NumbersOf>
  )
}

interface NamedCount {
  key: string
  name: string
  count: number
}

/** 村社区 30 · 网格 797; nothing where there are none. */
function CountsRow({ label, counts }: { label: string; counts: readonly NamedCount[] }) {
  if (counts.length === 0) return null
  return (
    <Row label={label}>
      {counts.map(({ key, name, count }, place) => (
        <Fragment key={key}>
          {place > 0 && ' · '}
          {name}
          {'\u00a0'}
          <Count value={count} />
        </Fragment>
      ))}
    </Row>
  )
}

const placeCategories = ['site', 'centre', 'hall', 'post'] as const

/** 重点场所 12 · 综治中心 1 */
function placeCounts(t: Translate, places: readonly { category: string; count: number }[]): NamedCount[] {
  return placeCategories
    .map((category) => ({
      key: category,
      name: t(`area.placeCategory.${category}`),
      count: places
        .filter((place) => place.category === category)
        .reduce((sum, place) => sum + place.count, 0),
    }))
    .filter((each) => each.count > 0)
}
