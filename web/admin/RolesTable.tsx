import { Button, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParameter } from '../hooks/useParameter.ts'
import { useMay, useMe } from '../hooks/useSession.ts'
import styles from './admin.module.css'
import { FindField } from './FindField.tsx'
import { GrantEditor } from './GrantEditor.tsx'
import { ListTable } from './ListTable.tsx'
import { PageFrame } from './PageFrame.tsx'
import { RoleGuide } from './RoleGuide.tsx'
import { RoleName } from './RoleNames.tsx'
import { Separation } from './Separation.tsx'
import { type Holder, useHolders } from './useHolders.ts'
import { usePlaces } from './usePlaces.ts'

/** Everybody with what was granted to them; a line opens for changes. */
export function RolesTable() {
  const { t } = useTranslation()
  const me = useMe()
  const mayGrant = useMay('grants')
  const { text: placeText } = usePlaces()
  const holders = useHolders()
  const [text = '', setText] = useParameter('find')
  const [openId, setOpenId] = useState<string | null>(null)
  const [guide, setGuide] = useState(false)

  const wanted = text.trim().toLowerCase()
  const found = (holders.data ?? []).filter(({ name, userName, grants }) =>
    [name, userName, ...grants.map(({ role }) => t(`role.name.${role}`))]
      .join(' ')
      .toLowerCase()
      .includes(wanted),
  )
  // While nobody is security administrator, whoever runs accounts appoints the first one.
  const mayChange =
    mayGrant ||
    holders.data?.every(
      ({ disabled, grants }) => disabled || grants.every(({ role }) => role !== 'securityAdmin'),
    ) === true
  const open = holders.data?.find(({ personId }) => personId === openId)
  const columns: TableColumnsType<Holder> = [
    {
      title: t('admin.people.account'),
      key: 'account',
      width: 240,
      sorter: (a, b) => a.name.localeCompare(b.name, 'zh'),
      defaultSortOrder: 'ascend',
      render: (_, { name, userName }) => (
        <span className={styles.two}>
          <b>{name}</b>
          <span className={styles.small}>{userName}</span>
        </span>
      ),
    },
    {
      title: t('admin.roles.granted'),
      key: 'grants',
      render: (_, { grants }) =>
        grants.length === 0 ? (
          <span className={styles.soft}>{t('account.noRolesShort')}</span>
        ) : (
          <ul className={styles.grants}>
            {grants.map((grant) => (
              <li key={`${grant.role} ${grant.city} ${grant.areaId}`}>
                <RoleName role={grant.role} /> <span className={styles.soft}>{placeText(grant)}</span>
                {!grant.inForce && (
                  <span className={styles.state} data-state="warn">
                    {' '}
                    {t('admin.roles.notInForce')}
                  </span>
                )}
              </li>
            ))}
          </ul>
        ),
    },
    {
      key: 'actions',
      align: 'right',
      width: 120,
      render: (_, { personId, userName, name }) =>
        userName === me?.userName ? (
          <span className={styles.small}>{t('admin.roles.own')}</span>
        ) : mayChange ? (
          <Button onClick={() => setOpenId(personId)} aria-label={t('admin.roles.changeOf', { name })}>
            {t('admin.roles.change')}
          </Button>
        ) : null,
    },
  ]
  return (
    <PageFrame
      title={t('admin.page.roles')}
      about={t(mayGrant ? 'admin.roles.about' : 'admin.roles.aboutFirst')}
      actions={
        <Button size="large" onClick={() => setGuide(true)}>
          {t('admin.roles.guide')}
        </Button>
      }
    >
      {holders.data && <Separation holders={holders.data} />}
      <div className={styles.filters}>
        <FindField
          label={t('admin.roles.find')}
          value={text}
          onChange={(wanted) => setText(wanted, { replace: true })}
        />
        {holders.data && (
          <span className={styles.count}>{t('admin.people.count', { count: found.length })}</span>
        )}
      </div>
      <ListTable
        query={holders}
        rows={found}
        rowKey="personId"
        columns={columns}
        empty={t('admin.people.noneFound')}
        testId="grants"
      />
      {open && <GrantEditor key={open.personId} holder={open} onClose={() => setOpenId(null)} />}
      <RoleGuide open={guide} onClose={() => setGuide(false)} />
    </PageFrame>
  )
}
