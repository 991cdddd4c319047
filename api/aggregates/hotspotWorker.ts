import { parentPort } from 'node:worker_threads'
import { type HotspotTasks, hotspotTasks } from './hotspotTasks.ts'

/** The thread of hotspotThread.ts: one task after the other. */

export type TaskMessage = {
  [Name in keyof HotspotTasks]: { name: Name; input: Parameters<HotspotTasks[Name]>[0] }
}[keyof HotspotTasks]

export type TaskReply =
  | { result: ReturnType<HotspotTasks[keyof HotspotTasks]> }
  /** `refused`: the question was too large, not wrong. */
  | { refused: boolean; message: string }

function run(message: TaskMessage): ReturnType<HotspotTasks[keyof HotspotTasks]> {
  switch (message.name) {
    case 'contiguity':
      return hotspotTasks.contiguity(message.input)
    case 'areas':
      return hotspotTasks.areas(message.input)
    case 'density':
      return hotspotTasks.density(message.input)
    case 'nearRepeat':
      return hotspotTasks.nearRepeat(message.input)
  }
}

parentPort?.on('message', (message: TaskMessage) => {
  const reply = (answer: TaskReply) => parentPort?.postMessage(answer)
  try {
    reply({ result: run(message) })
  } catch (error) {
    reply({
      refused: error instanceof RangeError,
      message: error instanceof Error ? error.message : String(error),
    })
  }
})
