import { DatePicker, Modal } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Span, TimeWindow } from '../state/timeWindow.ts'
import { formatDate, startOfDate, startOfNextDay } from '../state/zonedTime.ts'

interface CustomRangeProps {
  span: Span
  timeZone: string
  asOf: number
  onApply: (window: TimeWindow) => void
  onClose: () => void
}

/** Whole days of the city's calendar, both ends included. */
export function CustomRange({ span, timeZone, asOf, onApply, onClose }: CustomRangeProps) {
  const { t } = useTranslation()
  const [dates, setDates] = useState<[string, string]>([
    formatDate(span.from, timeZone),
    formatDate(span.to - 1, timeZone),
  ])
  const apply = () => {
    const from = startOfDate(dates[0], timeZone)
    const to = startOfNextDay(startOfDate(dates[1], timeZone), timeZone)
    onApply({ preset: 'custom', from, to })
  }
  return (
    <Modal
      open
      title={t('window.customRange')}
      okText={t('window.apply')}
      onOk={apply}
      onCancel={onClose}
      width={400}
    >
      <DatePicker.RangePicker
        autoFocus
        size="large"
        style={{ width: '100%' }}
        allowClear={false}
        value={[dayjs(dates[0]), dayjs(dates[1])]}
        maxDate={dayjs(formatDate(asOf, timeZone))}
        onChange={(_, texts) => {
          if (texts?.[0] && texts[1]) setDates([texts[0], texts[1]])
        }}
      />
    </Modal>
  )
}
