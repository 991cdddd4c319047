import { Alert, Button, Popconfirm, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useLanguage } from '../hooks/useView.ts'
import { AgeOfAnswer } from '../live/AgeOfAnswer.tsx'
import { formatInstant } from '../state/zonedTime.ts'
import { errorText } from '../ui/errorText.ts'
import { LevelMark } from '../ui/LevelMark.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Panel } from '../ui/Panel.tsx'
import { Watermark } from '../ui/Watermark.tsx'
import { DrillMarks } from './DrillMarks.tsx'
import { DrillUnits } from './DrillUnits.tsx'
import styles from './drill.module.css'
import { clockTime, minutesSeconds } from './drillTime.ts'
import { ScenarioEditor, scenarioText } from './ScenarioEditor.tsx'
import { ScoreSheet } from './ScoreSheet.tsx'
import { type DrillExpectation, type Drilling, type DrillRoom, useDrillNow } from './useDrill.ts'

const paces = [1, 2, 5, 10, 20] as const
const injectZoom = 15.5

/** The drill room: what can be drilled, or the drill that runs, beside the map with the real picture. */
export default function DrillPanel({ drilling }: { drilling: Drilling }) {
  const { t } = useTranslation()
  const room = drilling.id === null ? undefined : drilling.room.data
  return (
    <>
      <DrillWatermark room={room} heardAt={drilling.room.dataUpdatedAt} />
      {room && <DrillMarks room={room} heardAt={drilling.room.dataUpdatedAt} />}
      <Panel className={styles.panel} label={t('drill.title')}>
        <header className={styles.head}>
          <h2>{t('drill.watermark')}</h2>
          <span className={styles.tools}>
            {drilling.id !== null && (
              <Button type="text" onClick={drilling.showList}>
                {t('drill.all')}
              </Button>
            )}
            <Button
              type="text"
              data-testid="drill-close"
              aria-label={t('drill.close')}
              title={t('drill.close')}
              onClick={drilling.close}
            >
              ✕
            </Button>
          </span>
        </header>
        {drilling.error && <Alert type="error" title={errorText(drilling.error, t)} />}
        <div className={styles.scroll}>
          {drilling.id === null ? (
            <Scenarios drilling={drilling} />
          ) : room ? (
            <Room drilling={drilling} room={room} />
          ) : (
            !drilling.error && <p className={styles.soft}>{t('drill.loading')}</p>
          )}
        </div>
        <p className={styles.note}>{t('drill.apart')}</p>
      </Panel>
    </>
  )
}

