import { useTranslation } from 'react-i18next'
import { deviceOf } from '../state/device.ts'

/** What a browser says it is, in words; all it says stands in the tip. @param userAgent null: nothing */
export function Device({ userAgent }: { userAgent: string | null }) {
  const { t } = useTranslation()
  const { browser, system } = deviceOf(userAgent ?? '')
  const words =
    browser && system
      ? t('account.device.on', { browser, system })
      : (browser ?? system ?? t('account.device.unknown'))
  return <span title={userAgent ?? undefined}>{words}</span>
}
