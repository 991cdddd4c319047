import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../dispatch/ActionButton.tsx'
import { drivenFor } from './DrillMarks.tsx'
import styles from './drill.module.css'
import { minutesSeconds } from './drillTime.ts'
import type { Drilling, DrillRoom } from './useDrill.ts'

interface DrillUnitsProps {
  drilling: Drilling
  room: DrillRoom
  /** The drill's clock, epoch milliseconds. */
  at: number
}

/** The made-up units: what each does, and where it may be sent. */
export function DrillUnits({ drilling, room, at }: DrillUnitsProps) {
  const { t } = useTranslation()
  return (
    <section className={styles.units}>
      <h3 className={styles.listTitle}>{t('drill.units.title')}</h3>
      <ul>
        {room.units.map(({ callSign }, number) => {
          const send = room.sends.find(({ unitNumber }) => unitNumber === number)
          const left = send ? send.way.s[send.way.s.length - 1] - drivenFor(send, room.pace, at) : 0
          return (
            <li
              key={callSign}
              data-testid={`drill-unit-${number}`}
              data-state={send ? (left > 0 ? 'drives' : 'there') : 'stands'}
            >
              <span>
                <strong>{callSign}</strong>{' '}
                <span className={styles.soft}>
                  {!send
                    ? t('drill.units.stands')
                    : left > 0
                      ? t('drill.units.drives', {
                          inject: send.inject,
                          left: minutesSeconds((left / room.pace) * 1000),
                        })
                      : t('drill.units.there', { inject: send.inject })}
                </span>
              </span>
              {!room.over && <SendTo drilling={drilling} room={room} number={number} />}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function SendTo({ drilling, room, number }: { drilling: Drilling; room: DrillRoom; number: number }) {
  const { t } = useTranslation()
  const [inject, setInject] = useState<string | null>(null)
  const { isPending, mutate } = drilling.send
  return (
    <span className={styles.answer}>
      <Select
        size="small"
        className={styles.unit}
        placeholder={t('drill.units.choose')}
        aria-label={t('drill.units.choose')}
        value={inject}
        popupMatchSelectWidth={false}
        options={room.injects.map(({ code }) => ({ value: code, label: t('drill.inject', { code }) }))}
        onChange={setInject}
      />
      <ActionButton
        size="small"
        why={isPending ? t('drill.units.whyBusy') : inject === null ? t('drill.units.whyChoose') : null}
        data-testid={`drill-send-${number}`}
        onClick={() => {
          if (inject !== null) mutate({ drillId: room.id, unitNumber: number, inject })
          setInject(null)
        }}
      >
        {t('drill.units.send')}
      </ActionButton>
    </span>
  )
}
