import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ExportSheet, fileName, toCsv } from './exportSheet.ts'

interface ExportMenuProps {
  /** Made when asked for: the table first, then the charts. */
  sheets: () => ExportSheet[]
  /** Parts of the file's name. */
  name: { city: string; level: string; from: string; to: string }
  /** Numbers on screen still answer the question before: no file is made of them. */
  waiting: boolean
}

/** Table and charts as files: CSV each, or all in one workbook. */
export function ExportMenu({ sheets, name, waiting }: ExportMenuProps) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const { city, level, from, to } = name
  const save = async (key: string) => {
    setBusy(true)
    setFailed(false)
    try {
      const all = sheets()
      const what = key === 'xlsx' ? `${level}-analysis` : `${level}-${key}`
      const file = fileName({ city, what, from, to })
      const sheet = all.find((each) => each.id === key)
      if (sheet) download(new Blob([toCsv(sheet)], { type: 'text/csv;charset=utf-8' }), `${file}.csv`)
      else download(await (await import('./xlsx.ts')).xlsxBlob(all), `${file}.xlsx`)
    } catch (error) {
      console.error('The file could not be made.', error)
      setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {failed && <span role="alert">{t('analysis.export.failed')} </span>}
      <Dropdown
        trigger={['click']}
        disabled={waiting}
        menu={{
          items: (['xlsx', 'table', 'series', 'week', 'kinds'] as const).map((key) => ({
            key,
            label: t(`analysis.export.${key}`),
          })),
          onClick: ({ key }) => void save(key),
        }}
      >
        <Button
          size="small"
          loading={busy}
          disabled={waiting}
          title={waiting ? t('fresh.exportWaits') : undefined}
          data-testid="export"
        >
          {t('analysis.export.title')} ▾
        </Button>
      </Dropdown>
    </>
  )
}

/** Hands a file to the browser. */
function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
