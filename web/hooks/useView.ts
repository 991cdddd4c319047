import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { Language, Theme } from '../map/scene.ts'
import { preferences } from '../state/preferences.ts'
import type { ViewSearch } from '../state/viewSearch.ts'

/** The view in the URL. Pass a selector to be rendered only when that part changes. */
export function useView(): ViewSearch
export function useView<Part>(select: (view: ViewSearch) => Part): Part
export function useView<Part>(select?: (view: ViewSearch) => Part): Part | ViewSearch {
  return useSearch({
    strict: false,
    select: (view: ViewSearch) => (select ? select(view) : view),
  })
}

export interface ChangeOptions {
  /** True where "back" should not stop: moves of the map, sliders. Default false. */
  replace?: boolean
}

/** Changes parts of the view; a part set to undefined goes back to its default. */
export function useChangeView(): (change: Partial<ViewSearch>, options?: ChangeOptions) => void {
  const navigate = useNavigate()
  return useCallback(
    (change, options) =>
      void navigate({
        to: '.',
        search: (view: ViewSearch) => ({ ...view, ...change }),
        replace: options?.replace ?? false,
        resetScroll: false,
      }),
    [navigate],
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
