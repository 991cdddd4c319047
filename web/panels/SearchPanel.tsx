import { Input, type InputRef } from 'antd'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAreas, useGround } from '../hooks/useAreas.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { usePlaces } from '../hooks/usePlaces.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { levelNameOf, nameOf, parentOf } from '../state/areaTree.ts'
import { type Found, find } from '../state/search.ts'
import styles from './searchPanel.module.css'

const mostResults = 12
const placeZoom = 16
const none: readonly never[] = []

/** Search over what is already in memory: areas by code or name, roads, places. */
export function SearchPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const areas = useAreas().data ?? null
  const sight = useJurisdiction()?.sight
  const ground = useGround().data ?? null
  const places = usePlaces().data?.places ?? none
  const { select } = useSelection()
  const controller = useMapController()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const input = useRef<InputRef>(null)
  const box = useRef<HTMLDivElement>(null)
  const results = useMemo(
    () => find(text, { areas, places, ground }, mostResults),
    [text, areas, places, ground],
  )

  useEffect(() => input.current?.focus(), [])
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose()
    }
    window.addEventListener('pointerdown', outside)
    return () => window.removeEventListener('pointerdown', outside)
  }, [onClose])

  const go = (found: Found) => {
    switch (found.kind) {
      case 'area': {
        const areaId = areas?.id[found.index] ?? 0
        select({ kind: 'area', areaId })
        controller?.fit({ areaId })
        break
      }
      case 'place':
        select({ kind: 'place', id: found.place.id })
        controller?.flyTo({ center: [found.place.lng, found.place.lat], zoom: placeZoom })
        break
      case 'road':
        controller?.flyTo({ center: found.point, zoom: placeZoom - 1 })
    }
    onClose()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
    else if (event.key === 'ArrowDown') setActive((active + 1) % Math.max(1, results.length))
    else if (event.key === 'ArrowUp') setActive((active - 1 + results.length) % Math.max(1, results.length))
    else if (event.key === 'Enter' && results[active]) go(results[active])
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const show = (found: Found): [string, string] => {
    switch (found.kind) {
      case 'area': {
        if (!areas) return ['', '']
        const parent = parentOf(areas, found.index, 'administration')
        const name = nameOf(areas, found.index, language)
        const holder = parent < 0 ? '' : nameOf(areas, parent, language)
        // A grid's name begins with its village's: once is enough.
        const above = holder === '' || name.startsWith(holder) ? '' : ` · ${holder}`
        const foreign = sight?.[found.index] === 0 ? ` · ${t('access.jurisdiction.outside')}` : ''
        return [
          name,
          `${levelNameOf(areas, found.index, language)} ${areas.code[found.index]}${above}${foreign}`,
        ]
      }
      case 'place':
        return [found.place.name[language] || found.place.name.zh, t('search.place')]
      case 'road':
        return [found.name, t('search.road')]
    }
  }

  return (
    <div ref={box} className={styles.panel} role="dialog" aria-label={t('bar.search')}>
      <Input
        ref={input}
        size="large"
        value={text}
        placeholder={t('bar.searchHint')}
        aria-label={t('bar.search')}
        data-testid="search"
        onChange={(event) => {
          setText(event.target.value)
          setActive(0)
        }}
        onKeyDown={press}
      />
      {results.length === 0 ? (
        <p className={styles.hint}>
          {text.trim() === '' ? t('bar.searchStart') : t('bar.searchEmpty', { text })}
        </p>
      ) : (
        <ul className={styles.list}>
          {results.map((found, index) => {
            const [name, about] = show(found)
            return (
              <li key={`${name} ${about}`}>
                <button
                  type="button"
                  className={styles.result}
                  data-active={index === active}
                  onPointerEnter={() => setActive(index)}
                  onClick={() => go(found)}
                >
                  <span>{name}</span>
                  <span className={styles.soft}>{about}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
