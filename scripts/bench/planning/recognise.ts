import { readArcRouting } from './arcRouting.ts'
import { isUnitGraph, readDistricting } from './districting.ts'
import type { Instance, Known } from './instance.ts'
import { readCovering, readPMedian, readRailCover, readSetCover } from './orLibrary.ts'
import { readSolomon } from './solomon.ts'
import { readTsplib } from './tsplib.ts'

/** An instance by what its file holds, never by its name. @throws Error that says why it is none. */
export function recognise(raw: string, known: Known): Instance {
  // Marks some editors and DOS leave at a file's beginning and end, and the ends of lines of all systems.
  const text = raw
    .replace(/^(\uFEFF|\u00EF\u00BB\u00BF)/, '')
    .replace(/\r\n?/g, '\n')
    .replaceAll('\u001A', '')
  if (/^\s*[{[]/.test(text)) return fromJson(text, known)
  if (/LISTA_ARISTAS_REQ|REQUIRED EDGES|LIST_REQ_EDGES/i.test(text)) return readArcRouting(text, known)
  if (/^\s*(?:NODE_COORD_SECTION|EDGE_WEIGHT_SECTION)/im.test(text)) return readTsplib(text, known)
  if (/^\s*CUST[\s_.]*NO/im.test(text) && /^\s*VEHICLE/im.test(text)) return readSolomon(text, known)
  if (/[a-z]/i.test(text.replace(/e[+-]?\d/gi, ''))) {
    const covering = readCovering(text, known)
    if (covering) return covering
    throw new Error('Expected one of the formats read, found none of their words.')
  }
  const numbers = text
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  if (numbers.some(Number.isNaN)) throw new Error('Expected numbers, found something else.')
  const instance =
    readPMedian(numbers, known) ??
    readCovering(text, known) ??
    readSetCover(numbers, known) ??
    readRailCover(numbers, known)
  if (instance) return instance
  throw new Error(
    `Expected p-median, set covering or covering numbers; these ${numbers.length} add up to none of them.`,
  )
}

/** Larson's worked example by classes of atoms, or a dual graph of districts. */
function fromJson(text: string, known: Known): Instance {
  const given = JSON.parse(text) as {
    mu?: number
    N?: number
    classes?: { rate: number; pref: number[] }[]
    workloads?: number[]
    [more: string]: unknown
  }
  if (isUnitGraph(given)) return readDistricting(given, known)
  const { mu, N: units, classes, workloads } = given
  if (mu === undefined || units === undefined || !Array.isArray(classes) || !Array.isArray(workloads)) {
    throw new Error('Expected a case of the hypercube or a dual graph, found other JSON.')
  }
  return {
    family: 'hypercube',
    workloads,
    known,
    problem: {
      arrivals: classes.map(({ rate }) => rate),
      serviceRates: Array<number>(units).fill(mu),
      preferences: classes.map(({ pref }) => pref.map((unit) => unit - 1)),
      whenAllBusy: 'wait',
    },
  }
}
