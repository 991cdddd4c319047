import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/CopyButton.tsx'
import styles from './admin.module.css'

interface OnceProps {
  title: string
  secret: string
  /** What to do with it. */
  children: ReactNode
  onClose: () => void
}

/** A password or link that is shown this once: the installation keeps only its hash. */
export function Once({ title, secret, children, onClose }: OnceProps) {
  const { t } = useTranslation()
  return (
    <div className={styles.form}>
      <div className={styles.once}>
        <b>{title}</b>
        <code className={styles.secret} data-testid="once">
          {secret}
        </code>
        <span className={styles.small}>{t('admin.once')}</span>
      </div>
      {children}
      <div className={styles.buttons}>
        <CopyButton text={secret} />
        <Button size="large" type="primary" onClick={onClose}>
          {t('admin.onceDone')}
        </Button>
      </div>
    </div>
  )
}
