import { useMutation } from '@tanstack/react-query'
import { Alert, Form, Input, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Position } from '../../geodata/city.ts'
import { refusalText } from '../admin/refusalText.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { groupName } from '../panels/KindFilter.tsx'
import { trpc } from '../trpc.ts'
import { encodeNear } from './nearPoint.ts'

const levels = [1, 2, 3, 4] as const
const mostText = 500

/** Tells of an incident at a point of the map. What is written is rid of numbers of persons by the server, and says so. */
export function ReportDialog({ point, onClose }: { point: Position; onClose: () => void }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { code } = useCity()
  const { kinds } = useKinds()
  const { families } = useAccess()
  const { select } = useSelection()
  const [kind, setKind] = useState<string>()
  const [level, setLevel] = useState<(typeof levels)[number]>(4)
  const [text, setText] = useState('')
  const report = useMutation(
    trpc.incidents.report.mutationOptions({
      onSuccess: ({ id }) => {
        select({ kind: 'incident', id })
        onClose()
      },
    }),
  )
  const offered = kinds.filter((each) => !each.dispute && !each.sensitive && families.includes(each.family))
  const groups = [...new Set(offered.map((each) => each.group))]
  const send = () => {
    if (kind === undefined || code === undefined) return
    const [lng, lat] = point
    report.mutate({ city: code, kind, lng, lat, level, text: text.trim() === '' ? undefined : text.trim() })
  }
  return (
    <Modal
      open
      title={t('live.report.title')}
      okText={t('live.report.send')}
      cancelText={t('live.report.cancel')}
      okButtonProps={{ disabled: kind === undefined, loading: report.isPending }}
      onOk={send}
      onCancel={onClose}
      width={440}
    >
      <Form layout="vertical" data-testid="report">
        <Form.Item label={t('live.report.place')} extra={t('live.report.placeHint')}>
          {encodeNear(point).replace(',', ', ')}
        </Form.Item>
        <Form.Item label={t('live.report.kind')} required htmlFor="report-kind">
          <Select
            id="report-kind"
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('live.report.kindNone')}
            value={kind}
            onChange={setKind}
            options={groups.map((group) => ({
              label: groupName(t, group),
              options: offered
                .filter((each) => each.group === group)
                .map((each) => ({ value: each.code, label: each.name[language] })),
            }))}
          />
        </Form.Item>
        <Form.Item label={t('live.report.level')}>
          <Radio.Group
            value={level}
            onChange={(event) => setLevel(event.target.value)}
            options={levels.map((value) => ({ value, label: t(`incident.levels.${value}`) }))}
          />
        </Form.Item>
        <Form.Item label={t('live.report.text')} extra={t('live.report.textHint')} htmlFor="report-text">
          <Input.TextArea
            id="report-text"
            rows={3}
            maxLength={mostText}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Form.Item>
        {report.isError && (
          <Alert type="error" title={t('live.report.failed', { reason: refusalText(report.error, t) })} />
        )}
      </Form>
    </Modal>
  )
}
