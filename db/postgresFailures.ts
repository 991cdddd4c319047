import { StartError } from './startError.ts'

interface Target {
  user: string
  host: string
  port: string
  database: string
}

function target(databaseUrl: string): Target {
  try {
    const url = new URL(databaseUrl)
    return {
      user: decodeURIComponent(url.username) || 'postgres',
      host: url.hostname || 'localhost',
      port: url.port || '5432',
      database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    }
  } catch (cause) {
    throw new StartError(
      'DATABASE_URL 不是有效的地址；应形如 postgres://用户:密码@主机:5432/数据库。',
      'DATABASE_URL is not a valid address: write it as postgres://user:password@host:5432/database.',
      { cause },
    )
  }
}

function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** The sentence for a connection that could not be made. Passwords are never repeated. */
export function connectionFailure(databaseUrl: string, error: unknown): StartError {
  if (error instanceof StartError) return error
  const { user, host, port, database } = target(databaseUrl)
  const reason = error instanceof Error ? error.message : String(error)
  const options = { cause: error }
  const code = errorCode(error)
  // pg reports a missing password as a failure of its own SCRAM code, without a code.
  if (code === '28P01' || reason.includes('password must be a')) {
    return new StartError(
      `数据库 ${host}:${port} 不接受用户 ${user} 的密码；请改正 DATABASE_URL 中的用户名和密码。`,
      `The database at ${host}:${port} does not accept the password of user ${user}: correct the user and password in DATABASE_URL.`,
      options,
    )
  }
  if (code === '28000') {
    return new StartError(
      `数据库 ${host}:${port} 不允许用户 ${user} 登录（${reason}）；请创建该用户或修改 pg_hba.conf。`,
      `The database at ${host}:${port} does not let user ${user} in (${reason}): create the user or change pg_hba.conf.`,
      options,
    )
  }
  if (code === '3D000') {
    return new StartError(
      `数据库 ${host}:${port} 上没有名为 ${database} 的库；请先创建：createdb -h ${host} -p ${port} -U ${user} ${database}`,
      `There is no database named ${database} at ${host}:${port}: create it first with createdb -h ${host} -p ${port} -U ${user} ${database}`,
      options,
    )
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new StartError(
      `找不到数据库主机 ${host}；请检查 DATABASE_URL 中的主机名和网络。`,
      `The database host ${host} cannot be found: check the host name in DATABASE_URL and the network.`,
      options,
    )
  }
  return new StartError(
    `无法连接 ${host}:${port} 上的数据库（${reason || code}）；请确认 PostgreSQL 已启动且 DATABASE_URL 正确。`,
    `The database at ${host}:${port} cannot be reached (${reason || code}): make sure that PostgreSQL is running and DATABASE_URL is right.`,
    options,
  )
}

/** @param version `server_version_num`, e.g. 140011. */
export function oldServer(version: number): StartError {
  const shown = Math.floor(version / 10_000)
  return new StartError(
    `数据库是 PostgreSQL ${shown}，GridWall 需要 15 或更高版本；请升级服务器，或去掉 DATABASE_URL 使用内置数据库。`,
    `The database is PostgreSQL ${shown} but GridWall needs 15 or newer: upgrade the server, or unset DATABASE_URL to use the built-in one.`,
  )
}

/** The sentence for a PostGIS that cannot be had, or undefined when the error is about something else. */
export function extensionFailure(error: unknown): StartError | undefined {
  const code = errorCode(error)
  const options = { cause: error }
  if (code === '0A000' || code === '58P01' || code === '22023') {
    return new StartError(
      '数据库服务器没有安装 PostGIS；请安装（Debian：apt-get install postgresql-15-postgis-3）后重新启动。',
      'PostGIS is not installed on the database server: install it (Debian: apt-get install postgresql-15-postgis-3) and start again.',
      options,
    )
  }
  if (code === '42501') {
    return new StartError(
      '数据库中还没有 PostGIS 扩展，当前用户无权创建；请由管理员在该库执行 CREATE EXTENSION postgis; 后重新启动。',
      'The database lacks the PostGIS extension and this user may not create it: have an administrator run CREATE EXTENSION postgis; in it and start again.',
      options,
    )
  }
  return undefined
}

/** @param version as PostGIS names itself, e.g. '3.1.4'. */
export function oldPostgis(version: string): StartError {
  return new StartError(
    `数据库的 PostGIS 是 ${version}，GridWall 需要 3.3 或更高版本；请升级后执行 ALTER EXTENSION postgis UPDATE;`,
    `The database has PostGIS ${version} but GridWall needs 3.3 or newer: upgrade it and run ALTER EXTENSION postgis UPDATE;`,
  )
}

/** The sentence for a user who may not make tables, or undefined when the error is about something else. */
export function schemaFailure(error: unknown): StartError | undefined {
  if (error instanceof StartError || errorCode(error) !== '42501') return undefined
  return new StartError(
    '当前数据库用户无权建表；请由管理员执行 GRANT CREATE ON SCHEMA public TO 该用户; 或把库的所有者改为该用户。',
    'This database user may not create tables: have an administrator run GRANT CREATE ON SCHEMA public TO the user; or make the user own the database.',
    { cause: error },
  )
}

/** The sentence for the roles that rows are read, changed and taken in as, or undefined when the error is about something else. */
export function rolesFailure(error: unknown): StartError | undefined {
  const code = errorCode(error)
  const detail = typeof error === 'object' && error !== null && 'detail' in error ? String(error.detail) : ''
  if (code === 'GW001') {
    const sql = `CREATE ROLE gridwall_reader NOLOGIN; CREATE ROLE gridwall_writer NOLOGIN; CREATE ROLE gridwall_ingest NOLOGIN; GRANT gridwall_reader, gridwall_writer, gridwall_ingest TO "${detail.replaceAll('"', '""')}";`
    return new StartError(
      `当前数据库用户无权创建角色，而 GridWall 以单独的角色读取每个人有权看到的数据；请由管理员执行 ${sql} 后重新启动。`,
      `This database user may not create roles, and GridWall reads what a person may see as a role of its own: have an administrator run ${sql} and start again.`,
      { cause: error },
    )
  }
  if (code === 'GW002') {
    return new StartError(
      `数据库角色 ${detail} 可以登录或绕过行级安全，不能用来限制所见；请由管理员执行 ALTER ROLE ${detail} NOLOGIN NOSUPERUSER NOBYPASSRLS; 后重新启动。`,
      `The database role ${detail} can log in or bypasses row-level security, so that it limits nothing: have an administrator run ALTER ROLE ${detail} NOLOGIN NOSUPERUSER NOBYPASSRLS; and start again.`,
      { cause: error },
    )
  }
  return undefined
}
