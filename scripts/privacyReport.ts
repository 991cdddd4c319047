import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { RIGHTS, RIGHTS_OF, ROLES, type Role } from '../api/access.ts'
import { type Database, openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { commonColumns, type TableNote, tableNotes } from '../db/privacy.ts'
import { countRowsOf, listColumns, type SchemaColumn } from '../db/queries/schemaColumns.ts'
import { StartError } from '../db/startError.ts'
import { runCommand } from './command.ts'
import { readEnvironment } from './environment.ts'

/**
 * `npm run -s privacy-report [-- --out FILE]` writes the data map and the impact-assessment sheet as Markdown, from the
 * schema as it is, the notes in db/privacy.ts and the rights in api/access.ts.
 */

const USAGE = 'npm run -s privacy-report -- [--out FILE]'

const DOORS = {
  import: '导入时删除证件号、电话、车牌、邮箱 / removed at import',
  api: '接口拒收证件号、电话、车牌、邮箱 / refused by the API',
  signIn: '登录过程 / by the sign-in',
  ingest: '导入与实时接入时删除证件号、电话、车牌、邮箱 / removed at import and ingest',
}

const SUBJECTS: Record<TableNote['subject'], string> = {
  place: '地点 / place',
  event: '事件 / event',
  resource: '公共资源 / public resource',
  account: '系统账号 / account',
  record: '系统记录 / record',
  configuration: '配置 / configuration',
}

/** Risk, what is done about it, and the tests that show it. */
const MEASURES: readonly [risk: string, measure: string, shown: string][] = [
  [
    '从数据认出个人 / a row leads to a person',
    '没有人员、住户、证件、电话、车牌、人脸列；自由文本入库前清除号码 / no such columns; numbers taken out at the door',
    'tests/db/privacy.test.ts, tests/geodata/scrub.test.ts',
  ],
  [
    '从小数字认出家庭 / small counts lead to a household',
    '纠纷只按固定的区域×时段×类别发布，低于5（敏感类10）隐藏并做互补隐藏；纠纷点位不出服务器 / fixed tables, suppression with complements; dispute points never leave the server',
    'tests/api/suppression.test.ts, tests/api/disputes.test.ts',
  ],
  [
    '越权查看 / somebody looks beyond the jurisdiction',
    '默认拒绝；接口与数据库行级安全各判一次 / deny by default, decided in the API and again by row-level security',
    'tests/api/matrix.test.ts, tests/db/access.test.ts',
  ],
  [
    '查看无痕 / a look leaves no trace',
    '逐条查看、导出、登录、变更与操作同一事务写入审计；哈希链只追加 / audited in the same transaction, append-only hash chain',
    'tests/db/audit.test.ts',
  ],
  [
    '跟踪民辅警 / officers are followed',
    '单元而非个人；下勤不存；位置30天后只留微网格时长 / units, nothing off duty, 30 days',
    'tests/db/tracks.test.ts',
  ],
]

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The roles of which each may read a table, by the rights its note names. */
export function readersOf(note: TableNote): Role[] {
  return ROLES.filter((role) => RIGHTS_OF[role].some((right) => note.rights.includes(right)))
}

/** @throws Error naming the tables and columns that db/privacy.ts does not speak of. */
export function requireNotes(columns: readonly SchemaColumn[]): void {
  const missing = columns
    .filter(
      ({ table, column }) =>
        !(tableNotes[table]?.columns?.[column] ?? (tableNotes[table] && commonColumns[column])),
    )
    .map(({ table, column }) => `${table}.${column}`)
  if (missing.length === 0) return
  throw new Error(`Expected a line in db/privacy.ts for each column, found none for ${missing.join(', ')}.`)
}

function columnRows(table: string, columns: readonly SchemaColumn[]): string[][] {
  const { columns: own = {}, freeText = {} } = tableNotes[table]
  return columns
    .filter((column) => column.table === table)
    .map(({ column, type }) => {
      const door = freeText[column]
      return [`\`${column}\``, type, own[column] ?? commonColumns[column], door ? DOORS[door] : '']
    })
}

/** The sheet as Markdown. */
export async function privacyReport(db: Database, now: Date): Promise<string> {
  const columns = await listColumns(db)
  requireNotes(columns)
  const tables = [...new Set(columns.map(({ table }) => table))]
  const rows = await countRowsOf(db, tables)
  const cities = await db.query<{ code: string; name_zh: string; synthetic: boolean }>(
    'SELECT code, name_zh, synthetic FROM cities ORDER BY code',
  )
  return `# 数据地图与个人信息保护影响评估表 / Data map and impact assessment

生成时间 / made at: ${now.toISOString()} · 数据库 / database: ${db.kind}
城市 / cities: ${cities.map(({ code, name_zh, synthetic }) => `${name_zh} (${code}${synthetic ? '，合成数据 synthetic' : ''})`).join('；') || '—'}

本表由数据库结构、db/privacy.ts 与 api/access.ts 生成；结构中每一列都必须在此出现，否则生成失败。
Made from the schema, db/privacy.ts and api/access.ts; a column that is not explained makes it fail.

## 1. 不处理的内容 / Never held

不保存个人、住户、证件号、电话、车牌、人脸或“重点人员”数据；不做人脸比对；不对个人评分、排名或预测；摄像机只有设备台账，不存视频。
No person, household, ID number, phone, plate, face or "key person" data; no matching, scoring, ranking or prediction of persons; cameras are devices, no video.

## 2. 数据地图 / Data map

${markdownTable(
  ['表 / table', '行数 / rows', '用途 / purpose', '对象 / about', '保存期限 / kept', '可读角色 / roles'],
  tables.map((table) => {
    const note = tableNotes[table]
    return [
      `\`${table}\``,
      String(rows.get(table)),
      `${note.purpose.zh} / ${note.purpose.en}`,
      SUBJECTS[note.subject],
      `${note.kept.zh} / ${note.kept.en}`,
      readersOf(note).join(', ') || '仅服务器 / the server only',
    ]
  }),
)}

