import { Button, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { countRights } from '../state/access.ts'
import { levelNameOf, nameOf, rootOf } from '../state/areaTree.ts'
import { areasLike } from '../state/likeness.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { Count, Measure } from '../ui/Count.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Panel } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { AreaActions } from './AreaActions.tsx'
import { AreaChildren } from './AreaChildren.tsx'
import { AreaCounts } from './AreaCounts.tsx'
import { AreaDisputes } from './AreaDisputes.tsx'
import { AreaFacts } from './AreaFacts.tsx'
import { AreaKinds } from './AreaKinds.tsx'
import { AreaMonths } from './AreaMonths.tsx'
import { PanelTitle } from './PanelTitle.tsx'
import { SightNote, useSight } from './SightNote.tsx'
import styles from './selectionPanel.module.css'

interface AreaPanelProps {
  open: boolean
  onToggle: () => void
}

/** The selected area, or the whole city: its count beside last year's, what is inside, and where to go from here. */
export function AreaPanel({ open, onToggle }: AreaPanelProps) {
  const { t } = useTranslation()
  const { data: bundle, error, refetch } = useAreas()
  const { shownIndex } = useSelection()
  if (!open) {
    return (
      <Button className={styles.closed} size="large" onClick={onToggle}>
        ◂ {t('bar.details')}
      </Button>
    )
  }
  return (
    <Panel className={styles.panel} label={t('bar.details')}>
      <Button
        type="text"
        className={styles.fold}
        onClick={onToggle}
        aria-label={t('area.close')}
        title={t('area.close')}
      >
        ▸
      </Button>
      <div key={shownIndex} className={styles.scroll}>
        {error ? (
          <ErrorState error={error} inPlace onRetry={() => void refetch()} />
        ) : !bundle ? (
          <Skeleton active paragraph={{ rows: 10 }} />
        ) : shownIndex < 0 ? (
          <CityWithoutRoot bundle={bundle} />
        ) : (
          <AreaSheet bundle={bundle} index={shownIndex} />
        )}
      </div>
    </Panel>
  )
}

/** An imported city may have areas but none that is the whole: then the counts of all of it. */
function CityWithoutRoot({ bundle }: { bundle: AreaBundle }) {
  const language = useLanguage()
  const { data: city } = useCity()
  return (
    <>
      <PanelTitle kicker={null} title={city?.name[language] ?? ''} facts={[]} />
      <AreaCounts areaId={undefined} among={1} />
      <AreaChildren bundle={bundle} index={-1} />
      <AreaMonths areaId={undefined} />
      <AreaDisputes areaId={undefined} />
      <AreaKinds areaId={undefined} among={1} />
      {city && <AsOf instant={Date.parse(city.asOf)} timeZone={city.timeZone} />}
    </>
  )
}

function AreaSheet({ bundle, index }: { bundle: AreaBundle; index: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { areaIndex } = useSelection()
  const { data: city } = useCity()
  // The whole city is everything reported in it, also what lies in none of its areas: the sum every room shows.
  const areaId = index === rootOf(bundle) ? undefined : bundle.id[index]
  const among = areasLike(bundle, index)
  const level = levelNameOf(bundle, index, language)
  const jurisdiction = useJurisdiction()
  const sight = useSight(index)
  const counted = useAccess().can(...countRights) && sight !== 'none'
  // Several areas have no name in common, and no ground that could stand for them.
  const several = areaIndex < 0 && jurisdiction !== null && jurisdiction.areas.length !== 1
  const people = bundle.population[index]
  const households = bundle.households[index]
  return (
    <>
      <PanelTitle
        kicker={
          areaIndex >= 0
            ? t('area.title', { level })
            : t(jurisdiction ? 'access.jurisdiction.one' : 'area.overview')
        }
        title={
          several
            ? t('access.jurisdiction.many', { count: jurisdiction.areas.length })
            : nameOf(bundle, index, language)
        }
        code={areaIndex < 0 ? undefined : bundle.code[index]}
        facts={
          several ? (
            []
          ) : (
            <NumbersOf counted={t('number.of.ground')} source="map">
              <Measure value={bundle.areaKm2[index]} /> {t('unit.km2')}
              {people > 0 && (
                <>
                  {' · '}
                  {t('number.approximately')} <Count value={people} /> {t('unit.people')}
                </>
              )}
              {households > 0 && people < 2000 && (
                <>
                  {' · '}
                  <Count value={households} /> {t('unit.households')}
                </>
              )}
            </NumbersOf>
          )
        }
      />
      <SightNote index={index} />
      {counted && (
        <>
          <AreaCounts areaId={areaId} among={among} />
          <AreaMonths areaId={areaId} />
          <AreaDisputes areaId={areaId} />
        </>
      )}
      {!several ? (
        <AreaFacts bundle={bundle} index={index} />
      ) : (
        city && <AsOf instant={Date.parse(city.asOf)} timeZone={city.timeZone} />
      )}
      <AreaActions bundle={bundle} index={index} />
      {counted && (
        <>
          <AreaKinds areaId={areaId} among={among} />
          <AreaChildren bundle={bundle} index={index} />
        </>
      )}
    </>
  )
}
