import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePurpose } from '../hooks/useAccess.ts'
import { askPurpose, endPurpose } from '../state/purpose.ts'
import { PurposeDialog } from './PurposeDialog.tsx'
import styles from './purpose.module.css'

const minuteMs = 60_000
/** Questions whose answers show things one by one. */
const pointQuestions = new Set(['incidents', 'cameras'])

/** Why single things are shown now and for how long still, with the way to end it; brings the dialog along. */
export function PurposeBadge() {
  const given = usePurpose()
  useForgetting(given === null)
  return (
    <>
      {given && <Badge purpose={given.purpose} until={given.until} />}
      <PurposeDialog />
    </>
  )
}

function Badge({ purpose, until }: Pick<NonNullable<ReturnType<typeof usePurpose>>, 'purpose' | 'until'>) {
  const { t } = useTranslation()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minuteMs / 4)
    return () => clearInterval(timer)
  }, [])
  const left = Math.max(1, Math.ceil((until - now) / minuteMs))
  return (
    <span className={styles.badge} data-testid="purpose">
      <button
        type="button"
        className={styles.name}
        title={t('access.purpose.change')}
        onClick={() => askPurpose([])}
      >
        {t('access.purpose.given', { purpose: t(`role.purpose.${purpose}`) })}
      </button>
      <span className={styles.soft}>{t('access.purpose.left', { count: left })}</span>
      <button
        type="button"
        title={t('access.purpose.endHint')}
        aria-label={t('access.purpose.end')}
        onClick={endPurpose}
        data-testid="purpose-end"
      >
        ✕
      </button>
    </span>
  )
}

/** When the purpose ends, what was shown for it is forgotten. */
function useForgetting(ended: boolean): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!ended) return
    queryClient.removeQueries({
      predicate: ({ queryKey: [about] }) =>
        about === 'cameraBundle' || (Array.isArray(about) && pointQuestions.has(String(about[0]))),
    })
  }, [ended, queryClient])
}
