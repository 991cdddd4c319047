import { useTranslation } from 'react-i18next'
import { useWindow } from '../hooks/useCity.ts'
import { useDataStart } from '../hooks/useDataStart.ts'
import { formatDate } from '../state/zonedTime.ts'
import styles from './selectionPanel.module.css'

/** Says that the window reaches back before the data, where a count of 0 is no finding. Nothing where it does not. */
export function DataStartNote() {
  const { t } = useTranslation()
  const window = useWindow()
  const dataStart = useDataStart()
  if (!window || dataStart === undefined || window.span.from >= dataStart) return null
  return (
    <p className={styles.soft} role="note" data-testid="data-start">
      {Number.isFinite(dataStart)
        ? t('number.dataStart', { date: formatDate(dataStart, window.timeZone) })
        : t('number.dataNone')}
    </p>
  )
}
