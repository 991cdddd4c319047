import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './figures.module.css'

/** Stands wherever a synthetic city's data is shown. */
export function SyntheticBadge() {
  const { t } = useTranslation()
  return (
    <Tooltip title={t('bar.syntheticHint')}>
      <span className={styles.badge}>{t('bar.synthetic')}</span>
    </Tooltip>
  )
}
