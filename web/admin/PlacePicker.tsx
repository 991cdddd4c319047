import { TreeSelect } from 'antd'
import { useTranslation } from 'react-i18next'
import { type Place, placeKey, placeOf } from './places.ts'
import { usePlaces } from './usePlaces.ts'

interface PlacePickerProps {
  id: string
  value: Place | null
  onChange: (place: Place) => void
  /** False where one city must be named. Default true. */
  everywhere?: boolean
}

/** A jurisdiction out of both hierarchies, to be found by name or code. */
export function PlacePicker({ id, value, onChange, everywhere = true }: PlacePickerProps) {
  const { t } = useTranslation()
  const { tree, isPending } = usePlaces()
  return (
    <TreeSelect
      id={id}
      size="large"
      style={{ width: '100%' }}
      loading={isPending}
      treeData={everywhere ? tree : tree.filter((node) => node.value !== 'all')}
      value={value ? placeKey(value) : undefined}
      placeholder={t('admin.place.choose')}
      aria-label={t('admin.place.choose')}
      showSearch={{ filterTreeNode: (text, node) => String(node.search).includes(text.trim().toLowerCase()) }}
      listHeight={360}
      notFoundContent={t('admin.place.none')}
      onChange={(key: string) => onChange(placeOf(key))}
    />
  )
}
