import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useChangeView } from '../hooks/useView.ts'
import type { OfferedPeriod } from '../state/disputePeriods.ts'
import styles from './states.module.css'

/** More are in the list of windows. */
const mostOffered = 4

/** Says that disputes are not counted over this window, and offers those they are. */
export function DisputePeriods({ periods }: { periods: readonly OfferedPeriod[] }) {
  const { t } = useTranslation()
  const changeView = useChangeView()
  return (
    <div className={styles.empty} data-testid="dispute-periods">
      <p className={styles.soft}>{t('dispute.window')}</p>
      <p className={styles.choices}>
        {periods.slice(0, mostOffered).map(({ name, span }) => (
          <Button
            key={name}
            size="small"
            onClick={() => changeView({ window: { preset: 'custom', ...span } })}
          >
            {name}
          </Button>
        ))}
      </p>
    </div>
  )
}
