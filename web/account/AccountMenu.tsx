import { UserOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay, useMe, useSignOut } from '../hooks/useSession.ts'
import styles from './account.module.css'

const AccountDrawer = lazy(() =>
  import('./AccountDrawer.tsx').then((module) => ({ default: module.AccountDrawer })),
)

/** Who is signed in, and the way to one's own account and out of it. */
export function AccountMenu() {
  const { t } = useTranslation()
  const me = useMe()
  const signOut = useSignOut()
  const administers = useMay('people', 'grants', 'audit.read')
  const [open, setOpen] = useState(false)
  if (!me) return null
  const roles = me.roles.map((role) => t(`role.name.${role}`)).join(t('account.listComma'))
  return (
    <>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          items: [
            {
              key: 'who',
              type: 'group',
              label: (
                <span className={styles.who}>
                  <b>{me.name}</b>
                  {me.name !== me.userName && <span className={styles.soft}>{me.userName}</span>}
                  <span className={styles.soft}>{roles || t('account.noRolesShort')}</span>
                </span>
              ),
            },
            { type: 'divider' },
            ...(administers
              ? [
                  {
                    key: 'admin',
                    label: (
                      <Link to="/admin" search={true}>
                        {t('rooms.admin')}
                      </Link>
                    ),
                  },
                ]
              : []),
            { key: 'account', label: t('account.open'), onClick: () => setOpen(true) },
            { key: 'signOut', label: t('signIn.signOut'), onClick: () => signOut.mutate() },
          ],
        }}
      >
        <Button
          type="text"
          aria-label={t('bar.user')}
          title={me.name}
          icon={<UserOutlined />}
          data-testid="account"
        />
      </Dropdown>
      {open && (
        <Suspense>
          <AccountDrawer onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
