import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Input, InputNumber, Modal, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { channels } from '../../geodata/codes.ts'
import { useLanguage } from '../hooks/useView.ts'
import { client, type Inputs, type Outputs } from '../trpc.ts'
import styles from './admin.module.css'
import { FormEnd } from './FormEnd.tsx'

type Listed = Outputs['sources']['list']
export type Source = Listed['sources'][number]
type New = Inputs['sources']['create']

const kinds = ['incidents', 'positions', 'duties', 'sms'] as const
const systems = ['EPSG:4326', 'EPSG:4490', 'GCJ-02', 'BD-09'] as const
const standardRate = 20
const mostRate = 1000
const longestWait = 604_800

interface SourceFormProps {
  cities: Listed['cities']
  /** The one to change; null: a new one. */
  source: Source | null
  /** With the token of a new one. */
  onDone: (made: { name: string; kind: Source['kind']; token: string; keyName: string | null } | null) => void
  onClose: () => void
}

/** A new source, or what of a known one may be changed: its name, its rate, how often something should come. */
export function SourceForm({ cities, source, onDone, onClose }: SourceFormProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const queryClient = useQueryClient()
  const [city, setCity] = useState(source?.city ?? cities[0]?.code)
  const [code, setCode] = useState(source?.code ?? 'ingest:')
  const [kind, setKind] = useState<New['kind']>(source?.kind ?? 'incidents')
  const [name, setName] = useState(source?.name ?? '')
  const [nameEn, setNameEn] = useState(source?.nameEn ?? '')
  const [crs, setCrs] = useState<(typeof systems)[number]>('EPSG:4326')
  const [channel, setChannel] = useState('110')
  const [defaultKind, setDefaultKind] = useState('')
  const [rate, setRate] = useState<number | null>(source?.ratePerSecond ?? standardRate)
  const [every, setEvery] = useState<number | null>(source?.expectedEveryS ?? null)
  const save = useMutation({
    mutationFn: async () => {
      if (city === undefined || rate === null) throw new Error('The form is not filled in.')
      const common = {
        city,
        code: code.trim(),
        name: name.trim(),
        nameEn: nameEn.trim(),
        ratePerSecond: rate,
        expectedEveryS: every,
      }
      if (source) {
        await client.sources.change.mutate(common)
        return null
      }
      const made = await client.sources.create.mutate({
        ...common,
        kind,
        crs,
        channel,
        defaultKind: kind === 'sms' && defaultKind.trim() !== '' ? defaultKind.trim() : undefined,
      })
      return { ...made, name: common.name, kind }
    },
    onSuccess: (made) => {
      void queryClient.invalidateQueries()
      onDone(made)
    },
  })
  const ready =
    name.trim() !== '' &&
    /^ingest:[a-z0-9][a-z0-9-]{0,39}$/.test(code.trim()) &&
    rate !== null &&
    Boolean(city)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) save.mutate()
  }
  const places = kind !== 'duties'
  const reports = kind === 'incidents' || kind === 'sms'
  return (
    <Modal
      open
      title={
        source
          ? t('sources.changeTitle', { name: (language === 'en' && source.nameEn) || source.name })
          : t('sources.createTitle')
      }
      footer={null}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      <form className={styles.form} onSubmit={submit}>
        <label className={styles.field} htmlFor="source-name">
          <span>{t('sources.name')}</span>
          <Input
            id="source-name"
            size="large"
            autoFocus
            autoComplete="off"
            maxLength={60}
            placeholder={t('sources.nameHint')}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className={styles.field} htmlFor="source-name-en">
          <span>{t('sources.nameEn')}</span>
          <Input
            id="source-name-en"
            size="large"
            autoComplete="off"
            maxLength={60}
            value={nameEn}
            onChange={(event) => setNameEn(event.target.value)}
          />
          <span className={styles.small}>{t('sources.nameEnHint')}</span>
        </label>
        {!source && (
          <>
            <label className={styles.field} htmlFor="source-kind">
              <span>{t('sources.kind')}</span>
              <Select
                id="source-kind"
                size="large"
                value={kind}
                options={kinds.map((value) => ({ value, label: t(`sources.kinds.${value}`) }))}
                onChange={setKind}
              />
            </label>
            {cities.length > 1 && (
              <label className={styles.field} htmlFor="source-city">
                <span>{t('sources.city')}</span>
                <Select
                  id="source-city"
                  size="large"
                  value={city}
                  options={cities.map((each) => ({ value: each.code, label: each.name[language] }))}
                  onChange={setCity}
                />
              </label>
            )}
            <label className={styles.field} htmlFor="source-code">
              <span>{t('sources.code')}</span>
              <Input
                id="source-code"
                size="large"
                autoComplete="off"
                maxLength={47}
                value={code}
                onChange={(event) => setCode(event.target.value)}
              />
              <span className={styles.small}>{t('sources.codeHint')}</span>
            </label>
            {places && (
              <label className={styles.field} htmlFor="source-crs">
                <span>{t('sources.crs')}</span>
                <Select
                  id="source-crs"
                  size="large"
                  value={crs}
                  options={systems.map((value) => ({ value, label: value }))}
                  onChange={setCrs}
                />
                <span className={styles.small}>{t('sources.crsHint')}</span>
              </label>
            )}
            {reports && (
              <label className={styles.field} htmlFor="source-channel">
                <span>{t('sources.channel')}</span>
                <Select
                  id="source-channel"
                  size="large"
                  value={channel}
                  options={Object.entries(channels).map(([value, words]) => ({
                    value,
                    label: words[language],
                  }))}
                  onChange={setChannel}
                />
              </label>
            )}
            {kind === 'sms' && (
              <label className={styles.field} htmlFor="source-default-kind">
                <span>{t('sources.defaultKind')}</span>
                <Input
                  id="source-default-kind"
                  size="large"
                  autoComplete="off"
                  value={defaultKind}
                  onChange={(event) => setDefaultKind(event.target.value)}
                />
                <span className={styles.small}>{t('sources.defaultKindHint')}</span>
              </label>
            )}
          </>
        )}
        <label className={styles.field} htmlFor="source-rate">
          <span>{t('sources.rate')}</span>
          <InputNumber
            id="source-rate"
            size="large"
            min={0.1}
            max={mostRate}
            value={rate}
            onChange={setRate}
          />
          <span className={styles.small}>{t('sources.rateHint')}</span>
        </label>
        <label className={styles.field} htmlFor="source-every">
          <span>{t('sources.every')}</span>
          <InputNumber
            id="source-every"
            size="large"
            min={1}
            max={longestWait}
            precision={0}
            value={every}
            onChange={setEvery}
          />
          <span className={styles.small}>{t('sources.everyHint')}</span>
        </label>
        <FormEnd
          asked={save}
          text={source ? t('admin.save') : t('sources.create')}
          ready={ready}
          onClose={onClose}
        />
      </form>
    </Modal>
  )
}
