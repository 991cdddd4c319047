import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { PatrolLayout } from '../hooks/useRoomScene.ts'
import { useLanguage } from '../hooks/useView.ts'
import { Count, Measure } from '../ui/Count.tsx'
import styles from './planner.module.css'
import type { Squad } from './useSquads.ts'

interface SquadListProps {
  squads: readonly Squad[]
  layout: PatrolLayout
  selectedId: number | null
  onSelect: (squadId: number | null) => void
}

/** The squads by district, with their sums: all squads on one screen, one row each. */
export function SquadList({ squads, layout, selectedId, onSelect }: SquadListProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const count = (value: number) => <Count value={value} />
  const measure = (value: number) => <Measure value={value} digits="tenths" />
  const sum = (pick: (squad: Squad) => number) => squads.reduce((total, squad) => total + pick(squad), 0)
  const cells = (pick: (of: (squad: Squad) => number) => number) => (
    <>
      <td>{count(pick((squad) => squad.strength))}</td>
      <td>{count(pick((squad) => squad.units))}</td>
      <td>{measure(pick((squad) => squad.areaKm2))}</td>
      <td>{count(pick((squad) => squad.grids))}</td>
      <td>{measure(pick((squad) => squad.roadsKm))}</td>
      <td>{count(pick((squad) => squad.incidents))}</td>
    </>
  )
  return (
    <table className={styles.list} data-testid="squads">
      <thead>
        <tr>
          <th scope="col" />
          <th scope="col">{t('plan.strength')}</th>
          <th scope="col">{t('plan.units')}</th>
          <th scope="col">
            {t('plan.areaKm2')} <small>{t('unit.km2')}</small>
          </th>
          <th scope="col">{t('plan.grids')}</th>
          <th scope="col">
            {t('plan.roadsKm')} <small>{t('unit.km')}</small>
          </th>
          <th scope="col">{t('plan.incidents')}</th>
        </tr>
      </thead>
      <tbody>
        {layout.districts.map((district) => (
          <Fragment key={district.areaId}>
            <tr className={styles.district}>
              <th scope="rowgroup" colSpan={7}>
                {district.name[language]}
              </th>
            </tr>
            {squads
              .filter((squad) => squad.districtId === district.areaId)
              .map((squad) => (
                <tr
                  key={squad.squadId}
                  className={styles.squad}
                  aria-selected={squad.squadId === selectedId}
                  onClick={() => onSelect(squad.squadId === selectedId ? null : squad.squadId)}
                >
                  <th scope="row">
                    <button type="button" className={styles.squadName}>
                      {squad.name[language]}
                    </button>
                  </th>
                  {cells((of) => of(squad))}
                </tr>
              ))}
          </Fragment>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('plan.total')}</th>
          {cells(sum)}
        </tr>
      </tfoot>
    </table>
  )
}
