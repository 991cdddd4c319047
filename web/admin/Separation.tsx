import { useTranslation } from 'react-i18next'
import styles from './admin.module.css'
import { PLACELESS } from './roleKinds.ts'
import type { Holder } from './useHolders.ts'

const administrators = ['systemAdmin', 'securityAdmin', 'auditAdmin'] as const

/** The three administrators, who holds which, and that none can do another's part. */
export function Separation({ holders }: { holders: readonly Holder[] }) {
  const { t } = useTranslation()
  const holding = (role: string) =>
    holders
      .filter(({ disabled, grants }) => !disabled && grants.some((grant) => grant.role === role))
      .map(({ name }) => name)
  const mixed = holders.filter(({ disabled, grants }) => {
    const own = grants.filter(({ role }) => PLACELESS.includes(role)).length
    return !disabled && own > 0 && own < grants.length
  })
  const missing = administrators.filter((role) => holding(role).length === 0)
  return (
    <section className={styles.separation} aria-label={t('admin.roles.separation')}>
      <p className={styles.soft}>{t('admin.roles.separationText')}</p>
      <dl className={styles.three}>
        {administrators.map((role) => {
          const names = holding(role)
          return (
            <div key={role}>
              <dt>{t(`role.name.${role}`)}</dt>
              <dd>
                <p className={styles.small}>{t(`role.may.${role}`)}</p>
                <b data-missing={names.length === 0}>
                  {names.length > 0 ? names.join(t('account.listComma')) : t('admin.roles.nobody')}
                </b>
              </dd>
            </div>
          )
        })}
      </dl>
      {mixed.length > 0 && !missing.includes('securityAdmin') && (
        <p className={styles.note} data-weight="warn">
          {t('admin.roles.mixed', { names: mixed.map(({ name }) => name).join(t('account.listComma')) })}
        </p>
      )}
      {missing.includes('securityAdmin') && (
        <p className={styles.note} data-weight="warn">
          {t('admin.roles.firstSecurity')}
        </p>
      )}
    </section>
  )
}
