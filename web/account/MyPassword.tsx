import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './account.module.css'
import { NewPasswordForm } from './NewPasswordForm.tsx'

/** Changing one's own password. */
export function MyPassword({ userName }: { userName: string }) {
  const { t } = useTranslation()
  const [state, setState] = useState<'closed' | 'open' | 'changed'>('closed')
  return (
    <section className={styles.section}>
      <h3>{t('account.password.title')}</h3>
      {state === 'open' ? (
        <NewPasswordForm userName={userName} onChanged={() => setState('changed')}>
          <Button size="large" onClick={() => setState('closed')}>
            {t('account.cancel')}
          </Button>
        </NewPasswordForm>
      ) : (
        <>
          {state === 'changed' && <p role="status">{t('account.password.changed')}</p>}
          <div className={styles.buttons}>
            <Button onClick={() => setState('open')}>{t('account.password.title')}…</Button>
          </div>
        </>
      )}
    </section>
  )
}
