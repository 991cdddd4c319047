import { Button, Dropdown, type MenuProps } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWindow } from '../hooks/useCity.ts'
import { useDisputeOffers } from '../hooks/useDisputes.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useChangeView } from '../hooks/useView.ts'
import { type OfferedPeriod, offeredPeriods } from '../state/disputePeriods.ts'
import { defaultWindow, presets } from '../state/timeWindow.ts'
import { formatDate } from '../state/zonedTime.ts'

const CustomRange = lazy(() =>
  import('./CustomRange.tsx').then(({ CustomRange: component }) => ({ default: component })),
)

/** The time window: presets that end at the city's as-of, or a range of one's own; for disputes only whole periods. */
export function WindowPicker() {
  const { t } = useTranslation()
  const current = useWindow()
  const changeView = useChangeView()
  const [asking, setAsking] = useState(false)
  const { disputes, types } = useKinds()
  const offers = useDisputeOffers()
  if (!current) return null
  const { window, span, timeZone } = current
  const label =
    window.preset === 'custom'
      ? `${formatDate(span.from, timeZone)} – ${formatDate(span.to - 1, timeZone)}`
      : t(`window.${window.preset}`)
  if (disputes) {
    const offered = offeredPeriods(
      offers.filter((offer) => offer.types === types),
      timeZone,
    )
    const isChosen = ({ span: { from, to } }: OfferedPeriod) => from === span.from && to === span.to
    return (
      <Dropdown
        trigger={['click']}
        menu={{
          selectable: true,
          selectedKeys: offered.filter(isChosen).map(({ name }) => name),
          items: disputeItems(offered, (period) => t(`dispute.periods.${period}`)),
          onClick: ({ key }) => {
            const period = offered.find(({ name }) => name === key)
            if (period) changeView({ window: { preset: 'custom', ...period.span } })
          },
        }}
      >
        <Button title={t('window.title')} data-testid="window">
          {offered.find(isChosen)?.name ?? label} ▾
        </Button>
      </Dropdown>
    )
  }
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

/** Long kinds of periods in the list itself, the many short ones folded away. */
function disputeItems(
  offered: readonly OfferedPeriod[],
  label: (period: OfferedPeriod['period']) => string,
): MenuProps['items'] {
  return (['threeYears', 'year', 'quarter', 'month'] as const).flatMap(
    (period): NonNullable<MenuProps['items']> => {
      const names = new Set(offered.filter((each) => each.period === period).map(({ name }) => name))
      const children = [...names].map((name) => ({ key: name, label: name }))
      if (children.length === 0) return []
      return period === 'threeYears' || period === 'year'
        ? [{ type: 'group', key: period, label: label(period), children }]
        : [{ key: period, label: label(period), children }]
    },
  )
}
