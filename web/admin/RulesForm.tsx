import { Button, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isRole, ROLES } from '../../api/roles.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatSpan } from '../state/duration.ts'
import { client, type Outputs } from '../trpc.ts'
import styles from './admin.module.css'
import { useActs } from './useActs.tsx'

type Answer = Outputs['rules']['get']
type Rules = Answer['rules']
type NumberName = keyof Answer['ranges']

const groups: readonly { name: 'password' | 'lock' | 'session'; rules: readonly NumberName[] }[] = [
  { name: 'password', rules: ['passwordLength', 'passwordClasses', 'passwordHistory', 'passwordAgeDays'] },
  { name: 'lock', rules: ['accountFailures', 'addressFailures', 'firstWaitSeconds', 'longestWaitMinutes'] },
  { name: 'session', rules: ['idleMinutes', 'absoluteHours', 'concurrentSessions'] },
]

/** The rules, each with its unit, least, most and standard; what was changed is said before it is saved. */
export function RulesForm({ rules, defaults, ranges }: Answer) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { ask } = useActs()
  const [draft, setDraft] = useState<Rules>(rules)
  const [empty, setEmpty] = useState<ReadonlySet<NumberName>>(new Set())
  const roles = (of: Rules) => of.secondFactorRoles.filter(isRole)
  const roleText = (of: Rules) =>
    roles(of)
      .map((role) => t(`role.name.${role}`))
      .join(t('account.listComma')) || t('admin.rules.noRole')
  const numbers = groups.flatMap((group) => group.rules)
  const changed = numbers.filter((name) => draft[name] !== rules[name])
  const rolesChanged = roles(draft).join() !== roles(rules).join()
  const touched = changed.length > 0 || rolesChanged

  const put = (of: Rules) => client.rules.set.mutate({ ...of, secondFactorRoles: roles(of) })
  const value = (name: NumberName, number: number) =>
    name === 'firstWaitSeconds' ? formatSpan(number, language) : `${number} ${t(`admin.rules.unit.${name}`)}`
  const save = () =>
    ask({
      title: t('admin.rules.saveTitle'),
      consequence: (
        <ul className={styles.grants}>
          {changed.map((name) => (
            <li key={name}>
              {t(`admin.rules.name.${name}`)}: {value(name, rules[name])} → <b>{value(name, draft[name])}</b>
            </li>
          ))}
          {rolesChanged && (
            <li>
              {t('admin.rules.factor')}: {roleText(rules)} → <b>{roleText(draft)}</b>
            </li>
          )}
          <li className={styles.small}>{t('admin.rules.saveText')}</li>
        </ul>
      ),
      ok: t('admin.save'),
      run: () => put(draft),
      done: t('admin.rules.saved'),
      undo: () => put(rules),
    })

  return (
    <div className={styles.rules}>
      {groups.map((group) => (
        <section key={group.name}>
          <h2>{t(`admin.rules.group.${group.name}`)}</h2>
          {group.rules.map((name) => (
            <label key={name} className={styles.rule} htmlFor={`rule-${name}`}>
              <span>
                {t(`admin.rules.name.${name}`)}
                <span className={styles.small}>
                  {t('admin.rules.range', {
                    least: ranges[name][0],
                    most: ranges[name][1],
                    standard: defaults[name],
                  })}
                </span>
              </span>
              <InputNumber
                id={`rule-${name}`}
                size="large"
                className={styles.number}
                min={ranges[name][0]}
                max={ranges[name][1]}
                precision={0}
                suffix={t(`admin.rules.unit.${name}`)}
                status={empty.has(name) ? 'error' : undefined}
                value={empty.has(name) ? null : draft[name]}
                onChange={(number) => {
                  const rest = new Set(empty)
                  if (number === null) rest.add(name)
                  else {
                    rest.delete(name)
                    setDraft({ ...draft, [name]: number })
                  }
                  setEmpty(rest)
                }}
              />
            </label>
          ))}
        </section>
      ))}
      <section>
        <h2>{t('admin.rules.group.factor')}</h2>
        <div className={styles.rule}>
          <label htmlFor="rule-roles">
            {t('admin.rules.factor')}
            <span className={styles.small}>{t('admin.rules.factorText')}</span>
          </label>
          <Select
            id="rule-roles"
            size="large"
            mode="multiple"
            className={styles.roleSelect}
            placeholder={t('admin.rules.noRole')}
            value={roles(draft)}
            options={ROLES.filter((role) => role !== 'wall').map((role) => ({
              value: role,
              label: t(`role.name.${role}`),
            }))}
            onChange={(chosen) => setDraft({ ...draft, secondFactorRoles: chosen })}
          />
        </div>
      </section>
      <footer className={styles.buttons}>
        <Button type="primary" size="large" disabled={!touched || empty.size > 0} onClick={save}>
          {t('admin.rules.review')}
        </Button>
        <Button
          size="large"
          disabled={!touched && empty.size === 0}
          onClick={() => {
            setDraft(rules)
            setEmpty(new Set())
          }}
        >
          {t('admin.rules.discard')}
        </Button>
        <Button
          size="large"
          onClick={() => {
            setDraft(defaults)
            setEmpty(new Set())
          }}
        >
          {t('admin.rules.standard')}
        </Button>
      </footer>
    </div>
  )
}
