import { useTranslation } from 'react-i18next'
import { useCounted } from '../hooks/useCounted.ts'
import { KindFilter } from '../panels/KindFilter.tsx'
import { VersionSwitch } from '../panels/VersionSwitch.tsx'
import { WindowPicker } from '../panels/WindowPicker.tsx'
import { Count } from '../ui/Count.tsx'
import { Updating } from '../ui/Kept.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import styles from './compare.module.css'
import type { Side } from './useSide.ts'

interface SideHeadProps {
  name: string
  side: Side | null
}

/** What one map of the comparison shows, each part a picker of its own. */
export function SideHead({ name, side }: SideHeadProps) {
  const { t } = useTranslation()
  const counted = useCounted()
  return (
    <fieldset className={styles.head} aria-label={name}>
      <WindowPicker />
      <KindFilter />
      <VersionSwitch />
      <span
        className={styles.total}
        aria-busy={side?.total === undefined || side.stale}
        data-stale={side?.stale}
      >
        <b className={styles.number} data-testid="side-total">
          <NumbersOf {...counted} span={side?.span} version={side?.version}>
            <Count value={side?.total} />
          </NumbersOf>
        </b>{' '}
        {t('area.incidents', { count: side?.total ?? 0 })} {side?.stale && <Updating />}
      </span>
    </fieldset>
  )
}
