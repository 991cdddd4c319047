import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Input, Modal } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { trpc } from '../trpc.ts'
import styles from './admin.module.css'
import { FormEnd } from './FormEnd.tsx'
import { Once } from './Once.tsx'

/** User names are typed on every keyboard. */
const userNameShape = /^[a-z0-9][a-z0-9._-]{2,29}$/

/** Opens an account; its first password is shown this once. */
export function NewPerson({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [userName, setUserName] = useState('')
  const [name, setName] = useState('')
  const create = useMutation(
    trpc.people.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.people.list.queryKey() }),
    }),
  )
  const wrongName = userName !== '' && !userNameShape.test(userName)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate({ userName, name: name.trim() })
  }
  return (
    <Modal
      open
      title={t('admin.people.createTitle')}
      footer={null}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      {create.data ? (
        <Once
          title={t('admin.people.password', { name: userName })}
          secret={create.data.password}
          onClose={onClose}
        >
          <p>{t('admin.people.passwordNext')}</p>
        </Once>
      ) : (
        <form className={styles.form} onSubmit={submit}>
          <label className={styles.field} htmlFor="new-user-name">
            <span>{t('admin.people.userName')}</span>
            <Input
              id="new-user-name"
              size="large"
              autoFocus
              autoComplete="off"
              required
              status={wrongName ? 'error' : undefined}
              value={userName}
              onChange={(event) => setUserName(event.target.value.trim().toLowerCase())}
            />
            <span className={styles.small}>{t('admin.people.userNameHint')}</span>
          </label>
          <label className={styles.field} htmlFor="new-name">
            <span>{t('admin.people.name')}</span>
            <Input
              id="new-name"
              size="large"
              autoComplete="off"
              required
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <span className={styles.small}>{t('admin.people.nameHint')}</span>
          </label>
          <FormEnd
            asked={create}
            text={t('admin.people.create')}
            ready={userNameShape.test(userName) && name.trim() !== ''}
            conflict={t('admin.people.taken')}
            onClose={onClose}
          />
        </form>
      )}
    </Modal>
  )
}
