import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input, InputNumber, Modal, Segmented, Select, Switch, TimePicker } from 'antd'
import dayjs from 'dayjs'
import customParseFormat from 'dayjs/plugin/customParseFormat.js'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { client, type Outputs, trpc } from '../trpc.ts'
import { AreaPicker } from './AreaPicker.tsx'
import styles from './dispatch.module.css'
import { clockMinutes, clockText, type ShownSpan } from './scheduleText.ts'
import { useSend } from './useSend.tsx'
import { useSquads } from './useSquads.ts'

dayjs.extend(customParseFormat)
const CLOCK = 'HH:mm'

type Fence = Outputs['fences']['list']['fences'][number]
type Span = Fence['schedule'][number]
type Draft = Pick<
  Fence,
  'name' | 'areaIds' | 'squadIds' | 'unitIds' | 'rule' | 'demand' | 'graceS' | 'enabled'
> & { schedule: KeyedSpan[] }

/** A span keeps its fields on the screen while others come and go. */
interface KeyedSpan {
  key: number
  span: Span
}

let spans = 0
const keyed = (span: Span): KeyedSpan => ({ key: spans++, span })

const everyDay = [0, 1, 2, 3, 4, 5, 6]
const evening = { days: everyDay, from: 1200, to: 1320 }

/** What a new fence begins with: around what is selected. */
function newDraft(areaId: number | null): Draft {
  return {
    name: '',
    areaIds: areaId === null ? [] : [areaId],
    squadIds: [],
    unitIds: [],
    rule: 'inside',
    demand: 'one',
    schedule: [keyed(evening)],
    graceS: 120,
    enabled: true,
  }
}

interface FenceEditorProps {
  /** null: a new one. */
  fence: Fence | null
  onClose: () => void
}

