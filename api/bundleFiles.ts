import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { brotli, writeWhole } from './brotli.ts'

/** Good enough to answer with at once; the best takes seconds and follows in the background. */
const QUICK_QUALITY = 5
const BEST_QUALITY = 11

export interface BundleFile {
  path: string
  /** The same bytes compressed by brotli; null where compressing gains nothing (pictures). */
  compressedPath: string | null
  mediaType: string
}

/** What somebody must be able to see to be given a file. */
export interface BundleOwner {
  city: string
  right: 'map' | 'cameras.points'
  /** Key of the scope of the right (`Scope.key`). */
  scope: string
}

const MEDIA_TYPES = { bin: 'application/octet-stream', png: 'image/png' } as const
type Extension = keyof typeof MEDIA_TYPES
/** Files of a folder kept beside those in use: what a tab opened before still asks for, and other cities' after a restart. */
const KEPT = 20
const FILE = /^([0-9a-f]{32})\.(bin|png)$/

/** Packers are source files here: when one changes, what it packed before is packed again. */
function packersFingerprint(): string {
  const dir = new URL('../geodata/', import.meta.url)
  const hash = createHash('sha256')
  for (const file of readdirSync(dir).sort()) {
    if (file.endsWith('.ts')) hash.update(file).update(readFileSync(new URL(file, dir)))
  }
  return hash.digest('hex')
}

/**
 * Immutable files named after their content, kept in a directory. What they were made from is remembered by a key, so
 * that a restart packs nothing anew.
 */
export class BundleFiles {
  readonly #dir: string
  readonly #packers = packersFingerprint()
  readonly #compressing = new Set<Promise<void>>()
  /** Key files asked for since the start. */
  readonly #used = new Set<string>()
  /** Whose each file is, by folder and then by name; read from the key files when first asked for. */
  readonly #owners = new Map<string, Promise<Map<string, BundleOwner[]>>>()
  #closed = false
  #pruning = Promise.resolve()

  constructor(dir: string) {
    this.#dir = dir
  }

  /**
   * The name of the file for a key, made by `pack` unless it is already there.
   * @param key What the content depends on besides the packers; the same key always means the same content.
   * @param owner Who may be given it: beside the others whose content is the very same.
   */
  async ensure(
    folder: string,
    { extension, key, owner }: { extension: Extension; key: string; owner: BundleOwner },
    pack: () => Promise<Uint8Array>,
  ): Promise<string> {
    const name = await this.#file(folder, { extension, key, owner }, pack)
    const owners = await this.#ownersIn(folder)
    const known = owners.get(name) ?? []
    if (!known.some((other) => sameOwner(other, owner))) owners.set(name, [...known, owner])
    return name
  }

