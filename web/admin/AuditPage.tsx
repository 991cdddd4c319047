import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParameter } from '../hooks/useParameter.ts'
import { AuditFilters } from './AuditFilters.tsx'
import { AuditMap } from './AuditMap.tsx'
import { AuditStatus } from './AuditStatus.tsx'
import { AuditTable } from './AuditTable.tsx'
import styles from './admin.module.css'
import { Guarded } from './Guarded.tsx'
import { PageFrame } from './PageFrame.tsx'
import { useAuditFilter } from './useAuditFilter.ts'

/** Who saw or changed what: as a table, and as a map of where people looked. */
export function AuditPage() {
  return (
    <Guarded page="audit">
      <Audit />
    </Guarded>
  )
}

function Audit() {
  const { t } = useTranslation()
  const [show, setShow] = useParameter('show')
  const control = useAuditFilter()
  return (
    <PageFrame title={t('admin.page.audit')} about={t('admin.audit.about')}>
      <AuditStatus />
      <div className={styles.filters}>
        <Segmented
          value={show === 'map' ? 'map' : 'table'}
          options={[
            { value: 'table', label: t('admin.audit.table') },
            { value: 'map', label: t('admin.audit.map') },
          ]}
          onChange={(value) => setShow(value === 'map' ? 'map' : undefined)}
        />
        <AuditFilters {...control} />
      </div>
      {show === 'map' ? (
        <AuditMap filter={control.filter} />
      ) : (
        <AuditTable filter={control.filter} onPerson={control.setPerson} />
      )}
    </PageFrame>
  )
}
