import { useTranslation } from 'react-i18next'
import type { LiveDispatch } from '../../api/live/messages.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { formatDuration } from '../state/age.ts'
import { wallClockAt } from '../state/zonedTime.ts'
import { ActionButton } from './ActionButton.tsx'
import styles from './dispatch.module.css'
import { isOpenDispatch, stagesOf } from './dispatchRows.ts'

export type DispatchVerb = 'acknowledge' | 'onScene' | 'done' | 'withdraw'

/** What may come next of each stage, the likeliest first. */
const next: Record<LiveDispatch['state'], readonly Exclude<DispatchVerb, 'withdraw'>[]> = {
  assigned: ['acknowledge', 'onScene'],
  acknowledged: ['onScene'],
  onScene: ['done'],
  done: [],
  withdrawn: [],
}

interface DispatchLineProps {
  row: LiveDispatch
  name: string
  timeZone: string
  busy: boolean
  /** May say that the unit has heard, is there, is done. */
  answers: boolean
  /** May call it back. */
  sends: boolean
  onStep: (verb: DispatchVerb) => void
  /** Where the name leads; absent: to the unit. */
  onName?: () => void
}

/** One unit at the incident: its stages with their times, and what may come next. */
export function DispatchLine({
  row,
  name,
  timeZone,
  busy,
  answers,
  sends,
  onStep,
  onName,
}: DispatchLineProps) {
  const { t } = useTranslation()
  const { select } = useSelection()
  const stages = stagesOf(row)
  const first = stages[0]
  const why = busy ? t('dispatch.why.busy') : null
  return (
    <li className={styles.line} data-state={row.state} data-testid={`dispatch-${row.id}`}>
      <div className={styles.lineHead}>
        <button
          type="button"
          className={styles.unit}
          onClick={onName ?? (() => select({ kind: 'unit', id: row.unitId }))}
        >
          {name}
        </button>
        <span className={styles.state} data-state={row.state}>
          {row.because ? t(`dispatch.because.${row.because}`) : t(`dispatch.states.${row.state}`)}
        </span>
      </div>
      <div className={styles.times}>
        {first && (
          <time dateTime={row.assignedAt}>
            {t('dispatch.sentAt', { time: wallClockAt(first.at, timeZone).format('HH:mm:ss') })}
          </time>
        )}
        {stages.slice(1).map(({ state, afterS }) => (
          <span key={state}>
            {t(`dispatch.states.${state}`)} +{formatDuration(afterS ?? 0)}
          </span>
        ))}
      </div>
      {isOpenDispatch(row) && (answers || sends) && (
        <div className={styles.buttons}>
          {answers &&
            next[row.state].map((verb, index) => (
              <ActionButton
                key={verb}
                size="small"
                type={index === 0 ? 'primary' : 'default'}
                ghost={index === 0}
                why={why}
                onClick={() => onStep(verb)}
              >
                {t(`dispatch.steps.${verb}`)}
              </ActionButton>
            ))}
          {sends && (
            <ActionButton size="small" type="text" why={why} onClick={() => onStep('withdraw')}>
              {t('dispatch.steps.withdraw')}
            </ActionButton>
          )}
        </div>
      )}
    </li>
  )
}
