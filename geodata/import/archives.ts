/** Begins of files that hold other files, or packed ones: [what it is called, where, hexadecimal bytes]. Source: their formats. */
const BEGINS: readonly [name: string, at: number, hex: string][] = [
  ['a zip archive', 0, '504b0304'],
  ['an empty zip archive', 0, '504b0506'],
  ['a part of a zip archive', 0, '504b0708'],
  ['a 7z archive', 0, '377abcaf271c'],
  ['a RAR archive', 0, '526172211a07'],
  ['a tar archive', 257, '7573746172'],
  ['a gzip file', 0, '1f8b08'],
  ['a bzip2 file', 0, '425a68'],
  ['an xz file', 0, 'fd377a585a00'],
  ['a Zstandard file', 0, '28b52ffd'],
]

/** What a file is that begins with these bytes (262 tell), where it is an archive or a packed file; else undefined. */
export function archiveBeginning(bytes: Uint8Array): string | undefined {
  const begin = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 262))
  return BEGINS.find(([, at, hex]) => begin.subarray(at, at + hex.length / 2).toString('hex') === hex)?.[0]
}
