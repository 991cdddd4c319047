import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { ScanCode } from '../ui/ScanCode.tsx'
import styles from './admin.module.css'
import { beaconServer, osmAndAddress } from './beaconAddress.ts'
import { Once } from './Once.tsx'

/** A token as the server has just made it. */
export interface Issued {
  name: string
  token: string
  /** Where it is used. */
  use: 'incidents' | 'positions' | 'duties' | 'sms' | 'beacon'
  /** The name of a key that requests are signed with. */
  keyName: string | null
}

/** A new token: shown this once, with where it goes; for a phone as a code to be scanned. */
export function IssuedToken({ issued, onClose }: { issued: Issued; onClose: () => void }) {
  const { t } = useTranslation()
  const { name, token, use, keyName } = issued
  const { origin } = window.location
  const title = t(use === 'sms' ? 'sources.signedTitle' : 'sources.issuedTitle', { name })
  const address = use === 'sms' ? `${origin}/ingest/sms?key=${keyName ?? ''}` : `${origin}/ingest/${use}`
  return (
    <Modal open title={title} footer={null} onCancel={onClose} mask={{ closable: false }} width={600}>
      <Once title={t('sources.token')} secret={token} onClose={onClose}>
        {use === 'beacon' ? (
          <ScanCode
            value={osmAndAddress(origin, token)}
            label={t('sources.beacons.link', { name })}
            size={180}
          >
            <div className={styles.two}>
              <p>{t('sources.beacons.scan', { address: beaconServer(origin) })}</p>
              <code className={styles.address} data-testid="beacon-address">
                {osmAndAddress(origin, token)}
              </code>
            </div>
          </ScanCode>
        ) : (
          <div className={styles.two}>
            <p>{t(use === 'sms' ? 'sources.signedText' : 'sources.issuedText')}</p>
            <code className={styles.address}>POST {address}</code>
            {/* Who says who is on duty also says what they do. */}
            {use === 'duties' && <code className={styles.address}>POST {origin}/ingest/dispatches</code>}
          </div>
        )}
      </Once>
    </Modal>
  )
}
