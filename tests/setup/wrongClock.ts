/**
 * For `--import`: lets a process's Date be wrong by CLOCK_OFF_S seconds, and by CLOCK_JUMPS_TO_S from a SIGUSR2 on. Timers
 * and everything else of it go right.
 */
const right = Date.now
let offMs = 1000 * Number(process.env.CLOCK_OFF_S)

Date.now = () => right() + offMs
globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? args : [Date.now()], made),
})
process.on('SIGUSR2', () => {
  offMs = 1000 * Number(process.env.CLOCK_JUMPS_TO_S)
})
