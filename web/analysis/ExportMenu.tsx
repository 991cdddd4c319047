import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ExportLines, useExportNote } from '../hooks/useExportNote.ts'
import { type ExportSheet, fileName, toCsv } from './exportSheet.ts'

interface ExportMenuProps {
  /** Made when asked for: the table first, then the charts. */
  sheets: () => ExportSheet[]
  /** Parts of the file's name. */
  name: { city: string; level: string; from: string; to: string }
  /** Records the export; without its lines there is no file. */
  register: (what: string, rows: number) => Promise<ExportLines>
  /** Numbers on screen still answer the question before: no file is made of them. */
  waiting: boolean
}

/** Table and charts as files: CSV each, or all in one workbook. */
export function ExportMenu({ sheets, name, register, waiting }: ExportMenuProps) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<'file' | 'note' | null>(null)
  const { leave, refusal, askPurpose } = useExportNote()
  const { city, level, from, to } = name
  const save = async (key: string) => {
    setBusy(true)
    setFailed(null)
    const all = sheets()
    const one = all.find((each) => each.id === key)
    const chosen = one ? [one] : all
    let lines: ExportLines
    try {
      const rows = chosen.reduce((sum, sheet) => sum + sheet.rows.length, 0)
      lines = await register(one ? `analysis.${key}.csv` : 'analysis.xlsx', rows)
    } catch (error) {
      console.error('The export could not be recorded.', error)
      setFailed('note')
      setBusy(false)
      return
    }
    try {
      const marked = chosen.map((sheet) => ({ ...sheet, head: [...sheet.head, ...lines] }))
      const what = one ? `${level}-${key}` : `${level}-analysis`
      const file = fileName({ city, what, from, to })
      if (one) download(new Blob([toCsv(marked[0])], { type: 'text/csv;charset=utf-8' }), `${file}.csv`)
      else download(await (await import('./xlsx.ts')).xlsxBlob(marked), `${file}.xlsx`)
    } catch (error) {
      console.error('The file could not be made.', error)
      setFailed('file')
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {failed && (
        <span role="alert">{t(failed === 'note' ? 'access.export.failed' : 'analysis.export.failed')} </span>
      )}
      <Dropdown
        trigger={['click']}
        disabled={waiting || leave !== 'granted'}
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
          disabled={leave === 'denied' || (waiting && leave === 'granted')}
          title={refusal ?? (waiting ? t('fresh.exportWaits') : undefined)}
          onClick={leave === 'purpose' ? askPurpose : undefined}
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
