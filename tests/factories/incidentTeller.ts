import { setTimeout as wait } from 'node:timers/promises'

const DAY_MS = 86_400_000

const toyItem = (name: string, index: number) => ({
  id: `${name}-${index}`,
  kind: '020000',
  lng: 104.4 + (index % 50) / 10_000,
  lat: 28.505,
  // A source whose clock is days behind, and one that is ahead, among the right ones.
  reportedAt: new Date(
    Date.now() + (index % 5 === 0 ? -3 * DAY_MS : index % 7 === 0 ? 90_000 : 0),
  ).toISOString(),
})

/** Tells a server of one incident in the toy city after the other, each until it is acknowledged. */
export class IncidentTeller {
  /** Ids by the source's own names, in their order. */
  readonly acknowledged: string[] = []
  refusals = 0
  private going = true
  private readonly work: Promise<void>

  /** @param urls Servers, tried in turn. @param name Of its incidents: ids are told once each. */
  constructor(urls: readonly string[], token: string, name = 'told') {
    this.work = this.tell(urls, token, name)
  }

  async stop(): Promise<void> {
    this.going = false
    await this.work
  }

  /** Until something more is acknowledged. */
  async goesOn(): Promise<void> {
    const { length } = this.acknowledged
    while (this.acknowledged.length === length) await wait(20)
  }

  private async tell(urls: readonly string[], token: string, name: string): Promise<void> {
    for (let index = 0; this.going; index += 1) {
      const item = toyItem(name, index)
      for (let turn = index; !(await this.isTaken(urls[turn % urls.length], token, item)); turn += 1) {
        this.refusals += 1
        await wait(100)
      }
      this.acknowledged.push(item.id)
      await wait(30)
    }
  }

  private async isTaken(url: string, token: string, item: ReturnType<typeof toyItem>): Promise<boolean> {
    try {
      const answer = await fetch(`${url}/ingest/incidents`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(item),
      })
      const { accepted = 0, unchanged = 0 } = (await answer.json()) as {
        accepted?: number
        unchanged?: number
      }
      return answer.ok && accepted + unchanged === 1
    } catch {
      // Cut off or not there: told again, and taken once all the same.
      return false
    }
  }
}
