import { Segmented, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { contiguities, useHotspotChoice } from '../hooks/useHotspots.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { chainOf, nameOf } from '../state/areaTree.ts'
import hotspotStyles from './hotspot.module.css'

/** What hotspots are looked for in, and what counts as a neighbour. */
export function HotspotScope() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const { areaIndex, hierarchy } = useSelection()
  const { method, within, contiguity, refine } = useHotspotChoice()
  if (!bundle || !method) return null
  // The way up from what is selected, the city itself being the whole; and what was chosen before, where that is not on it.
  const above = areaIndex < 0 ? [] : chainOf(bundle, areaIndex, hierarchy).slice(1)
  const chosen = within === undefined ? -1 : areaIndexOf(bundle, within)
  const offered = [...new Set([...above, ...(chosen >= 0 ? [chosen] : [])])]
  return (
    <div className={hotspotStyles.scope} data-testid="hotspot-scope">
      <Select
        size="middle"
        aria-label={t('hotspot.scope')}
        value={chosen >= 0 ? bundle.id[chosen] : 0}
        options={[
          { value: 0, label: t('hotspot.scopeWhole') },
          ...offered.map((index) => ({
            value: bundle.id[index],
            label: t('hotspot.scopeIn', { name: nameOf(bundle, index, language) }),
          })),
        ]}
        onChange={(next) => refine({ within: next === 0 ? undefined : next, contiguity })}
      />
      {(method === 'gi' || method === 'moran') && (
        <Segmented
          block
          aria-label={t('hotspot.neighbours')}
          value={contiguity}
          options={contiguities.map((value) => ({
            value,
            label: t(`hotspot.contiguity.${value}`),
            title: t(`hotspot.contiguityHint.${value}`),
          }))}
          onChange={(next) => refine({ within, contiguity: next })}
        />
      )}
    </div>
  )
}
