import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Input, InputNumber, Modal } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { trpc } from '../trpc.ts'
import { ScanCode } from '../ui/ScanCode.tsx'
import styles from './admin.module.css'
import { FormEnd } from './FormEnd.tsx'
import { Once } from './Once.tsx'
import { PlacePicker } from './PlacePicker.tsx'
import type { Place } from './places.ts'

const standardDays = 180
const mostDays = 366

/** Makes a link for a wall screen; it is shown this once. */
export function NewKiosk({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [place, setPlace] = useState<Place | null>(null)
  const [days, setDays] = useState<number | null>(standardDays)
  const create = useMutation(
    trpc.kiosks.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.kiosks.list.queryKey() }),
    }),
  )
  const ready = name.trim() !== '' && place !== null && place.city !== null && days !== null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready || place.city === null) return
    create.mutate({ name: name.trim(), city: place.city, areaId: place.areaId ?? undefined, days })
  }
  const address = create.data ? new URL(create.data.url, window.location.origin).href : ''
  return (
    <Modal
      open
      title={t('admin.kiosks.createTitle')}
      footer={null}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      {create.data ? (
        <Once title={t('admin.kiosks.link', { name })} secret={address} onClose={onClose}>
          <ScanCode value={address} label={t('admin.kiosks.link', { name })} size={140}>
            <p>{t('admin.kiosks.linkText')}</p>
          </ScanCode>
        </Once>
      ) : (
        <form className={styles.form} onSubmit={submit}>
          <label className={styles.field} htmlFor="kiosk-name">
            <span>{t('admin.kiosks.name')}</span>
            <Input
              id="kiosk-name"
              size="large"
              autoFocus
              autoComplete="off"
              maxLength={60}
              placeholder={t('admin.kiosks.nameHint')}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </label>
          <div className={styles.field}>
            <label htmlFor="kiosk-place">{t('admin.kiosks.shows')}</label>
            <PlacePicker id="kiosk-place" value={place} onChange={setPlace} everywhere={false} />
          </div>
          <label className={styles.field} htmlFor="kiosk-days">
            <span>{t('admin.kiosks.days')}</span>
            <InputNumber
              id="kiosk-days"
              size="large"
              min={1}
              max={mostDays}
              precision={0}
              value={days}
              onChange={setDays}
            />
            <span className={styles.small}>{t('admin.kiosks.daysHint')}</span>
          </label>
          <FormEnd asked={create} text={t('admin.kiosks.create')} ready={ready} onClose={onClose} />
        </form>
      )}
    </Modal>
  )
}
