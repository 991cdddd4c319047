import { useNavigate, useSearch } from '@tanstack/react-router'
import { createContext, useCallback, useContext } from 'react'
import type { Language, Theme } from '../map/scene.ts'
import { preferences } from '../state/preferences.ts'
import type { ViewSearch } from '../state/viewSearch.ts'

/**
 * Parts of the view that are different below here, and how they are changed: the second map of a comparison looks at
 * another window, other kinds or other boundaries, with the same components.
 */
export interface OtherView {
  view: Partial<ViewSearch>
  change: (change: Partial<ViewSearch>, options?: ChangeOptions) => void
}

export const OtherViewContext = createContext<OtherView | null>(null)

/** The view in the URL. Pass a selector to be rendered only when that part changes. */
export function useView(): ViewSearch
export function useView<Part>(select: (view: ViewSearch) => Part): Part
export function useView<Part>(select?: (view: ViewSearch) => Part): Part | ViewSearch {
  const other = useContext(OtherViewContext)?.view
  return useSearch({
    strict: false,
    select: (view: ViewSearch) => {
      const seen = other ? { ...view, ...other } : view
      return select ? select(seen) : seen
    },
  })
}

export interface ChangeOptions {
  /** True where "back" should not stop: moves of the map, sliders. Default false. */
  replace?: boolean
}

/** Changes parts of the view; a part set to undefined goes back to its default. */
export function useChangeView(): (change: Partial<ViewSearch>, options?: ChangeOptions) => void {
  const navigate = useNavigate()
  const other = useContext(OtherViewContext)?.change
  return useCallback(
    (change, options) =>
      other
        ? other(change, options)
        : void navigate({
            to: '.',
            search: (view: ViewSearch) => ({ ...view, ...change }),
            replace: options?.replace ?? false,
            resetScroll: false,
          }),
    [navigate, other],
  )
}

export function useTheme(): Theme {
  return useView((view) => view.theme) ?? preferences.theme()
}

export function useLanguage(): Language {
  return useView((view) => view.language) ?? preferences.language()
}

/** Switches the theme, for this view and as what this browser starts with. */
export function useToggleTheme(): () => void {
  const theme = useTheme()
  const changeView = useChangeView()
  return useCallback(() => {
    const next = theme === 'dark' ? 'light' : 'dark'
    preferences.keepTheme(next)
    changeView({ theme: next }, { replace: true })
  }, [theme, changeView])
}

export function useToggleLanguage(): () => void {
  const language = useLanguage()
  const changeView = useChangeView()
  return useCallback(() => {
    const next = language === 'zh' ? 'en' : 'zh'
    preferences.keepLanguage(next)
    changeView({ language: next }, { replace: true })
  }, [language, changeView])
}
