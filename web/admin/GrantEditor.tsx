import { Button, Drawer, Select } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ROLES } from '../../api/roles.ts'
import { useMay } from '../hooks/useSession.ts'
import { client } from '../trpc.ts'
import styles from './admin.module.css'
import { GrantReview } from './GrantReview.tsx'
import { changesOf, type DraftGrant, fixedPlace, type Granted, grantsOf, problemOf } from './grantDraft.ts'
import { PlacePicker } from './PlacePicker.tsx'
import { FIRST } from './roleKinds.ts'
import { useActs } from './useActs.tsx'
import type { Holder } from './useHolders.ts'

interface GrantEditorProps {
  holder: Holder
  onClose: () => void
}

/** What one person holds: roles, each with its jurisdiction. Nothing is saved before what changes was looked at. */
export function GrantEditor({ holder, onClose }: GrantEditorProps) {
  const { t } = useTranslation()
  const { act } = useActs()
  const mayGrant = useMay('grants')
  const before: readonly Granted[] = holder.grants.map(({ role, city, areaId }) => ({ role, city, areaId }))
  const nextKey = useRef(before.length)
  const [draft, setDraft] = useState<DraftGrant[]>(() =>
    before.map(({ role, city, areaId }, key) => ({ key, role, place: { city, areaId } })),
  )
  const [reviewing, setReviewing] = useState(false)
  const after = grantsOf(draft)
  const problem = problemOf(draft)
  const { given, taken } = changesOf(before, after)
  const changed = given.length + taken.length > 0
  const roles = mayGrant ? ROLES : FIRST

  const put = (line: DraftGrant) => setDraft(draft.map((each) => (each.key === line.key ? line : each)))
  const give = (grants: readonly Granted[]) =>
    client.grants.set.mutate({
      personId: holder.personId,
      grants: grants.map(({ role, city, areaId }) => ({ role, city, areaId })),
    })
  const save = async () => {
    const saved = await act({
      run: () => give(after),
      done: t('admin.roles.saved', { name: holder.name }),
      // Whoever only appoints the first guards cannot take anything back.
      undo: mayGrant ? () => give(before) : undefined,
    })
    if (saved) onClose()
  }

  return (
    <Drawer
      open
      size={560}
      title={t('admin.roles.of', { name: holder.name })}
      onClose={onClose}
      mask={{ closable: !changed }}
      footer={
        reviewing ? (
          <div className={styles.buttons}>
            <Button type="primary" size="large" onClick={() => void save()}>
              {t('admin.save')}
            </Button>
            <Button size="large" onClick={() => setReviewing(false)}>
              {t('admin.roles.goOn')}
            </Button>
          </div>
        ) : (
          <div className={styles.buttons}>
            <Button
              type="primary"
              size="large"
              disabled={!changed || problem !== null}
              onClick={() => setReviewing(true)}
            >
              {t('admin.roles.review')}
            </Button>
            <Button size="large" onClick={onClose}>
              {t('account.cancel')}
            </Button>
          </div>
        )
      }
    >
      {reviewing ? (
        <GrantReview name={holder.name} given={given} taken={taken} after={after} />
      ) : (
        <div className={styles.form}>
          <p className={styles.soft}>{t('admin.roles.editorText')}</p>
          {draft.map((line, index) => (
            <fieldset key={line.key} className={styles.grant} data-testid="grant">
              <legend>{t('admin.roles.nth', { number: index + 1 })}</legend>
              <Select
                size="large"
                aria-label={t('admin.roles.role')}
                placeholder={t('admin.roles.chooseRole')}
                value={line.role ?? undefined}
                options={roles.map((role) => ({ value: role, label: t(`role.name.${role}`) }))}
                onChange={(role) => put({ ...line, role, place: fixedPlace(role) ?? line.place })}
              />
              {line.role && (
                <p className={styles.small}>
                  {t(`role.may.${line.role}`)}
                  <br />
                  {t(`role.mayNot.${line.role}`)}
                </p>
              )}
              {fixedPlace(line.role) ? (
                <p className={styles.small}>{t('admin.roles.placeless')}</p>
              ) : (
                <PlacePicker
                  id={`place-${line.key}`}
                  value={line.place}
                  onChange={(place) => put({ ...line, place })}
                />
              )}
              <Button
                type="text"
                danger
                onClick={() => setDraft(draft.filter(({ key }) => key !== line.key))}
              >
                {t('admin.roles.take')}
              </Button>
            </fieldset>
          ))}
          {draft.length === 0 && <p className={styles.soft}>{t('admin.roles.none')}</p>}
          <div className={styles.buttons}>
            <Button
              onClick={() => {
                setDraft([...draft, { key: nextKey.current, role: null, place: null }])
                nextKey.current += 1
              }}
            >
              {t('admin.roles.add')}
            </Button>
          </div>
          {problem && changed && (
            <p className={styles.problem} role="status">
              {t(`admin.roles.problem.${problem}`)}
            </p>
          )}
        </div>
      )}
    </Drawer>
  )
}
