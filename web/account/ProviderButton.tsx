import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParameter } from '../hooks/useParameter.ts'
import { providerAddress } from '../state/session.ts'
import styles from './account.module.css'
import { Problem, useProblem } from './Problem.tsx'

/** What better-auth and the provider call the reasons why somebody was sent back, in our words' names. */
const reasons: ReadonlyMap<string, 'unknown' | 'unnamed' | 'disabled' | 'taken' | 'refused' | 'silent'> =
  new Map([
    ['signup_disabled', 'unknown'],
    ['account_not_found', 'unknown'],
    ['user_not_found', 'unknown'],
    ['unable_to_create_user', 'unknown'],
    ['email_not_found', 'unnamed'],
    ['ACCOUNT_DISABLED', 'disabled'],
    ['ACCOUNT_LINKED', 'taken'],
    ['access_denied', 'refused'],
    ['invalid_code', 'silent'],
    ['unable_to_get_user_info', 'silent'],
  ])

/** A code and nothing else: what a link brings here is said on the page of the sign-in. */
const CODE = /^[A-Za-z_]{1,40}$/

/** Signing in with the identity provider, and why it did not work when it sent the person back. */
export function ProviderButton({ name }: { name: string }) {
  const { t } = useTranslation()
  const [failed] = useParameter('error')
  const go = useMutation({
    mutationFn: providerAddress,
    onSuccess: (address) => window.location.assign(address),
  })
  const { text } = useProblem(go.error)
  const reason = failed === undefined ? undefined : (reasons.get(failed) ?? 'other')
  const returned = reason
    ? t(`signIn.returned.${reason}`, { name, code: CODE.test(failed ?? '') ? failed : '?' })
    : null
  return (
    <div className={styles.form}>
      <p className={styles.or}>{t('signIn.or')}</p>
      <Button size="large" loading={go.isPending} onClick={() => go.mutate()}>
        {t('signIn.provider', { name })}
      </Button>
      {(text ?? returned) && <Problem>{text ?? returned}</Problem>}
    </div>
  )
}
