import { useTranslation } from 'react-i18next'
import { RIGHTS_OF } from '../../api/roles.ts'
import styles from './admin.module.css'
import type { Granted } from './grantDraft.ts'
import { grantKey } from './grantDraft.ts'
import { usePlaces } from './usePlaces.ts'

interface GrantReviewProps {
  name: string
  given: readonly Granted[]
  taken: readonly Granted[]
  after: readonly Granted[]
}

/** What is about to change, in words, before it does. */
export function GrantReview({ name, given, taken, after }: GrantReviewProps) {
  const { t } = useTranslation()
  const { text } = usePlaces()
  const rights = [...new Set(after.flatMap(({ role }) => RIGHTS_OF[role]))]
  const lines = (grants: readonly Granted[], mark: string) => (
    <ul className={styles.grants}>
      {grants.map((grant) => (
        <li key={grantKey(grant)}>
          {mark} <b>{t(`role.name.${grant.role}`)}</b> <span className={styles.soft}>{text(grant)}</span>
        </li>
      ))}
    </ul>
  )
  return (
    <div className={styles.form} data-testid="grant-review">
      <p>{t('admin.roles.reviewText', { name })}</p>
      {given.length > 0 && (
        <section>
          <h3>{t('admin.roles.given')}</h3>
          {lines(given, '+')}
        </section>
      )}
      {taken.length > 0 && (
        <section>
          <h3>{t('admin.roles.taken')}</h3>
          {lines(taken, '−')}
        </section>
      )}
      <section>
        <h3>{t('admin.roles.afterwards')}</h3>
        {after.length === 0 ? (
          <p>{t('admin.roles.nothingLeft')}</p>
        ) : (
          <p className={styles.soft}>
            {rights.map((right) => t(`role.right.${right}`)).join(t('account.listComma'))}
          </p>
        )}
      </section>
      <p className={styles.small}>{t('admin.roles.atOnce')}</p>
    </div>
  )
}
