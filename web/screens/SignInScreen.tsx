import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSessionEnded, useSignIn } from '../hooks/useSession.ts'
import { useToggleLanguage, useToggleTheme } from '../hooks/useView.ts'
import { SignInError } from '../state/session.ts'
import styles from './screens.module.css'

export function SignInScreen() {
  const { t } = useTranslation()
  const signIn = useSignIn()
  const ended = useSessionEnded()
  const toggleLanguage = useToggleLanguage()
  const toggleTheme = useToggleTheme()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const problem =
    signIn.error instanceof SignInError ? signIn.error.problem : signIn.error ? 'unreachable' : null

  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({ username: username.trim(), password })
  }

  return (
    <main className={styles.signIn}>
      <form className={styles.signInCard} onSubmit={submit}>
        <header>
          <h1 className={styles.signInName}>{t('app.name')}</h1>
          <p className={styles.signInTitle}>{t('app.title')}</p>
        </header>
        <label className={styles.field} htmlFor="username">
          <span>{t('signIn.username')}</span>
          <Input
            id="username"
            size="large"
            autoComplete="username"
            autoFocus
            required
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        </label>
        <label className={styles.field} htmlFor="password">
          <span>{t('signIn.password')}</span>
          <Input.Password
            id="password"
            size="large"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <p className={styles.problem} role="alert">
          {problem ? t(`signIn.${problem}`) : ended && t('signIn.ended')}
        </p>
        <Button type="primary" size="large" htmlType="submit" loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
        <p className={styles.hint}>{t('signIn.firstPassword')}</p>
        <footer className={styles.signInFoot}>
          <Button type="text" size="large" onClick={toggleLanguage} title={t('bar.languageHint')}>
            {t('bar.language')}
          </Button>
          <Button
            type="text"
            size="large"
            onClick={toggleTheme}
            title={t('bar.theme')}
            aria-label={t('bar.theme')}
          >
            ◐
          </Button>
        </footer>
      </form>
    </main>
  )
}
