import type { ManifestFile } from './manifest.ts'
import type { Tally } from './report.ts'
import type { ImportStore } from './store.ts'
import { openTextFile, type TextFile } from './textFile.ts'

export interface ImportProgress {
  file: string
  step: 'reading' | 'storing'
  /** Of this step of this file, 0 … 1. */
  share: number
}

/** One import under way: what all its steps work with. */
export interface ImportRun {
  manifest: ManifestFile['manifest']
  store: ImportStore
  tally: Tally
  /** Told often. */
  onProgress(progress: ImportProgress): void
  open(source: { file: string }): TextFile
}

/**
 * Opens every file of the manifest, so that one that is missing is told before the first hour of reading, not after.
 * @throws ImportRefusal when a file is missing, no file, or empty.
 */
export function startRun(
  { manifest, pathOf }: ManifestFile,
  store: ImportStore,
  tally: Tally,
  onProgress: ImportRun['onProgress'],
): ImportRun {
  const files = manifest.sources.map((source) => ({
    source,
    text: openTextFile(source.file, pathOf(source.file), source.encoding),
  }))
  return {
    manifest,
    store,
    tally,
    onProgress,
    open(source) {
      const found = files.find((file) => file.source === source)
      if (!found) throw new Error(`${source.file} is no source of this run.`)
      return found.text
    },
  }
}
