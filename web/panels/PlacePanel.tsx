import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { usePlaces } from '../hooks/usePlaces.ts'
import { useLanguage } from '../hooks/useView.ts'
import { chainOf, levelAt, nameOf } from '../state/areaTree.ts'
import { Row } from '../ui/Panel.tsx'
import { PanelTitle } from './PanelTitle.tsx'
import { PointPanel, Where } from './PointPanel.tsx'

const categories = ['site', 'centre', 'hall', 'post'] as const

/** A key site, service centre, hall or post. */
export function PlacePanel({ id }: { id: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const query = usePlaces()
  const place = query.data?.places.find((each) => each.id === id)
  const category = categories.find((each) => each === place?.category)
  const index = bundle && place?.areaId != null ? areaIndexOf(bundle, place.areaId) : -1
  const areas =
    bundle && index >= 0
      ? chainOf(bundle, index, 'administration').map((each) => ({
          id: bundle.id[each],
          code: bundle.code[each],
          level: levelAt(bundle, each).level,
          name: { zh: nameOf(bundle, each, 'zh'), en: nameOf(bundle, each, 'en') },
        }))
      : []
  return (
    <PointPanel label={t('place.title')} query={query}>
      {place ? (
        <>
          <PanelTitle
            kicker={t('place.title')}
            title={place.name[language] || place.name.zh}
            facts={[category ? t(`area.placeCategory.${category}`) : place.category]}
          />
          <div>
            {place.openedOn && <Row label={t('place.opened')}>{place.openedOn}</Row>}
            <Row label={t('incident.position')}>
              {place.lng.toFixed(5)}, {place.lat.toFixed(5)}
            </Row>
          </div>
          <Where areas={areas} />
        </>
      ) : (
        <p>{t('place.missing')}</p>
      )}
    </PointPanel>
  )
}
