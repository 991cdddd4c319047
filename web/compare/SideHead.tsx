import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { KindFilter } from '../panels/KindFilter.tsx'
import { VersionSwitch } from '../panels/VersionSwitch.tsx'
import { WindowPicker } from '../panels/WindowPicker.tsx'
import { formatCount } from '../ui/numbers.ts'
import styles from './compare.module.css'
import type { Side } from './useSide.ts'

interface SideHeadProps {
  name: string
  side: Side | null
}

/** What one map of the comparison shows, each part a picker of its own. */
export function SideHead({ name, side }: SideHeadProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <fieldset className={styles.head} aria-label={name}>
      <WindowPicker />
      <KindFilter />
      <VersionSwitch />
      <span className={styles.total} aria-busy={side?.total === undefined}>
        <b className={styles.number} data-testid="side-total">
          {side?.total === undefined ? '—' : formatCount(side.total, language)}
        </b>{' '}
        {t('area.incidents')}
      </span>
    </fieldset>
  )
}
