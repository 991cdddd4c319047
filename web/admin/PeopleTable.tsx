import { useQuery } from '@tanstack/react-query'
import { Button, Segmented, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParameter } from '../hooks/useParameter.ts'
import { useMay } from '../hooks/useSession.ts'
import { trpc } from '../trpc.ts'
import styles from './admin.module.css'
import { FindField } from './FindField.tsx'
import { ListTable } from './ListTable.tsx'
import { NewPerson } from './NewPerson.tsx'
import { PageFrame } from './PageFrame.tsx'
import { PersonActions } from './PersonActions.tsx'
import { type Person, PersonState, stateOf } from './PersonState.tsx'
import { RoleNames } from './RoleNames.tsx'
import { When } from './When.tsx'

const filters = ['all', 'usable', 'locked', 'mustChange', 'disabled'] as const
type Filter = (typeof filters)[number]

const isFilter = (text: string | undefined): text is Filter => filters.some((each) => each === text)
const byText = (a: string, b: string) => a.localeCompare(b, 'zh')

/** Every account, to be searched and sorted; what can be done with one is at the end of its line. */
export function PeopleTable() {
  const { t } = useTranslation()
  const people = useQuery(trpc.people.list.queryOptions())
  const [text = '', setText] = useParameter('find')
  const [chosen, setFilter] = useParameter('state')
  const filter: Filter = isFilter(chosen) ? chosen : 'all'
  const [creating, setCreating] = useState(false)
  const mayCreate = useMay('people')

  const wanted = text.trim().toLowerCase()
  const found = (people.data ?? []).filter(
    (person) =>
      (filter === 'all' || stateOf(person) === filter) &&
      `${person.name} ${person.userName}`.toLowerCase().includes(wanted),
  )
  const columns: TableColumnsType<Person> = [
    {
      title: t('admin.people.account'),
      key: 'account',
      sorter: (a, b) => byText(a.name, b.name),
      defaultSortOrder: 'ascend',
      render: (_, { name, userName }) => (
        <span className={styles.two}>
          <b>{name}</b>
          <span className={styles.small}>{userName}</span>
        </span>
      ),
    },
    {
      title: t('admin.people.roles'),
      key: 'roles',
      sorter: (a, b) => byText(a.roles.join(), b.roles.join()),
      render: (_, { roles }) => <RoleNames roles={roles} />,
    },
    {
      title: t('admin.people.state'),
      key: 'state',
      sorter: (a, b) => byText(stateOf(a), stateOf(b)),
      render: (_, person) => <PersonState person={person} />,
    },
    {
      title: t('admin.people.factor'),
      key: 'factor',
      sorter: (a, b) => Number(a.twoFactor) - Number(b.twoFactor),
      render: (_, { twoFactor }) => (
        <span className={styles.state} data-state={twoFactor ? 'on' : 'off'}>
          {t(twoFactor ? 'admin.people.factorOn' : 'admin.people.factorOff')}
        </span>
      ),
    },
    {
      title: t('admin.people.seen'),
      key: 'seen',
      sorter: (a, b) => byText(a.lastSeenAt ?? '', b.lastSeenAt ?? ''),
      render: (_, { lastSeenAt }) => <When at={lastSeenAt} never={t('admin.people.neverSeen')} />,
    },
    {
      key: 'actions',
      align: 'right',
      render: (_, person) => <PersonActions person={person} />,
    },
  ]
  return (
    <PageFrame
      title={t('admin.page.people')}
      about={t('admin.people.about')}
      actions={
        mayCreate && (
          <Button type="primary" size="large" onClick={() => setCreating(true)}>
            {t('admin.people.create')}
          </Button>
        )
      }
    >
      <div className={styles.filters}>
        <FindField
          label={t('admin.people.find')}
          value={text}
          onChange={(wanted) => setText(wanted, { replace: true })}
        />
        <Segmented
          value={filter}
          options={filters.map((value) => ({ value, label: t(`admin.people.filter.${value}`) }))}
          onChange={(value) => setFilter(value === 'all' ? undefined : value)}
        />
        {people.data && (
          <span className={styles.count}>{t('admin.people.count', { count: found.length })}</span>
        )}
      </div>
      <ListTable
        query={people}
        rows={found}
        rowKey="id"
        columns={columns}
        empty={t(wanted || filter !== 'all' ? 'admin.people.noneFound' : 'admin.people.none')}
        testId="people"
      />
      {creating && <NewPerson onClose={() => setCreating(false)} />}
    </PageFrame>
  )
}
