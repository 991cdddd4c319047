import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './admin.module.css'
import { refusalText } from './refusalText.ts'

interface FormEndProps {
  /** What the form asks for: its refusal is said, and while it is on its way nothing is asked again. */
  asked: { error: unknown; isPending: boolean }
  /** On the button that asks. */
  text: string
  /** Whether all that is needed was filled in. */
  ready: boolean
  /** Said where what was asked for is there already. */
  conflict?: string
  onClose: () => void
}

/** The end of a form of the administration: what went wrong, the button that asks, the one that leaves. */
export function FormEnd({ asked, text, ready, conflict, onClose }: FormEndProps) {
  const { t } = useTranslation()
  return (
    <>
      {asked.error !== null && (
        <p className={styles.problem} role="alert">
          {refusalText(asked.error, t, conflict)}
        </p>
      )}
      <div className={styles.buttons}>
        <Button type="primary" size="large" htmlType="submit" loading={asked.isPending} disabled={!ready}>
          {text}
        </Button>
        <Button size="large" onClick={onClose}>
          {t('account.cancel')}
        </Button>
      </div>
    </>
  )
}
