import { Button, Dropdown } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWindow } from '../hooks/useCity.ts'
import { useChangeView } from '../hooks/useView.ts'
import { defaultWindow, presets } from '../state/timeWindow.ts'
import { formatDate } from '../state/zonedTime.ts'

const CustomRange = lazy(() =>
  import('./CustomRange.tsx').then(({ CustomRange: component }) => ({ default: component })),
)

/** The time window: presets that end at the city's as-of, or a range of one's own. */
export function WindowPicker() {
  const { t } = useTranslation()
  const current = useWindow()
  const changeView = useChangeView()
  const [asking, setAsking] = useState(false)
  if (!current) return null
  const { window, span, timeZone } = current
  const label =
    window.preset === 'custom'
      ? `${formatDate(span.from, timeZone)} – ${formatDate(span.to - 1, timeZone)}`
      : t(`window.${window.preset}`)
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          selectable: true,
          selectedKeys: [window.preset],
          items: [
            ...presets.map((preset) => ({ key: preset, label: t(`window.${preset}`) })),
            { type: 'divider' },
            { key: 'custom', label: t('window.custom') },
          ],
          onClick: ({ key }) => {
            const preset = presets.find((each) => each === key)
            if (preset) changeView({ window: preset === '30d' ? undefined : { preset } })
            else setAsking(true)
          },
        }}
      >
        <Button title={t('window.title')} data-testid="window">
          {label} ▾
        </Button>
      </Dropdown>
      {asking && (
        <Suspense>
          <CustomRange
            span={span}
            timeZone={timeZone}
            asOf={current.asOf}
            onClose={() => setAsking(false)}
            onApply={(next) => {
              changeView({ window: next ?? defaultWindow })
              setAsking(false)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
