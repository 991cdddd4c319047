import { Modal, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Purpose, Right } from '../../api/roles.ts'
import { usePurpose } from '../hooks/useAccess.ts'
import { useMe } from '../hooks/useSession.ts'
import { useLanguage } from '../hooks/useView.ts'
import { askPurpose, givePurpose, usePurposeState } from '../state/purpose.ts'
import { listText } from './listText.ts'
import styles from './purpose.module.css'

/** Asks why single things are to be looked at, when something asked for it. */
export function PurposeDialog() {
  const { t } = useTranslation()
  const asking = usePurposeState((state) => state.asking)
  const given = usePurpose()
  const me = useMe()
  const language = useLanguage()
  const purposes = me?.purposes ?? []
  const [chosen, choose] = useState<Purpose | null>(null)
  const purpose = chosen ?? given?.purpose ?? null
  return (
    <Modal
      open={asking !== null}
      title={t('access.purpose.title')}
      okText={t('access.purpose.give')}
      okButtonProps={{ disabled: purpose === null }}
      onOk={() => purpose && me && givePurpose(purpose, me.userName)}
      onCancel={() => askPurpose(null)}
      width={440}
      destroyOnHidden
    >
      <div className={styles.dialog} data-testid="purpose-dialog">
        <p>
          {t('access.purpose.text', {
            what: listText(
              whatOf(asking ?? []).map((what) => t(what)),
              language,
            ),
          })}
        </p>
        <Radio.Group
          className={styles.purposes}
          value={purpose}
          onChange={(event) => choose(purposes.find((each) => each === event.target.value) ?? null)}
          options={purposes.map((value) => ({ value, label: t(`role.purpose.${value}`) }))}
        />
        <p className={styles.soft}>{t('access.purpose.lasts')}</p>
      </div>
    </Modal>
  )
}

/** What the rights are about, each once; incidents where none is named. */
function whatOf(rights: readonly Right[]) {
  if (rights.length === 0) return ['access.purpose.what.points' as const]
  const what = rights.map((right) =>
    right.startsWith('points.')
      ? ('access.purpose.what.points' as const)
      : right.startsWith('cameras.')
        ? ('access.purpose.what.cameras' as const)
        : ('access.purpose.what.export' as const),
  )
  return [...new Set(what)]
}
