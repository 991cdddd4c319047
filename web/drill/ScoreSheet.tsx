import { Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fileName, toCsv } from '../analysis/exportSheet.ts'
import { useCity } from '../hooks/useCity.ts'
import { type ExportLines, useExportNote } from '../hooks/useExportNote.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatDate, formatInstant } from '../state/zonedTime.ts'
import styles from './drill.module.css'
import { clockTime, minutesSeconds } from './drillTime.ts'
import type { DrillRoom } from './useDrill.ts'

/** The score sheet of a drill, on paper or as a file: every expected response, when it came, and what that makes. */
export function ScoreSheet({
  room,
  timeZone,
  onClose,
}: {
  room: DrillRoom
  timeZone: string
  onClose: () => void
}) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const { note, refusal } = useExportNote()
  const [lines, setLines] = useState<ExportLines>([])
  const [failed, setFailed] = useState(false)
  const { done, late, missed, asked } = room.score
  const title = `${t('drill.watermark')} · ${room.name[language]}`
  const head: readonly (readonly [string, string])[] = [
    ...(city ? [[t('bar.city'), city.name[language]] as const] : []),
    [t('drill.started'), formatInstant(Date.parse(room.startedAt), timeZone, language)],
    ...(room.over ? [[t('drill.ended'), clockTime(room.endsAt, timeZone)] as const] : []),
    [t('drill.pace'), t('drill.paceOf', { pace: room.pace })],
    [t('drill.inTimeShort'), `${done}/${asked}`],
    [t('drill.late'), `${late}/${asked}`],
    room.over
      ? [t('drill.missed'), `${missed}/${asked}`]
      : [t('drill.states.open'), `${asked - done - late}/${asked}`],
  ]
  const columns = [
    t('drill.column.inject'),
    t('drill.column.what'),
    t('drill.column.role'),
    t('drill.column.due'),
    t('drill.column.answered'),
    t('drill.column.took'),
    t('drill.column.unit'),
    t('drill.column.state'),
  ]
  const rows = room.injects.flatMap((inject) =>
    inject.expected.map((each) => ({
      key: each.code,
      cells: [
        `${inject.code} ${inject.text[language]}`,
        each.what[language],
        t(`role.name.${each.role}`),
        clockTime(each.dueAt, timeZone),
        each.respondedAt ? clockTime(each.respondedAt, timeZone) : '—',
        each.tookS === null ? '—' : minutesSeconds(each.tookS * 1000),
        each.unitNumber === null ? '—' : (room.units[each.unitNumber]?.callSign ?? '—'),
        t(`drill.states.${each.state}`),
      ],
    })),
  )
  const noted = async (what: string): Promise<ExportLines | null> => {
    setFailed(false)
    try {
      const said = await note({ what, rows: rows.length, filter: { drill: room.id } })
      setLines(said)
      return said
    } catch (error) {
      console.error('The export could not be recorded.', error)
      setFailed(true)
      return null
    }
  }
  const save = async () => {
    const said = await noted('drill.csv')
    if (!said) return
    const csv = toCsv({
      id: 'table',
      title,
      head: [...head, [t('drill.note'), t('drill.apart')], ...said],
      columns,
      rows: rows.map(({ cells }) => cells),
    })
    const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }))
    const day = formatDate(Date.parse(room.startedAt), timeZone)
    const link = document.createElement('a')
    link.href = url
    link.download = `${fileName({ city: city?.code ?? '', what: `drill-${room.id}`, from: day, to: day })}.csv`
    link.click()
    URL.revokeObjectURL(url)
  }
  const print = async () => {
    if (!(await noted('drill.print'))) return
    // The lines of the note are on the page before it is printed.
    requestAnimationFrame(() => {
      document.body.dataset.print = 'drill'
      window.print()
      delete document.body.dataset.print
    })
  }
  return (
    <Modal
      open
      width={960}
      title={title}
      onCancel={onClose}
      footer={[
        <Button
          key="csv"
          disabled={refusal !== null}
          title={refusal ?? undefined}
          data-testid="drill-csv"
          onClick={() => void save()}
        >
          CSV
        </Button>,
        <Button
          key="print"
          type="primary"
          disabled={refusal !== null}
          title={refusal ?? undefined}
          onClick={() => void print()}
        >
          {t('drill.print')}
        </Button>,
      ]}
    >
      <div className={styles.sheet} data-drill-sheet data-testid="drill-sheet-page">
        <dl className={styles.sheetHead}>
          {[...head, ...lines].map(([name, words]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column}>{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, cells }) => (
              <tr key={key}>
                {cells.map((cell, i) => (
                  <td key={columns[i]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {!room.over && <p className={styles.soft}>{t('drill.notOver')}</p>}
        {failed && <p role="alert">{t('drill.notNoted')}</p>}
        <p className={styles.soft}>{t('drill.apart')}</p>
      </div>
    </Modal>
  )
}
