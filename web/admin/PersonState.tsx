import { useTranslation } from 'react-i18next'
import { useCountdown } from '../hooks/useCountdown.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatSpan } from '../state/duration.ts'
import type { Outputs } from '../trpc.ts'
import styles from './admin.module.css'

export type Person = Outputs['people']['list'][number]

export type AccountState = 'usable' | 'locked' | 'mustChange' | 'disabled'

/** The one state that matters most of an account. */
export function stateOf(person: Person): AccountState {
  if (person.disabledAt !== null) return 'disabled'
  if (person.lockedUntil !== null && Date.parse(person.lockedUntil) > Date.now()) return 'locked'
  return person.mustChangePassword ? 'mustChange' : 'usable'
}

const weights = { usable: 'on', locked: 'warn', mustChange: 'warn', disabled: 'off' } as const

/** An account's state in words; a lock with the time it still lasts. */
export function PersonState({ person }: { person: Person }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const state = stateOf(person)
  const seconds = useCountdown(
    state === 'locked' && person.lockedUntil ? Date.parse(person.lockedUntil) : null,
  )
  return (
    <span className={styles.state} data-state={weights[state]}>
      {state === 'locked'
        ? t('admin.people.lockedFor', { time: formatSpan(seconds, language) })
        : t(`admin.people.filter.${state}`)}
    </span>
  )
}
