import { Button, Checkbox, Popover, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOnlyFamily } from '../hooks/useAccess.ts'
import { useWindow } from '../hooks/useCity.ts'
import { useDisputeOffers } from '../hooks/useDisputes.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import type { Translate } from '../i18n/translate.ts'
import { isOffered, offeredPeriods } from '../state/disputePeriods.ts'
import { disputeTypes, groupsOf, membersOf, toggleToken } from '../state/kindFilter.ts'
import styles from './kindFilter.module.css'

/** Kinds by group; disputes stand apart because their counts are never mixed with others. */
export function KindFilter() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { kinds, tokens, codes, disputes, types } = useKinds()
  const groups = groupsOf(kinds)
  const onlyFamily = useOnlyFamily()
  const label = !codes
    ? onlyFamily
      ? t(`access.families.${onlyFamily}`)
      : t('kinds.all')
    : disputes && !types
      ? t('kinds.dispute')
      : tokens?.length === 1
        ? (kinds.find((kind) => kind.code === tokens[0])?.name[language] ?? groupName(t, tokens[0]))
        : t('kinds.some', { count: codes.length })
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      arrow={false}
      content={<KindList groups={groups} />}
      destroyOnHidden
    >
      <Button
        title={
          onlyFamily
            ? t('access.onlyFamilyHint', { family: t(`access.families.${onlyFamily}`) })
            : t('kinds.title')
        }
        data-testid="kinds"
        type={codes ? 'primary' : 'default'}
        ghost={Boolean(codes)}
      >
        {label} ▾
      </Button>
    </Popover>
  )
}

const knownGroups = [
  'criminal',
  'publicOrder',
  'traffic',
  'fire',
  'help',
  'complaint',
  'hazard',
  'other',
  'dispute',
] as const

/** A group in words; imported groups we have no word for keep their own name. */
export function groupName(t: Translate, group: string): string {
  const known = knownGroups.find((each) => each === group)
  return known ? t(`kinds.group.${known}`) : group
}

function KindList({ groups }: { groups: readonly string[] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { kinds, tokens, disputes } = useKinds()
  const changeView = useChangeView()
  const [open, setOpen] = useState<string | null>(null)
  const set = (next: readonly string[] | undefined) => changeView({ kinds: next })
  return (
    <div className={styles.list}>
      <header className={styles.head}>
        <b>{t('kinds.title')}</b>
        <Button type="link" size="small" disabled={!tokens} onClick={() => set(undefined)}>
          {t('kinds.reset')}
        </Button>
      </header>
      {groups
        .filter((group) => group !== 'dispute')
        .map((group) => {
          const members = membersOf(kinds, group)
          const chosen = disputes
            ? []
            : !tokens || tokens.includes(group)
              ? members
              : members.filter((kind) => tokens.includes(kind.code))
          return (
            <div key={group} className={styles.group}>
              <div className={styles.row}>
                <Checkbox
                  className={styles.check}
                  checked={chosen.length === members.length}
                  indeterminate={chosen.length > 0 && chosen.length < members.length}
                  onChange={() => set(disputes ? [group] : toggleToken(kinds, tokens, group))}
                >
                  {groupName(t, group)}
                </Checkbox>
                <Button type="text" size="small" data-testid={`only-${group}`} onClick={() => set([group])}>
                  {t('kinds.only')}
                </Button>
                <Button
                  type="text"
                  size="small"
                  aria-expanded={open === group}
                  aria-label={groupName(t, group)}
                  disabled={members.length < 2}
                  onClick={() => setOpen(open === group ? null : group)}
                >
                  {members.length < 2 ? '' : open === group ? '▴' : '▾'}
                </Button>
              </div>
              {open === group &&
                members.map((kind) => (
                  <Checkbox
                    key={kind.code}
                    className={styles.member}
                    checked={chosen.includes(kind)}
                    onChange={() => set(toggleToken(kinds, disputes ? [] : tokens, group, kind.code))}
                  >
                    {kind.name[language]}
                  </Checkbox>
                ))}
            </div>
          )
        })}
      {kinds.some((kind) => kind.dispute) && <DisputeChoice />}
    </div>
  )
}

/** Disputes all together or by type. Whoever turns to them gets a window they are counted over at every level. */
function DisputeChoice() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { kinds, codes, disputes, types } = useKinds()
  const changeView = useChangeView()
  const offers = useDisputeOffers()
  const window = useWindow()
  const every = disputeTypes(kinds)
  const chosen = types ? every.filter(({ code }) => codes?.includes(code)) : []
  const ask = (tokens: readonly string[]) => {
    const years = offers.filter((offer) => offer.types && offer.period === 'year')
    const [latest] = window ? offeredPeriods(years, window.timeZone) : []
    const keeps = !window || !latest || isOffered(window.span, years, window.timeZone)
    changeView({ kinds: tokens, ...(!keeps && { window: { preset: 'custom', ...latest.span } }) })
  }
  return (
    <div className={styles.disputes}>
      <Checkbox
        className={styles.check}
        checked={disputes && !types}
        indeterminate={types}
        onChange={() => (disputes && !types ? changeView({ kinds: undefined }) : ask(['dispute']))}
      >
        {t('kinds.dispute')}
      </Checkbox>
      <p className={styles.hint}>{t('kinds.disputeHint')}</p>
      {disputes && (
        <Select
          mode="multiple"
          className={styles.types}
          size="small"
          allowClear
          maxTagCount="responsive"
          aria-label={t('dispute.types')}
          placeholder={t('dispute.types')}
          value={chosen.map(({ code }) => code)}
          options={every.map((type) => ({ value: type.code, label: type.name[language] }))}
          optionFilterProp="label"
          onChange={(next) => ask(next.length === 0 || next.length === every.length ? ['dispute'] : next)}
          data-testid="dispute-types"
        />
      )}
      {disputes && <p className={styles.hint}>{t('dispute.typesHint')}</p>}
    </div>
  )
}
