import { ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useMemo } from 'react'
import { useReducedMotion } from '../hooks/useReducedMotion.ts'
import { useLanguage, useTheme } from '../hooks/useView.ts'
import { i18n } from '../i18n/i18n.ts'
import { antdTheme } from '../theme/antdTheme.ts'
import { pageNonce } from '../theme/nonce.ts'
import { OfflineBanner } from '../ui/OfflineBanner.tsx'
import { SessionGuard } from './SessionGuard.tsx'

/** Theme and language around every room, which the session guards. */
export function RootScreen() {
  const theme = useTheme()
  const language = useLanguage()
  const reducedMotion = useReducedMotion()
  const antd = useMemo(() => antdTheme(theme, reducedMotion), [theme, reducedMotion])

  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    void i18n.changeLanguage(language)
  }, [language])

  return (
    <ConfigProvider
      theme={antd}
      csp={{ nonce: pageNonce }}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <OfflineBanner />
      <SessionGuard />
    </ConfigProvider>
  )
}
