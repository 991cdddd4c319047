import { DatePicker, Modal } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dayMs, type Span, type TimeWindow } from '../state/timeWindow.ts'
import { formatDate, startOfDate } from '../state/zonedTime.ts'

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
    // A day of 23 or 25 hours still ends at the next midnight.
    const to = startOfDate(formatDate(startOfDate(dates[1], timeZone) + 1.5 * dayMs, timeZone), timeZone)
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
