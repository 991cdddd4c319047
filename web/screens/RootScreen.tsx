import { Outlet } from '@tanstack/react-router'
import { ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useMemo } from 'react'
import { useReducedMotion } from '../hooks/useReducedMotion.ts'
import { useSession } from '../hooks/useSession.ts'
import { useLanguage, useTheme } from '../hooks/useView.ts'
import { i18n } from '../i18n/i18n.ts'
import { antdTheme } from '../theme/antdTheme.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { LoadingState } from '../ui/LoadingState.tsx'
import { OfflineBanner } from '../ui/OfflineBanner.tsx'
import { SignInScreen } from './SignInScreen.tsx'

/**
 * Theme, language and the session guard around every room. Signing in happens in place: the URL keeps the view.
 * A session that was there stays until the server says otherwise: a question it could not answer ends nothing.
 */
export function RootScreen() {
  const theme = useTheme()
  const language = useLanguage()
  const reducedMotion = useReducedMotion()
  const session = useSession()
  const antd = useMemo(() => antdTheme(theme, reducedMotion), [theme, reducedMotion])

  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    void i18n.changeLanguage(language)
  }, [language])

  return (
    <ConfigProvider theme={antd} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <OfflineBanner />
      {session.isPending ? (
        <LoadingState />
      ) : session.data === undefined ? (
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      ) : session.data === null ? (
        <SignInScreen />
      ) : (
        <Outlet />
      )}
    </ConfigProvider>
  )
}