## 3. 各表字段 / Columns

${tables
  .map(
    (table) =>
      `### ${table}\n\n${markdownTable(['列 / column', '类型 / type', '含义 / meaning', '自由文本 / free text'], columnRows(table, columns))}`,
  )
  .join('\n\n')}

## 4. 角色与权限 / Roles and rights

${markdownTable(
  ['角色 / role', ...RIGHTS],
  ROLES.map((role) => [role, ...RIGHTS.map((right) => (RIGHTS_OF[role].includes(right) ? '●' : ''))]),
)}

## 5. 风险与措施 / Risks and measures

${markdownTable(['风险 / risk', '措施 / measure', '验证 / shown by'], MEASURES)}

## 6. 评估结论（由数据处理者填写）/ Assessment, to be filled in by the controller

处理目的是否必要 / is the purpose necessary: ________ 　对个人权益的影响 / effect on individuals: ________ 　评估人 / assessed by: ________ 　日期 / date: ________
`
}

function outFile(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { out: { type: 'string' } } }).values.out
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`选项有误（${reason}）；用法：${USAGE}`, `Bad option (${reason}); usage: ${USAGE}`, {
      cause,
    })
  }
}

async function main(): Promise<void> {
  const file = outFile(process.argv.slice(2))
  const { databaseUrl, dataDir } = readEnvironment()
  const db = await openDatabase({ databaseUrl, dataDir, holder: { task: 'privacy-report' } })
  try {
    await migrate(db)
    const report = await privacyReport(db, new Date())
    if (file === undefined) process.stdout.write(report)
    else writeFileSync(file, report)
  } finally {
    await db.close()
  }
}

if (import.meta.main) await runCommand(main)
