import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useGoToArea } from '../hooks/useGoToArea.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import { countRights } from '../state/access.ts'
import { childrenOf, levelAt, levelNameOf, parentOf, rootOf, shortNameOf } from '../state/areaTree.ts'
import { useSight } from './SightNote.tsx'
import styles from './selectionPanel.module.css'

/** Where to go from here. */
export function AreaActions({ bundle, index }: { bundle: AreaBundle; index: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { areaIndex, hierarchy } = useSelection()
  const goToArea = useGoToArea()
  const controller = useMapController()
  const changeView = useChangeView()
  const [, setPanel] = useParameter('panel')
  const sight = useSight(index)
  const counted = useAccess().can(...countRights) && sight !== 'none'
  const children = childrenOf(bundle, index, hierarchy)
  const above = areaIndex < 0 ? -1 : parentOf(bundle, index, hierarchy)
  const childLevel = children.length > 0 ? levelAt(bundle, children[0]).level : null
  return (
    <div className={styles.actions}>
      {childLevel && counted && (
        <Button
          type="primary"
          size="large"
          data-testid="drill"
          onClick={() => {
            changeView({ level: childLevel })
            controller?.fit({ areaId: bundle.id[index] })
          }}
        >
          {t('area.drill', { level: levelNameOf(bundle, children[0], language) })}
        </Button>
      )}
      {areaIndex >= 0 && (
        <Button size="large" onClick={() => controller?.fit({ areaId: bundle.id[index] })}>
          {t('area.zoomTo')}
        </Button>
      )}
      {counted && (
        <>
          <Button
            size="large"
            title={t('analysis.key')}
            onClick={() => setPanel('analysis')}
            data-testid="analysis"
          >
            {t('analysis.open')}
          </Button>
          <Link to="/brief" search={true} className={styles.brief}>
            {t('area.brief')}
          </Link>
        </>
      )}
      {above >= 0 && above !== rootOf(bundle) && (
        <Button size="large" type="text" title={t('keys.escape')} onClick={() => goToArea(bundle.id[above])}>
          ↑ {shortNameOf(bundle, above, language)}
        </Button>
      )}
    </div>
  )
}
