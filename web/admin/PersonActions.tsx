import { useNavigate } from '@tanstack/react-router'
import { Button, Dropdown, Input, type MenuProps, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay, useMe } from '../hooks/useSession.ts'
import { client } from '../trpc.ts'
import styles from './admin.module.css'
import { Once } from './Once.tsx'
import { type Person, stateOf } from './PersonState.tsx'
import { useActs } from './useActs.tsx'

/** Guards of the others: their accounts are kept by the security administrator, and reset by nobody alone. */
const guards: ReadonlySet<string> = new Set(['securityAdmin', 'auditAdmin', 'auditor'])

/** What an administrator may do with an account; each says first what follows from it. */
export function PersonActions({ person }: { person: Person }) {
  const { t } = useTranslation()
  const { act, ask } = useActs()
  const navigate = useNavigate()
  const me = useMe()
  const keepsPeople = useMay('people')
  const keepsGuards = useMay('grants')
  const [password, setPassword] = useState<string | null>(null)
  const [renaming, setRenaming] = useState<string | null>(null)
  const { id, name, userName } = person
  const own = me?.userName === userName
  // Whoever runs accounts must not become a guard by resetting a guard's password (api/people/administration.ts).
  const guard = person.roles.some((role) => guards.has(role))
  const may = !own && (guard ? keepsGuards : keepsPeople)
  const mayReset = may && !guard
  const disabled = person.disabledAt !== null

  const enable = () => client.people.enable.mutate({ id })
  const note = own
    ? t('admin.people.ownAccount')
    : !may
      ? t('admin.people.notYours')
      : mayReset
        ? null
        : t('admin.people.resetByTwo')
  const items: MenuProps['items'] = [
    ...(note ? [{ key: 'note', type: 'group' as const, label: note }] : []),
    { key: 'rename', disabled: !may, label: t('admin.people.rename'), onClick: () => setRenaming(name) },
    {
      key: 'password',
      label: t('admin.people.resetPassword'),
      disabled: !mayReset,
      onClick: () =>
        ask({
          title: t('admin.people.resetPasswordTitle', { name }),
          consequence: t('admin.people.resetPasswordText'),
          ok: t('admin.people.resetPasswordOk'),
          run: async () => setPassword((await client.people.resetPassword.mutate({ id })).password),
          done: t('admin.people.resetPasswordDone', { name }),
        }),
    },
    {
      key: 'factor',
      label: t('admin.people.resetFactor'),
      disabled: !mayReset || !person.twoFactor,
      onClick: () =>
        ask({
          title: t('admin.people.resetFactorTitle', { name }),
          consequence: t('admin.people.resetFactorText'),
          ok: t('admin.people.resetFactorOk'),
          danger: true,
          run: () => client.people.resetTwoFactor.mutate({ id }),
          done: t('admin.people.resetFactorDone', { name }),
        }),
    },
    {
      key: 'unlock',
      label: t('admin.people.unlock'),
      disabled: !may || stateOf(person) !== 'locked',
      onClick: () =>
        void act({
          run: () => client.people.unlock.mutate({ id }),
          done: t('admin.people.unlockDone', { name }),
        }),
    },
    { type: 'divider' },
    {
      key: 'sessions',
      disabled: !keepsPeople,
      label: t('admin.people.sessions', { count: person.sessions }),
      onClick: () =>
        void navigate({
          to: '/admin/sessions',
          search: (view) => ({ ...view, rest: { find: userName } }),
        }),
    },
    { type: 'divider' },
    disabled
      ? {
          key: 'enable',
          disabled: !may,
          label: t('admin.people.enable'),
          onClick: () => void act({ run: enable, done: t('admin.people.enableDone', { name }) }),
        }
      : {
          key: 'disable',
          label: t('admin.people.disable'),
          danger: true,
          disabled: !may,
          onClick: () =>
            ask({
              title: t('admin.people.disableTitle', { name }),
              consequence: t('admin.people.disableText', { count: person.sessions }),
              ok: t('admin.people.disableOk'),
              danger: true,
              run: () => client.people.disable.mutate({ id }),
              done: t('admin.people.disableDone', { name }),
              undo: enable,
            }),
        },
  ]
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items }} placement="bottomRight">
        <Button type="text" aria-label={t('admin.people.actions', { name })}>
          ⋯
        </Button>
      </Dropdown>
      <Modal
        open={password !== null}
        title={t('admin.people.resetPasswordDone', { name })}
        footer={null}
        mask={{ closable: false }}
        onCancel={() => setPassword(null)}
      >
        <Once
          title={t('admin.people.password', { name: userName })}
          secret={password ?? ''}
          onClose={() => setPassword(null)}
        >
          <p>{t('admin.people.passwordAgain')}</p>
        </Once>
      </Modal>
      <Modal
        open={renaming !== null}
        title={t('admin.people.rename')}
        okText={t('admin.save')}
        okButtonProps={{ disabled: !renaming?.trim() }}
        onOk={async () => {
          const given = renaming?.trim() ?? ''
          const done = await act({
            run: () => client.people.rename.mutate({ id, name: given }),
            done: t('admin.people.renameDone', { name: given }),
            undo: () => client.people.rename.mutate({ id, name }),
          })
          if (done) setRenaming(null)
        }}
        onCancel={() => setRenaming(null)}
      >
        <div className={styles.field}>
          <Input
            size="large"
            autoFocus
            maxLength={60}
            aria-label={t('admin.people.name')}
            value={renaming ?? ''}
            onChange={(event) => setRenaming(event.target.value)}
          />
          <span className={styles.small}>{t('admin.people.nameHint')}</span>
        </div>
      </Modal>
    </>
  )
}
