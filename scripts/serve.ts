import { createServer } from 'node:net'
import type { MadeAccount } from '../api/people/firstAccounts.ts'
import type { RunningServer } from '../api/server.ts'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { isNewPglite } from '../db/pglite.ts'
import { hasCity } from '../db/queries/cities.ts'
import { StartError } from '../db/startError.ts'
import { type CityGenerator, startCityGenerator } from './cityGenerator.ts'
import { defaultCity } from './cityOptions.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { Progress } from './progress.ts'
import { seedIfEmpty, seedStages } from './seedCity.ts'
import { buildWeb, webDir, webIsStale } from './webBuild.ts'

function portFailure({ host, port }: Environment, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'EADDRINUSE') {
    return new StartError(
      `端口 ${port} 已被其他程序占用；请停止该程序，或用 PORT 指定另一个端口，例如 PORT=${port + 1} npm start。`,
      `Port ${port} is in use by another program: stop that one, or choose another port, e.g. PORT=${port + 1} npm start.`,
      { cause: error },
    )
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new StartError(
      `无法在 ${host}:${port} 上监听（${error.code}）；请用 HOST 和 PORT 指定本机可用的地址和端口。`,
      `This machine cannot listen on ${host}:${port} (${error.code}): set HOST and PORT to an address and port it has.`,
      { cause: error },
    )
  }
  return error
}

/** Tells of a taken port before a minute is spent on a city. */
async function checkPort(env: Environment): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen(env.port, env.host, resolve)
    })
  } catch (error) {
    throw portFailure(env, error)
  }
  await new Promise((resolve) => probe.close(resolve))
}

/** A certificate renewed meanwhile is taken up without a pause; one that cannot be used leaves the old one in place. */
function renewCertificate(server: RunningServer): void {
  try {
    server.renewCertificate()
    console.log('证书已重新读取 / certificate read anew')
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error)
  }
}

/** Shown once, stored nowhere. */
function printDemoAccounts(accounts: MadeAccount[]): void {
  if (accounts.length === 0) return
  const width = Math.max(...accounts.map(({ userName }) => userName.length))
  console.log(
    '演示账号（密码只显示这一次）/ demo accounts (their passwords are shown this once):\n' +
      accounts
        .map(({ userName, password, roles }) => `  ${userName.padEnd(width)}  ${password}  ${roles}`)
        .join('\n'),
  )
}

function printRecovered(userName: string, recovered: MadeAccount | undefined): void {
  console.log(
    recovered
      ? `账号 ${userName} 的新密码（只显示这一次，首次登录须修改；下次启动前请移除 GRIDWALL_RECOVER）/ new password of ${userName} (shown this once, to be changed at the first sign-in; take GRIDWALL_RECOVER away before the next start): ${recovered.password}`
      : `没有名为 ${userName} 的账号（GRIDWALL_RECOVER）。/ There is no account ${userName} (GRIDWALL_RECOVER).`,
  )
}

function warnOfPlainHttp({ host, certificate, trustedProxies }: Environment): void {
  if (certificate || trustedProxies.length > 0 || ['127.0.0.1', '::1', 'localhost'].includes(host)) return
  console.warn(
    `警告：正在 ${host} 上以明文 HTTP 提供服务，密码和数据可被同一网络中的他人读取；请配置 TLS_CERT_FILE 和 TLS_KEY_FILE，或置于 TLS 反向代理之后（TRUST_PROXY）。\n` +
      `Warning: serving plain HTTP on ${host}: passwords and data can be read by others on the network. Set TLS_CERT_FILE and TLS_KEY_FILE, or put a proxy that speaks TLS in front (TRUST_PROXY).`,
  )
}

/** `npm start`: sets up what is missing, serves, and says `ready <url>`. `--without-web` leaves the web part to Vite. */
export async function serve(): Promise<void> {
  const env = readEnvironment()
  const { host, port, dataDir, databaseUrl, adminPassword, certificate, trustedProxies, limitFactor } = env
  const stale = !process.argv.includes('--without-web') && webIsStale()
  const progress = new Progress([
    ...seedStages,
    ...(stale ? [{ key: 'web', title: '构建网页 web', weight: 4 }] : []),
  ])
  const report = progress.report.bind(progress)

  let generator: CityGenerator | undefined
  let web: Promise<void> = Promise.resolve()
  const begin = () => {
    if (stale) {
      report('web', 0)
      web = buildWeb().then(() => report('web', 1))
      // Awaited below; a failure before that must not end the process without its sentence.
      web.catch(() => undefined)
    }
  }

  if (databaseUrl) await checkPort(env)
  // The server's modules load while PGlite compiles in the background.
  const api = import('../api/server.ts')
  api.catch(() => undefined)
  const db = await openDatabase({
    databaseUrl,
    dataDir,
    holder: { task: 'serve', url: `${certificate ? 'https' : 'http'}://${host}:${port}` },
    onLocked() {
      begin()
      if (isNewPglite(dataDir)) generator = startCityGenerator(defaultCity())
    },
  })
  if (databaseUrl) begin()
  else await checkPort(env)
  await migrate(db)
  if (!(await hasCity(db))) {
    await seedIfEmpty(db, generator ?? startCityGenerator(defaultCity()), report)
  }
  const demo = defaultCity().city
  const withoutDemo = !(await hasCity(db, demo))
  await web
  progress.end()

  const { startServer } = await api
  const server = await startServer({
    database: db,
    host,
    port,
    dataDir,
    webDir,
    adminPassword,
    demo: env.demo,
    recoverUser: env.recoverUser,
    oidc: env.oidc,
    publicUrl: env.publicUrl,
    certificate,
    trustedProxies,
    limitFactor,
  }).catch((error) => {
    throw portFailure(env, error)
  })
  // Before `ready` is said: whoever hears it may stop the server at once.
  let stopping = false
  async function stop(): Promise<void> {
    if (stopping) process.exit(1)
    stopping = true
    await server.close()
    await db.close()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  if (certificate) process.on('SIGHUP', () => renewCertificate(server))

  if (withoutDemo) {
    console.log(
      `库中已有其他城市，没有生成演示城市；需要时运行 npm run seed -- --city ${demo}\nThe database holds other cities, so no demo city was made; npm run seed -- --city ${demo} makes it.`,
    )
  }
  if (server.firstPassword) {
    console.log(`管理员用户名 / user name: admin\n初始密码 / first password: ${server.firstPassword}`)
  }
  printDemoAccounts(server.demoAccounts)
  if (env.recoverUser) printRecovered(env.recoverUser, server.recovered)
  warnOfPlainHttp(env)
  // npm does not hand a SIGHUP on: who renews has to know whom to tell.
  if (certificate) console.log(`更新证书后 / once the certificate is renewed: kill -HUP ${process.pid}`)
  console.log(`ready ${server.url}`)
}
