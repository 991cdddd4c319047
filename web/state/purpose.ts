/**
 * Why single things are looked at, where a role demands to be told. Given once it holds for half an hour in this tab,
 * goes with every request as a header, and stands in the top bar.
 */
import { create } from 'zustand'
import { isPurpose, PURPOSE_HEADER, PURPOSE_MS, type Purpose, type Right } from '../../api/roles.ts'

const storageKey = 'gridwall.purpose'

interface Given {
  purpose: Purpose
  /** Epoch milliseconds at which it ends. */
  until: number
  /** Whose it is: the next person in this tab gives their own. */
  userName: string
}

interface PurposeState {
  given: Given | null
  /** What it is asked for, while the dialog is open. */
  asking: readonly Right[] | null
}

function stored(): Given | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null')
    if (typeof value !== 'object' || value === null) return null
    const { purpose, until, userName } = value as Record<string, unknown>
    if (typeof purpose !== 'string' || typeof until !== 'number' || typeof userName !== 'string') return null
    return isPurpose(purpose) && until > Date.now() ? { purpose, until, userName } : null
  } catch {
    // Storage may be forbidden or hold something else: then no purpose was given.
    return null
  }
}

function store(given: Given | null): void {
  try {
    if (given) sessionStorage.setItem(storageKey, JSON.stringify(given))
    else sessionStorage.removeItem(storageKey)
  } catch {
    // Storage can be forbidden; the purpose then lasts until the page is loaded anew.
  }
}

export const usePurposeState = create<PurposeState>(() => ({ given: stored(), asking: null }))

let end: ReturnType<typeof setTimeout> | undefined
function endInTime(given: Given | null): void {
  clearTimeout(end)
  if (given) end = setTimeout(endPurpose, Math.max(0, given.until - Date.now()))
}
endInTime(usePurposeState.getState().given)

export function givePurpose(purpose: Purpose, userName: string, now = Date.now()): void {
  const given = { purpose, userName, until: now + PURPOSE_MS }
  store(given)
  endInTime(given)
  usePurposeState.setState({ given, asking: null })
}

export function endPurpose(): void {
  store(null)
  endInTime(null)
  usePurposeState.setState({ given: null })
}

export function askPurpose(rights: readonly Right[] | null): void {
  usePurposeState.setState({ asking: rights })
}

/** The purpose that holds now; null where none does. */
export function purposeNow(): Purpose | null {
  const { given } = usePurposeState.getState()
  return given && given.until > Date.now() ? given.purpose : null
}

/** Headers of a request now. */
export function purposeHeaders(): Record<string, string> {
  const purpose = purposeNow()
  return purpose === null ? {} : { [PURPOSE_HEADER]: purpose }
}
