import { useMutation, useQueryClient } from '@tanstack/react-query'
import { InputNumber, Modal } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './admin.module.css'
import { FormEnd } from './FormEnd.tsx'

const standardHours = 24
const mostHours = 720

interface RotateTokenProps<Made> {
  name: string
  rotate: (overlapHours: number) => Promise<Made>
  onMade: (made: Made) => void
  onClose: () => void
}

/** Asks for how long the old token goes on, and makes the new one. */
export function RotateToken<Made>({ name, rotate, onMade, onClose }: RotateTokenProps<Made>) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [hours, setHours] = useState<number | null>(standardHours)
  const rotation = useMutation({
    mutationFn: rotate,
    onSuccess: (made) => {
      void queryClient.invalidateQueries()
      onMade(made)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (hours !== null) rotation.mutate(hours)
  }
  return (
    <Modal open title={t('sources.rotateTitle', { name })} footer={null} onCancel={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <p>{t('sources.rotateText')}</p>
        <label className={styles.field} htmlFor="rotate-hours">
          <span>{t('sources.rotateHours')}</span>
          <InputNumber
            id="rotate-hours"
            size="large"
            min={0}
            max={mostHours}
            autoFocus
            value={hours}
            onChange={setHours}
          />
        </label>
        <FormEnd asked={rotation} text={t('sources.rotateOk')} ready={hours !== null} onClose={onClose} />
      </form>
    </Modal>
  )
}