/** Areas, hours of the week, whose units, and what is demanded of them. */
export function FenceEditor({ fence, onClose }: FenceEditorProps) {
  const { t } = useTranslation()
  const id = useId()
  const { code } = useCity()
  const { selection } = useSelection()
  const { squads } = useSquads()
  const { send, busy } = useSend()
  const [draft, setDraft] = useState<Draft>(() =>
    fence
      ? { ...fence, schedule: fence.schedule.map(keyed) }
      : newDraft(selection.kind === 'area' ? selection.areaId : null),
  )
  const duties = useQuery(
    trpc.duties.list.queryOptions({ city: code ?? '' }, { enabled: code !== undefined }),
  )
  const units = duties.data?.units ?? []
  const mine = new Set(units.filter(({ maySet }) => maySet).map(({ squadId }) => squadId))
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const whole =
    draft.name.trim() !== '' &&
    draft.areaIds.length > 0 &&
    draft.squadIds.length > 0 &&
    draft.schedule.length > 0 &&
    draft.schedule.every(({ span }) => span.days.length > 0)
  const save = async () => {
    if (code === undefined || !whole) return
    const { name, areaIds, squadIds, unitIds, rule, demand, schedule, graceS, enabled } = draft
    const saved = await send({
      run: () =>
        client.fences.set.mutate({
          city: code,
          ...(fence && { id: fence.id, revision: fence.revision }),
          name: name.trim(),
          areaIds,
          squadIds,
          unitIds,
          rule,
          demand,
          schedule: schedule.map(({ span }) => span),
          graceS,
          enabled,
        }),
      done: t('dispatch.did.fence'),
    })
    if (saved) onClose()
  }
  const label = (name: string, text: string) => (
    <label className={styles.label} htmlFor={`${id}-${name}`}>
      {text}
    </label>
  )
  return (
    <Modal
      open
      title={t(fence ? 'dispatch.editor.title' : 'dispatch.editor.titleNew')}
      okText={t('dispatch.editor.save')}
      cancelText={t('dispatch.editor.cancel')}
      okButtonProps={{ disabled: !whole || busy, title: whole ? undefined : t('dispatch.editor.missing') }}
      onOk={save}
      onCancel={onClose}
      width={560}
    >
      <div className={styles.form} data-testid="fence-editor">
        <div className={styles.field}>
          {label('name', t('dispatch.editor.name'))}
          <Input
            id={`${id}-name`}
            value={draft.name}
            maxLength={40}
            placeholder={t('dispatch.editor.nameHint')}
            onChange={({ target }) => set({ name: target.value })}
          />
        </div>
        <div className={styles.field}>
          {label('areas', t('dispatch.editor.areas'))}
          <AreaPicker id={`${id}-areas`} value={draft.areaIds} onChange={(areaIds) => set({ areaIds })} />
        </div>
        <div className={styles.two}>
          <div className={styles.field}>
            {label('squads', t('dispatch.editor.squads'))}
            <Select
              id={`${id}-squads`}
              mode="multiple"
              value={draft.squadIds}
              loading={duties.isPending}
              options={squads
                .filter((squad) => mine.has(squad.id))
                .map((squad) => ({ value: squad.id, label: squad.name }))}
              onChange={(squadIds) =>
                set({
                  squadIds,
                  unitIds: draft.unitIds.filter((unitId) =>
                    units.some((unit) => unit.id === unitId && squadIds.includes(unit.squadId)),
                  ),
                })
              }
            />
          </div>
          <div className={styles.field}>
            {label('units', t('dispatch.editor.units'))}
            <Select
              id={`${id}-units`}
              mode="multiple"
              value={draft.unitIds}
              options={units
                .filter(({ squadId }) => draft.squadIds.includes(squadId))
                .map((unit) => ({ value: unit.id, label: unit.callSign }))}
              onChange={(unitIds) => set({ unitIds })}
            />
          </div>
        </div>
        <div className={styles.two}>
          <div className={styles.field}>
            <span className={styles.label}>{t('dispatch.editor.rule')}</span>
            <Segmented<Draft['rule']>
              block
              value={draft.rule}
              options={[
                { value: 'inside', label: t('dispatch.editor.inside') },
                { value: 'outside', label: t('dispatch.editor.outside') },
              ]}
              onChange={(rule) => set({ rule })}
            />
          </div>
          {draft.rule === 'inside' && (
            <div className={styles.field}>
              {label('demand', t('dispatch.editor.demand'))}
              <Select
                id={`${id}-demand`}
                value={draft.demand}
                options={[
                  { value: 'one' as const, label: t('dispatch.fences.one') },
                  { value: 'each' as const, label: t('dispatch.fences.each') },
                ]}
                onChange={(demand) => set({ demand })}
              />
            </div>
          )}
        </div>
        <fieldset className={styles.field}>
          <legend className={styles.label}>{t('dispatch.editor.schedule')}</legend>
          {draft.schedule.map(({ key, span }) => (
            <SpanEditor
              key={key}
              span={span}
              alone={draft.schedule.length === 1}
              onChange={(changed) =>
                set({
                  schedule: draft.schedule.map((each) => (each.key === key ? { key, span: changed } : each)),
                })
              }
              onRemove={() => set({ schedule: draft.schedule.filter((each) => each.key !== key) })}
            />
          ))}
          <div>
            <Button size="small" onClick={() => set({ schedule: [...draft.schedule, keyed(evening)] })}>
              {t('dispatch.editor.addSpan')}
            </Button>
          </div>
        </fieldset>
        <div className={styles.two}>
          <div className={styles.field}>
            {label('grace', t('dispatch.editor.grace'))}
            <InputNumber
              id={`${id}-grace`}
              min={0}
              max={1440}
              value={Math.round(draft.graceS / 60)}
              onChange={(minutes) => set({ graceS: Math.round((minutes ?? 0) * 60) })}
            />
          </div>
          <div className={styles.field}>
            {label('enabled', t('dispatch.editor.enabled'))}
            <div>
              <Switch id={`${id}-enabled`} checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
            </div>
          </div>
        </div>
      </div>
    </Modal>
  )
}

interface SpanEditorProps {
  span: ShownSpan
  alone: boolean
  onChange: (span: { days: number[]; from: number; to: number }) => void
  onRemove: () => void
}

function SpanEditor({ span, alone, onChange, onRemove }: SpanEditorProps) {
  const { t } = useTranslation()
  const words = t('dispatch.days', { returnObjects: true })
  const days = [...span.days]
  const clock = (end: 'from' | 'to') => (
    <TimePicker
      aria-label={t(`dispatch.editor.${end}`)}
      format={CLOCK}
      minuteStep={5}
      allowClear={false}
      needConfirm={false}
      // It knows no 24:00: the next midnight is the same.
      value={dayjs(clockText(span[end] % 1440), CLOCK)}
      onChange={(chosen) => {
        const minutes = clockMinutes(chosen?.format(CLOCK) ?? '')
        if (minutes !== null) onChange({ ...span, days, [end]: minutes })
      }}
    />
  )
  return (
    <div className={styles.span}>
      <Checkbox.Group
        value={days}
        options={words.map((label, value) => ({ label, value }))}
        onChange={(chosen) => onChange({ ...span, days: chosen })}
      />
      <div className={styles.hours}>
        {clock('from')} – {clock('to')}
        {!alone && (
          <Button size="small" type="text" onClick={onRemove} aria-label={t('dispatch.editor.removeSpan')}>
            ✕
          </Button>
        )}
      </div>
    </div>
  )
}
