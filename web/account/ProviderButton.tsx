import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParameter } from '../hooks/useParameter.ts'
import { providerAddress } from '../state/session.ts'
import styles from './account.module.css'
import { Problem, useProblem } from './Problem.tsx'

/** Codes with which a provider says that the person is known there and not here. */
const unknownHere = new Set([
  'signup_disabled',
  'account_not_found',
  'user_not_found',
  'unable_to_create_user',
])

/** Signing in with the identity provider, and why it did not work when it sent the person back. */
export function ProviderButton({ name }: { name: string }) {
  const { t } = useTranslation()
  const [failed] = useParameter('error')
  const go = useMutation({
    mutationFn: providerAddress,
    onSuccess: (address) => window.location.assign(address),
  })
  const { text } = useProblem(go.error)
  const returned =
    failed === undefined
      ? null
      : unknownHere.has(failed)
        ? t('signIn.providerUnknown')
        : t('signIn.providerFailed', { code: failed })
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
