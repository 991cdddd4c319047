import { useTranslation } from 'react-i18next'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useGoToArea } from '../hooks/useGoToArea.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { chainOf, nameOf, shortNameOf } from '../state/areaTree.ts'
import { nothing } from '../state/selection.ts'
import styles from './breadcrumb.module.css'
import { CitySwitch } from './CitySwitch.tsx'

/** City ▸ … ▸ what is selected; each step goes there. */
export function Breadcrumb() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const { data: bundle } = useAreas()
  const { areaIndex, shownIndex, hierarchy, select } = useSelection()
  const goToArea = useGoToArea()
  const controller = useMapController()
  if (!city) return <nav className={styles.trail} />

  const chain = bundle && areaIndex >= 0 ? chainOf(bundle, areaIndex, hierarchy) : []
  const top =
    chain[0] === shownIndex || chain.length === 0 || (bundle && bundle.parent[chain[0]] < 0)
      ? chain.slice(1)
      : chain
  const goHome = () => {
    select(nothing)
    controller?.fitCity()
  }
  return (
    <nav className={styles.trail} aria-label={t('bar.trail')} data-testid="breadcrumb">
      <button
        type="button"
        data-testid="step"
        className={styles.step}
        onClick={goHome}
        aria-current={areaIndex < 0 ? 'location' : undefined}
      >
        {city.name[language]}
      </button>
      <CitySwitch />
      {bundle &&
        top.map((index) => (
          <span key={index} className={styles.part}>
            <span className={styles.arrow} aria-hidden="true">
              ▸
            </span>
            <button
              type="button"
              data-testid="step"
              className={styles.step}
              title={nameOf(bundle, index, language)}
              aria-current={index === areaIndex ? 'location' : undefined}
              onClick={() => goToArea(bundle.id[index])}
            >
              {shortNameOf(bundle, index, language)}
            </button>
          </span>
        ))}
    </nav>
  )
}
