import { Button, Drawer } from 'antd'
import { Fragment, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './admin.module.css'
import { type AuditRow, actionText, purposeText } from './auditRow.ts'
import { RoleNames } from './RoleNames.tsx'
import { useAreaNames } from './useAreaNames.ts'
import { When } from './When.tsx'

interface AuditDetailsProps {
  row: AuditRow | null
  /** Names of accounts by their number. */
  names: ReadonlyMap<string, string>
  onPerson: (id: string) => void
  onClose: () => void
}

/** One row of the audit with everything it holds. */
export function AuditDetails({ row, names, onPerson, onClose }: AuditDetailsProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const areaText = useAreaNames()
  const line = (name: string, value: ReactNode) =>
    value === null || value === undefined || value === '' ? null : (
      <>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </>
    )
  return (
    <Drawer
      open={row !== null}
      size={520}
      title={row && t('admin.audit.entry', { number: row.id })}
      onClose={onClose}
      mask={false}
    >
      {row && (
        <dl className={styles.details} data-testid="audit-details">
          {line(t('admin.audit.at'), <When at={row.at} />)}
          {line(
            t('admin.audit.person'),
            <>
              {row.userName} {row.kind !== 'person' && t(`admin.audit.kind.${row.kind}`)}{' '}
              {row.personId && (
                <Button type="link" size="small" onClick={() => onPerson(row.personId ?? '')}>
                  {t('admin.audit.onlyThis')}
                </Button>
              )}
            </>,
          )}
          {row.roles.length > 0 && line(t('admin.audit.roles'), <RoleNames roles={row.roles} />)}
          {line(t('admin.audit.address'), row.address)}
          {line(
            t('admin.audit.action'),
            <>
              {actionText(row.action, t)} <span className={styles.small}>{row.action}</span>
            </>,
          )}
          {line(
            t('admin.audit.target'),
            row.target && (
              <>
                {names.get(row.target)} <span className={styles.small}>{row.target}</span>
              </>
            ),
          )}
          {line(t('admin.audit.where'), areaText(row))}
          {line(t('admin.audit.box'), row.box?.map((degrees) => degrees.toFixed(5)).join(', '))}
          {line(t('admin.audit.rows'), row.rows === null ? null : formatCount(row.rows, language))}
          {line(t('admin.audit.purpose'), purposeText(row.purpose, t))}
          {line(
            t('admin.audit.seal'),
            row.seq === null
              ? t('admin.audit.unsealedText')
              : t('admin.audit.sealedAs', { number: formatCount(row.seq, language) }),
          )}
          {row.action === 'grants.set' &&
            (['given', 'taken'] as const).map((what) => (
              <Fragment key={what}>
                {line(t(`admin.roles.${what}`), <GrantKeys keys={row.detail[what]} />)}
              </Fragment>
            ))}
          {Object.keys(row.detail).length > 0 && (
            <>
              <dt>{t('admin.audit.detail')}</dt>
              <dd />
              <pre className={styles.json}>{JSON.stringify(row.detail, null, 2)}</pre>
            </>
          )}
        </dl>
      )}
    </Drawer>
  )
}

/** Grants as the audit writes them, 'role city area' with '*' for every city and the whole of it, in words. */
function GrantKeys({ keys }: { keys: unknown }) {
  const areaText = useAreaNames()
  if (!Array.isArray(keys) || keys.length === 0) return '–'
  return (
    <ul className={styles.grants}>
      {keys.map(String).map((key) => {
        const [role, city = '*', area = '*'] = key.split(' ')
        const where = {
          city: city === '*' ? null : city,
          areaId: area === '*' ? null : Number(area),
          box: null,
        }
        return (
          <li key={key}>
            <RoleNames roles={[role]} /> <span className={styles.soft}>{areaText(where)}</span>
          </li>
        )
      })}
    </ul>
  )
}
