import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { outcomes } from '../../geodata/codes.ts'
import { useLanguage } from '../hooks/useView.ts'
import { ActionButton } from './ActionButton.tsx'
import styles from './dispatch.module.css'

/** What an incident of no dispute may end with. */
const offered = [
  'handledOnScene',
  'caseFiled',
  'warned',
  'penalised',
  'assisted',
  'extinguished',
  'cleared',
  'rectified',
  'transferred',
  'unfounded',
  'answered',
] as const

interface CloseIncidentProps {
  busy: boolean
  onClose: (outcome: (typeof offered)[number]) => void
}

/** Ends the incident with what became of it: both are needed. */
export function CloseIncident({ busy, onClose }: CloseIncidentProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const [outcome, setOutcome] = useState<(typeof offered)[number] | null>(null)
  return (
    <div className={styles.decide}>
      <Select
        size="small"
        value={outcome}
        placeholder={t('dispatch.close.choose')}
        aria-label={t('dispatch.close.choose')}
        options={offered.map((value) => ({ value, label: outcomes[value][language] }))}
        onChange={setOutcome}
      />
      <ActionButton
        size="small"
        why={busy ? t('dispatch.why.busy') : outcome === null ? t('dispatch.why.outcome') : null}
        onClick={() => outcome !== null && onClose(outcome)}
        data-testid="close-incident"
      >
        {t('dispatch.close.go')}
      </ActionButton>
    </div>
  )
}