function DrillWatermark({ room, heardAt }: { room: DrillRoom | undefined; heardAt: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const now = useDrillNow(room, heardAt)
  const timeZone = city?.timeZone ?? 'Asia/Shanghai'
  return (
    <Watermark text={t('drill.watermark')} kind="drill">
      {room && (
        <>
          <span>{room.name[language]}</span>
          <time>
            {room.over
              ? t('drill.over')
              : t('drill.left', {
                  left: minutesSeconds(Date.parse(room.endsAt) - now),
                  at: clockTime(now, timeZone),
                })}
          </time>
        </>
      )}
    </Watermark>
  )
}

function Scenarios({ drilling }: { drilling: Drilling }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const [pace, setPace] = useState<number>(1)
  const [edited, setEdited] = useState<{ text: string } | null>(null)
  const timeZone = city?.timeZone ?? 'Asia/Shanghai'
  const { data: scenarios } = drilling.scenarios
  const { data: drills } = drilling.list
  return (
    <>
      <div className={styles.pace}>
        {t('drill.pace')}
        <Select
          size="small"
          aria-label={t('drill.pace')}
          value={pace}
          popupMatchSelectWidth={false}
          options={paces.map((value) => ({ value, label: t('drill.paceOf', { pace: value }) }))}
          onChange={setPace}
        />
        <Button size="small" data-testid="drill-import" onClick={() => setEdited({ text: '' })}>
          {t('drill.import.open')}
        </Button>
      </div>
      {edited && <ScenarioEditor drilling={drilling} text={edited.text} onClose={() => setEdited(null)} />}
      {scenarios?.length === 0 && <p className={styles.soft}>{t('drill.noScenarios')}</p>}
      {scenarios?.map((scenario) => (
        <article key={scenario.code} className={styles.scenario}>
          <h3>{scenario.name[language]}</h3>
          <p>{scenario.summary[language]}</p>
          <p className={styles.soft}>
            {t('drill.size', {
              minutes: scenario.minutes,
              injects: scenario.injects,
              expected: scenario.expected,
            })}
          </p>
          {scenario.missing.length > 0 ? (
            <p className={styles.soft}>{t('drill.missing', { codes: scenario.missing.join(' ') })}</p>
          ) : (
            <Button
              type="primary"
              data-testid={`drill-start-${scenario.code}`}
              loading={drilling.start.isPending && drilling.start.variables.scenario === scenario.code}
              disabled={drilling.start.isPending}
              onClick={() => drilling.start.mutate({ scenario: scenario.code, pace })}
            >
              {t('drill.start')}
            </Button>
          )}{' '}
          <Button
            size="small"
            type="text"
            data-testid={`drill-edit-${scenario.code}`}
            onClick={() =>
              void drilling.scenario(scenario.code).then((file) => setEdited({ text: scenarioText(file) }))
            }
          >
            {t(scenario.own ? 'drill.import.edit' : 'drill.import.copy')}
          </Button>
          {scenario.own && (
            <Popconfirm
              title={t('drill.import.removeQuestion')}
              okText={t('drill.import.remove')}
              cancelText={t('drill.goOn')}
              onConfirm={() => drilling.remove.mutate(scenario.code)}
            >
              <Button size="small" type="text">
                {t('drill.import.remove')}
              </Button>
            </Popconfirm>
          )}
        </article>
      ))}
      <h3 className={styles.listTitle}>{t('drill.past')}</h3>
      {drills?.length === 0 && <p className={styles.soft}>{t('drill.nonePast')}</p>}
      {drills?.map((drill) => (
        <button key={drill.id} type="button" className={styles.past} onClick={() => drilling.show(drill.id)}>
          <span>{drill.name[language]}</span>
          <span className={styles.soft}>
            {formatInstant(Date.parse(drill.startedAt), timeZone, language)}
            {' · '}
            {drill.over
              ? t('drill.inTime', { done: drill.score.done, asked: drill.score.asked })
              : t('drill.running')}
          </span>
        </button>
      ))}
    </>
  )
}

function Room({ drilling, room }: { drilling: Drilling; room: DrillRoom }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const controller = useMapController()
  const { kinds } = useKinds()
  const { data: city } = useCity()
  const now = useDrillNow(room, drilling.room.dataUpdatedAt)
  const [sheet, setSheet] = useState(false)
  const timeZone = city?.timeZone ?? 'Asia/Shanghai'
  const { done, late, missed, asked } = room.score
  return (
    <>
      <dl className={styles.score} data-testid="drill-score">
        <Tally label={t('drill.done')} count={done} of={asked} />
        <Tally label={t('drill.late')} count={late} of={asked} />
        {room.over ? (
          <Tally label={t('drill.missed')} count={missed} of={asked} />
        ) : (
          <Tally label={t('drill.states.open')} count={asked - done - late} of={asked} />
        )}
      </dl>
      <div className={styles.actions}>
        <Button data-testid="drill-sheet" onClick={() => setSheet(true)}>
          {t('drill.sheet')}
        </Button>
        {!room.over && (
          <Popconfirm
            title={t('drill.endQuestion')}
            okText={t('drill.end')}
            cancelText={t('drill.goOn')}
            onConfirm={() => drilling.end.mutate(room.id)}
          >
            <Button danger data-testid="drill-end">
              {t('drill.end')}
            </Button>
          </Popconfirm>
        )}
      </div>
      <p className={styles.soft}>
        {t('drill.come', { come: room.injects.length, toCome: room.over ? 0 : room.toCome })}
      </p>
      {!room.over && <AgeOfAnswer at={drilling.room.dataUpdatedAt} />}
      <DrillUnits drilling={drilling} room={room} at={now} />
      {room.injects.toReversed().map((inject) => (
        <article key={inject.code} className={styles.inject} data-testid={`inject-${inject.code}`}>
          <button
            type="button"
            className={styles.where}
            title={t('drill.goThere')}
            onClick={() => controller?.flyTo({ center: [inject.lng, inject.lat], zoom: injectZoom })}
          >
            <strong>
              {t('drill.inject', { code: inject.code })} <LevelMark level={inject.level} />{' '}
              {kinds.find((kind) => kind.code === inject.kind)?.name[language] ?? inject.kind}
            </strong>
            <span className={styles.soft}>
              {clockTime(inject.at, timeZone)}
              {inject.squad && ` · ${inject.squad.name[language]}`}
            </span>
          </button>
          <p>{inject.text[language]}</p>
          <ul className={styles.expected}>
            {inject.expected.map((expectation) => (
              <Expected
                key={expectation.code}
                drilling={drilling}
                room={room}
                expectation={expectation}
                now={now}
                timeZone={timeZone}
              />
            ))}
          </ul>
        </article>
      ))}
      {sheet && <ScoreSheet room={room} timeZone={timeZone} onClose={() => setSheet(false)} />}
    </>
  )
}

function Tally({ label, count, of }: { label: string; count: number; of: number }) {
  const language = useLanguage()
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {formatCount(count, language)}
        <small>/{formatCount(of, language)}</small>
      </dd>
    </div>
  )
}