  async #file(
    folder: string,
    { extension, key, owner }: { extension: Extension; key: string; owner: BundleOwner },
    pack: () => Promise<Uint8Array>,
  ): Promise<string> {
    const ownKey = `${this.#packers} ${key} ${JSON.stringify(owner)}`
    const keyFile = join(this.#dir, folder, `${sha256(ownKey)}.key`)
    if (existsSync(keyFile)) {
      const { name } = readKey(await readFile(keyFile, 'utf8'))
      if (existsSync(join(this.#dir, folder, name))) {
        await this.#use(keyFile)
        if (extension === 'bin') this.#compressBest(folder, name)
        return name
      }
    }
    const bytes = await pack()
    const name = `${sha256(bytes)}.${extension}`
    const path = join(this.#dir, folder, name)
    await mkdir(join(this.#dir, folder), { recursive: true })
    if (extension === 'bin') await writeWhole(`${path}.quick.br`, await brotli(bytes, QUICK_QUALITY))
    await writeWhole(path, bytes)
    await writeWhole(keyFile, JSON.stringify({ name, owner }))
    this.#used.add(keyFile)
    // One after the other: each must find what it reads.
    this.#pruning = this.#pruning.then(() => this.#prune(folder))
    await this.#pruning
    if (extension === 'bin') this.#compressBest(folder, name)
    return name
  }

  /** The time of a key file is the time of its last use, across restarts. */
  async #use(keyFile: string): Promise<void> {
    if (this.#used.has(keyFile)) return
    this.#used.add(keyFile)
    const now = new Date()
    await utimes(keyFile, now, now)
  }

  /** Removes what was used longest ago, so that a city written anew every day does not fill the disk. */
  async #prune(folder: string): Promise<void> {
    const dir = join(this.#dir, folder)
    const files = await readdir(dir)
    const keys = await Promise.all(
      files
        .filter((file) => file.endsWith('.key'))
        .map(async (file) => {
          const path = join(dir, file)
          return { path, ...readKey(await readFile(path, 'utf8')), usedAt: (await stat(path)).mtimeMs }
        }),
    )
    const idle = keys.filter(({ path }) => !this.#used.has(path)).sort((a, b) => b.usedAt - a.usedAt)
    const dropped = idle.slice(KEPT)
    const kept = new Set(keys.filter((key) => !dropped.includes(key)).map(({ name }) => name))
    for (const { path } of dropped) await rm(path, { force: true })
    const gone = new Set(dropped.map(({ name }) => name).filter((name) => !kept.has(name)))
    for (const file of files) {
      const content = file.replace(/(\.quick)?\.br$/, '')
      if (gone.has(content)) await rm(join(dir, file), { force: true })
    }
  }

  /** Who may be given a file; nobody for a name that no file has. Files of before this start keep theirs. */
  async owners(folder: string, name: string): Promise<readonly BundleOwner[]> {
    if (!this.find(folder, name)) return []
    return (await this.#ownersIn(folder)).get(name) ?? []
  }

  #ownersIn(folder: string): Promise<Map<string, BundleOwner[]>> {
    const known = this.#owners.get(folder)
    if (known) return known
    const read = this.#readOwners(join(this.#dir, folder))
    this.#owners.set(folder, read)
    read.catch(() => this.#owners.delete(folder))
    return read
  }

  async #readOwners(dir: string): Promise<Map<string, BundleOwner[]>> {
    const owners = new Map<string, BundleOwner[]>()
    const files = existsSync(dir) ? await readdir(dir) : []
    for (const file of files.filter((each) => each.endsWith('.key'))) {
      const { name, owner } = readKey(await readFile(join(dir, file), 'utf8'))
      if (owner) owners.set(name, [...(owners.get(name) ?? []), owner])
    }
    return owners
  }

  /** The file of a name, or undefined when there is none; any text may be asked for. */
  find(folder: string, name: string): BundleFile | undefined {
    const match = FILE.exec(name)
    if (!match || !/^[a-z]+$/.test(folder)) return undefined
    const path = join(this.#dir, folder, name)
    if (!existsSync(path)) return undefined
    return {
      path,
      compressedPath: [`${path}.br`, `${path}.quick.br`].find((candidate) => existsSync(candidate)) ?? null,
      mediaType: MEDIA_TYPES[match[2] as Extension],
    }
  }

  #compressBest(folder: string, name: string): void {
    const path = join(this.#dir, folder, name)
    if (this.#closed || existsSync(`${path}.br`)) return
    const work = readFile(path)
      .then((bytes) => brotli(bytes, BEST_QUALITY))
      .then((compressed) => writeWhole(`${path}.br`, compressed))
      .catch((error: Error) => console.error(`could not compress ${path}: ${error.message}`))
      .finally(() => this.#compressing.delete(work))
    this.#compressing.add(work)
  }

  /** Waits for what is being compressed. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#compressing)
  }
}

const keyText = z.object({
  name: z.string(),
  owner: z.object({ city: z.string(), right: z.enum(['map', 'cameras.points']), scope: z.string() }),
})

/** What a key file says: name of the file and whose it is. One that cannot be read names no file: it is packed again. */
function readKey(text: string): { name: string; owner: BundleOwner | null } {
  try {
    return keyText.parse(JSON.parse(text))
  } catch {
    return { name: '', owner: null }
  }
}

function sameOwner(one: BundleOwner, other: BundleOwner): boolean {
  return one.city === other.city && one.right === other.right && one.scope === other.scope
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}
