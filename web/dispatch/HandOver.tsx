import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from './ActionButton.tsx'
import styles from './dispatch.module.css'
import { useSquads } from './useSquads.ts'

interface HandOverProps {
  inChargeSquadId: number | null
  busy: boolean
  onHandOver: (toSquadId: number) => void
}

/** Another squad takes over. */
export function HandOver({ inChargeSquadId, busy, onHandOver }: HandOverProps) {
  const { t } = useTranslation()
  const { squads } = useSquads()
  const [to, setTo] = useState<number | null>(null)
  // Somebody else may have handed it to just this squad meanwhile.
  const chosen = to === inChargeSquadId ? null : to
  return (
    <div className={styles.decide}>
      <Select
        size="small"
        value={chosen}
        placeholder={t('dispatch.handOver.choose')}
        aria-label={t('dispatch.handOver.choose')}
        options={squads
          .filter(({ id }) => id !== inChargeSquadId)
          .map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setTo}
      />
      <ActionButton
        size="small"
        why={busy ? t('dispatch.why.busy') : chosen === null ? t('dispatch.why.squad') : null}
        onClick={() => {
          if (chosen !== null) onHandOver(chosen)
          setTo(null)
        }}
      >
        {t('dispatch.handOver.go')}
      </ActionButton>
    </div>
  )
}
