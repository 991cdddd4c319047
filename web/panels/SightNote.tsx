import { useTranslation } from 'react-i18next'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import type { Sight } from '../state/jurisdiction.ts'
import { sights } from '../state/jurisdiction.ts'
import styles from './selectionPanel.module.css'

/** How much of an area of the bundle the viewer may count. */
export function useSight(index: number): Sight {
  const jurisdiction = useJurisdiction()
  if (!jurisdiction) return 'whole'
  return index < 0 ? 'part' : (sights[jurisdiction.sight[index]] ?? 'none')
}

/** Says that the numbers of an area are those of a part of it, or that there are none. Nothing where it is seen whole. */
export function SightNote({ index }: { index: number }) {
  const { t } = useTranslation()
  const jurisdiction = useJurisdiction()
  const sight = useSight(index)
  if (sight === 'whole') return null
  const words =
    sight === 'none'
      ? t('access.jurisdiction.outsideHint')
      : jurisdiction?.known === false
        ? t('access.jurisdiction.other')
        : t('access.jurisdiction.partHint')
  return (
    <p className={styles.sight} data-sight={sight} data-testid="sight">
      <i aria-hidden="true" /> {words}
    </p>
  )
}
