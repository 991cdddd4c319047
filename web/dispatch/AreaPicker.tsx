import { TreeSelect } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Hierarchy } from '../../geodata/city.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Language } from '../map/scene.ts'
import { childrenOf, levelNameOf, shortNameOf } from '../state/areaTree.ts'

interface Node {
  value: string
  /** The area; the same one may stand in both hierarchies. */
  title: string
  search: string
  children: Node[]
}

/** Areas from the top down, as deep as grids: finer ones are too many to be picked from a list. */
const deepest = 4

function nodesOf(
  bundle: AreaBundle,
  index: number,
  hierarchy: Hierarchy,
  language: Language,
  depth: number,
): Node[] {
  if (depth > deepest) return []
  return childrenOf(bundle, index, hierarchy)
    .filter((child) => bundle.levels[bundle.level[child]].level !== 'microGrid')
    .map((child) => ({
      value: `${hierarchy} ${bundle.id[child]}`,
      title: `${shortNameOf(bundle, child, language)} · ${levelNameOf(bundle, child, language)}`,
      search: `${bundle.nameZh[child]} ${bundle.nameEn[child]} ${bundle.code[child]}`.toLowerCase(),
      children: nodesOf(bundle, child, hierarchy, language, depth + 1),
    }))
}

interface AreaPickerProps {
  id: string
  value: readonly number[]
  onChange: (areaIds: number[]) => void
}

/** Areas of today out of both hierarchies, several at once, found by name or code. */
export function AreaPicker({ id, value, onChange }: AreaPickerProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: bundle } = useAreas()
  const tree = useMemo(
    () =>
      bundle
        ? (['patrol', 'administration'] as const).flatMap((hierarchy) =>
            nodesOf(bundle, -1, hierarchy, language, 0),
          )
        : [],
    [bundle, language],
  )
  const values = useMemo(() => {
    const known = new Map<number, string>()
    const walk = (nodes: readonly Node[]) => {
      for (const { value: key, children } of nodes) {
        const areaId = Number(key.split(' ')[1])
        if (!known.has(areaId)) known.set(areaId, key)
        walk(children)
      }
    }
    walk(tree)
    return value.map((areaId) => known.get(areaId) ?? `patrol ${areaId}`)
  }, [tree, value])
  return (
    <TreeSelect
      id={id}
      multiple
      style={{ width: '100%' }}
      loading={!bundle}
      treeData={tree}
      value={values}
      placeholder={t('dispatch.editor.areasHint')}
      aria-label={t('dispatch.editor.areas')}
      showSearch={{ filterTreeNode: (text, node) => String(node.search).includes(text.trim().toLowerCase()) }}
      listHeight={320}
      onChange={(keys: string[]) => onChange([...new Set(keys.map((key) => Number(key.split(' ')[1])))])}
    />
  )
}