interface ExpectedProps {
  drilling: Drilling
  room: DrillRoom
  expectation: DrillExpectation
  now: number
  timeZone: string
}

function Expected({ drilling, room, expectation, now, timeZone }: ExpectedProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const [unit, setUnit] = useState<number | undefined>(undefined)
  const { code, what, role, dueAt, state, respondedAt, unitNumber } = expectation
  const left = Date.parse(dueAt) - now
  return (
    <li data-state={state} data-testid={`expected-${code}`}>
      <span>
        {what[language]}
        <small className={styles.soft}>
          {' '}
          {t(`role.name.${role}`)} · {t('drill.by', { at: clockTime(dueAt, timeZone) })}
        </small>
      </span>
      {respondedAt ? (
        <span className={styles.answer}>
          <em>{t(`drill.states.${state}`)}</em> {clockTime(respondedAt, timeZone)}
          {unitNumber !== null && ` · ${room.units[unitNumber]?.callSign ?? ''}`}
          {!room.over && (
            <Button
              size="small"
              type="text"
              onClick={() => drilling.retract.mutate({ drillId: room.id, expectation: code })}
            >
              {t('drill.retract')}
            </Button>
          )}
        </span>
      ) : room.over ? (
        <em>{t('drill.states.missed')}</em>
      ) : (
        <span className={styles.answer}>
          <em>{state === 'overdue' ? t('drill.states.overdue') : minutesSeconds(left)}</em>
          <Select
            size="small"
            allowClear
            className={styles.unit}
            placeholder={t('drill.unit')}
            aria-label={t('drill.unit')}
            value={unit}
            popupMatchSelectWidth={false}
            options={room.units.map(({ callSign }, value) => ({ value, label: callSign }))}
            onChange={setUnit}
          />
          <Button
            size="small"
            type="primary"
            data-testid={`respond-${code}`}
            onClick={() => drilling.respond.mutate({ drillId: room.id, expectation: code, unitNumber: unit })}
          >
            {t('drill.respond')}
          </Button>
        </span>
      )}
    </li>
  )
}
