import { useTranslation } from 'react-i18next'
import { useCamera } from '../hooks/useCameras.ts'
import { useCity } from '../hooks/useCity.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { AgeOfAnswer } from '../live/AgeOfAnswer.tsx'
import { Count, Measure } from '../ui/Count.tsx'
import { DateText } from '../ui/DateText.tsx'
import { formatTenths } from '../ui/numbers.ts'
import { Row, Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { PanelTitle } from './PanelTitle.tsx'
import { PointPanel, Where } from './PointPanel.tsx'
import styles from './selectionPanel.module.css'

const cameraRights = ['cameras.points'] as const
const statuses = ['online', 'offline', 'repair'] as const
const types = ['dome', 'halfDome', 'bullet', 'remoteBullet', 'checkpoint', 'panorama'] as const

/** One camera: does it work, where does it look, how far; never what it sees. */
export function CameraPanel({ id }: { id: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const { select } = useSelection()
  const query = useCamera(id)
  const camera = query.data
  const status = statuses.find((each) => each === camera?.status)
  const typeName = (code: string) => {
    const type = types.find((each) => each === code)
    return type ? t(`camera.types.${type}`) : code
  }
  return (
    <PointPanel label={t('camera.title')} query={query} rights={cameraRights}>
      {camera && city && (
        <>
          <PanelTitle
            kicker={t('camera.title')}
            title={typeName(camera.type)}
            code={camera.code}
            facts={[
              status ? t(`camera.statuses.${status}`) : '',
              t(`camera.ownerships.${camera.ownership === 'public' ? 'public' : 'social'}`),
            ]}
          />
          <div>
            <Row label={status ? t(`camera.statuses.${status}`) : t('camera.status')}>
              <DateText instant={Date.parse(camera.statusSince)} timeZone={city.timeZone} />
            </Row>
            <NumbersOf counted={t('number.of.camera')} source="cameras">
              <Row label={t('camera.direction')}>
                <Measure value={camera.directionDeg} />°
              </Row>
              <Row label={t('camera.fieldOfView')}>
                <Measure value={camera.fieldOfViewDeg} />°
              </Row>
              <Row label={t('camera.range')}>
                <Count value={camera.rangeM} /> <small>{t('unit.metres')}</small>
              </Row>
            </NumbersOf>
            <Row label={t('camera.retention')}>{t('camera.days', { count: camera.retentionDays })}</Row>
            <Row label={t('camera.installed')}>{camera.installedOn}</Row>
          </div>
          {camera.atPoint.length > 0 && (
            <Section title={t('camera.atPoint', { count: camera.atPoint.length })}>
              <ul className={styles.children}>
                {camera.atPoint.map((other) => (
                  <li key={other.id}>
                    <button
                      type="button"
                      className={styles.child}
                      style={{ gridTemplateColumns: '1fr auto' }}
                      onClick={() => select({ kind: 'camera', id: other.id })}
                    >
                      <span className={styles.childName}>{typeName(other.type)}</span>
                      <small className={styles.soft}>
                        {t(`camera.statuses.${other.status}`)} · {other.directionDeg}°
                      </small>
                    </button>
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {camera.outages.length > 0 && (
            <Section title={t('camera.outages')}>
              <ul>
                {camera.outages.slice(0, 5).map((outage) => (
                  <li key={outage.startedAt} className={styles.soft}>
                    <DateText instant={Date.parse(outage.startedAt)} timeZone={city.timeZone} />
                    {outage.endedAt === null
                      ? ` ${t('camera.lasting')}`
                      : ` · ${formatTenths((Date.parse(outage.endedAt) - Date.parse(outage.startedAt)) / 3_600_000, language)} ${t('unit.hours')}`}
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <Where areas={camera.areas} />
          <AgeOfAnswer at={query.dataUpdatedAt} />
        </>
      )}
    </PointPanel>
  )
}
