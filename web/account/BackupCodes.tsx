import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/CopyButton.tsx'
import styles from './account.module.css'
import { printCodes } from './printCodes.ts'

interface BackupCodesProps {
  codes: readonly string[]
  userName: string
  onKept: () => void
}

/** Shown once; to copy, to print, and only then onwards. */
export function BackupCodes({ codes, userName, onKept }: BackupCodesProps) {
  const { t } = useTranslation()
  return (
    <>
      <p className={styles.soft}>{t('account.factor.codesText')}</p>
      <ol className={styles.codes} data-testid="backup-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className={styles.buttons}>
        <CopyButton text={codes.join('\n')} />
        <Button
          size="large"
          onClick={() =>
            printCodes(
              t('account.factor.printTitle', { name: userName }),
              t('account.factor.codesText'),
              codes,
            )
          }
        >
          {t('account.factor.print')}
        </Button>
        <Button size="large" type="primary" onClick={onKept}>
          {t('account.factor.saved')}
        </Button>
      </div>
    </>
  )
}
