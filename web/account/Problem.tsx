import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useCountdown } from '../hooks/useCountdown.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Translate } from '../i18n/translate.ts'
import { AuthError } from '../state/authRequest.ts'
import { formatSpan } from '../state/duration.ts'
import styles from './account.module.css'

/** What a refused sign-in or change says; seconds left of a lock where the server told them. */
export function useProblem(error: unknown): { text: string | null; waitSeconds: number } {
  const { t } = useTranslation()
  const language = useLanguage()
  const until = useMemo(() => {
    const seconds = error instanceof AuthError ? error.retryAfterSeconds : null
    return seconds === null ? null : Date.now() + 1000 * seconds
  }, [error])
  const waitSeconds = useCountdown(until)
  if (!error) return { text: null, waitSeconds: 0 }
  if (until !== null && waitSeconds === 0) return { text: null, waitSeconds: 0 }
  if (waitSeconds > 0) {
    return { text: t('signIn.lockedFor', { time: formatSpan(waitSeconds, language) }), waitSeconds }
  }
  return { text: words(error, t), waitSeconds: 0 }
}

const passwordReasons = ['TOO_SHORT', 'TOO_LONG', 'TOO_PLAIN', 'HAS_NAME', 'COMMON', 'REUSED'] as const

function words(error: unknown, t: Translate): string {
  if (!(error instanceof AuthError)) return t('signIn.unreachable')
  if (error.problem === 'passwordRules') {
    const reason = passwordReasons.find((each) => `PASSWORD_${each}` === error.code)
    return reason ? t(`account.password.refused.${reason}`) : `${t('signIn.passwordRules')} ${error.words}`
  }
  const said = t(`signIn.${error.problem}`)
  return error.problem === 'refused' && error.words ? `${said} ${error.words}` : said
}

/** The line below a form that says what is wrong; its room is kept, so that nothing jumps. */
export function Problem({ children }: { children: string | null }) {
  return (
    <p className={styles.problem} role="alert">
      {children}
    </p>
  )
}
