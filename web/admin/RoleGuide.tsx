import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { PURPOSE_DEMANDED, RIGHTS_OF, ROLES } from '../../api/roles.ts'
import styles from './admin.module.css'

/** Every role: what it may, what it may not, right by right. */
export function RoleGuide({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal open={open} title={t('admin.roles.guide')} footer={null} width={880} onCancel={onClose}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.roles.role')}</th>
            <th scope="col">{t('admin.roles.may')}</th>
            <th scope="col">{t('admin.roles.mayNot')}</th>
          </tr>
        </thead>
        <tbody>
          {ROLES.map((role) => (
            <tr key={role}>
              <th scope="row" className={styles.roleName}>
                {t(`role.name.${role}`)}
              </th>
              <td>
                {t(`role.may.${role}`)}
                <p className={styles.small}>
                  {RIGHTS_OF[role]
                    .map((right) =>
                      PURPOSE_DEMANDED[role]?.includes(right)
                        ? t('admin.roles.withPurpose', { right: t(`role.right.${right}`) })
                        : t(`role.right.${right}`),
                    )
                    .join(t('account.listComma'))}
                </p>
              </td>
              <td>{t(`role.mayNot.${role}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  )
}
