import { Tooltip } from 'antd'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { ROLES, type Role } from '../../api/roles.ts'
import styles from './admin.module.css'

/** A role's name; what it may and may not stands in its tip. */
export function RoleName({ role }: { role: Role }) {
  const { t } = useTranslation()
  return (
    <Tooltip
      title={
        <>
          {t(`role.may.${role}`)}
          <br />
          {t(`role.mayNot.${role}`)}
        </>
      }
    >
      <span>{t(`role.name.${role}`)}</span>
    </Tooltip>
  )
}

/** Roles in words, in the order of the table of roles. */
export function RoleNames({ roles }: { roles: readonly string[] }) {
  const { t } = useTranslation()
  const known = ROLES.filter((role) => roles.includes(role))
  if (known.length === 0) return <span className={styles.soft}>{t('account.noRolesShort')}</span>
  return (
    <>
      {known.map((role, index) => (
        <Fragment key={role}>
          {index > 0 && t('account.listComma')}
          <RoleName role={role} />
        </Fragment>
      ))}
    </>
  )
}
