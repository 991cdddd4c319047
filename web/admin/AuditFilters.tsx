import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Select } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { PURPOSES } from '../../api/roles.ts'
import { useCities } from '../hooks/useCity.ts'
import { useLanguage } from '../hooks/useView.ts'
import { trpc } from '../trpc.ts'
import { auditActions, auditNouns } from './auditActions.ts'
import { type AuditFilterControl, auditWindows } from './useAuditFilter.ts'

/** Window, person, action, purpose, city. What is not chosen is not filtered. */
export function AuditFilters({
  filter,
  window,
  setSince,
  setPerson,
  setAction,
  setPurpose,
  setCity,
  refresh,
}: AuditFilterControl) {
  const { t } = useTranslation()
  const language = useLanguage()
  const cities = useCities().data ?? []
  const { from, to } = filter
  const people = useQuery(
    trpc.audit.people.queryOptions({ from, to }, { placeholderData: (before) => before }),
  )
  const dates = typeof window === 'number' ? null : window
  return (
    <>
      <Select
        aria-label={t('admin.audit.window')}
        value={dates ? 'dates' : String(window)}
        popupMatchSelectWidth={false}
        options={[
          ...auditWindows.map((days) => ({
            value: String(days),
            label: t('admin.audit.days', { count: days }),
          })),
          { value: 'dates', label: t('admin.audit.dates') },
        ]}
        onChange={(value) => {
          const today = dayjs().format('YYYY-MM-DD')
          setSince(value === 'dates' ? `${today}~${today}` : value)
        }}
      />
      {dates && (
        <DatePicker.RangePicker
          allowClear={false}
          value={[dayjs(dates[0]), dayjs(dates[1])]}
          maxDate={dayjs()}
          onChange={(_, texts) => {
            if (texts?.[0] && texts[1]) setSince(`${texts[0]}~${texts[1]}`)
          }}
        />
      )}
      <Select
        aria-label={t('admin.audit.person')}
        placeholder={t('admin.audit.everybody')}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        style={{ minWidth: 140 }}
        popupMatchSelectWidth={false}
        value={filter.person}
        options={people.data?.map(({ personId, userName, rows }) => ({
          value: personId,
          label: `${userName} (${rows})`,
        }))}
        onChange={(value?: string) => setPerson(value)}
      />
      <Select
        aria-label={t('admin.audit.action')}
        placeholder={t('admin.audit.everything')}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        style={{ minWidth: 140 }}
        popupMatchSelectWidth={false}
        value={filter.action}
        options={auditNouns.map((noun) => ({
          label: t(`admin.audit.noun.${noun}`),
          options: [
            { value: noun, label: t('admin.audit.allOf', { noun: t(`admin.audit.noun.${noun}`) }) },
            ...auditActions
              .filter((action) => action.startsWith(`${noun}.`))
              .map((action) => ({ value: action, label: t(`admin.audit.does.${action}`) })),
          ],
        }))}
        onChange={(value?: string) => setAction(value)}
      />
      <Select
        aria-label={t('admin.audit.purpose')}
        placeholder={t('admin.audit.anyPurpose')}
        allowClear
        style={{ minWidth: 120 }}
        popupMatchSelectWidth={false}
        value={filter.purpose}
        options={PURPOSES.map((purpose) => ({ value: purpose, label: t(`role.purpose.${purpose}`) }))}
        onChange={(value?: string) => setPurpose(value)}
      />
      {cities.length > 1 && (
        <Select
          aria-label={t('bar.city')}
          placeholder={t('admin.audit.anyCity')}
          allowClear
          style={{ minWidth: 120 }}
          value={filter.city}
          options={cities.map(({ code, name }) => ({ value: code, label: name[language] }))}
          onChange={(value?: string) => setCity(value)}
        />
      )}
      <Button onClick={refresh}>{t('admin.audit.refresh')}</Button>
    </>
  )
}
