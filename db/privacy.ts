/**
 * What every table and column is for: the data map of `npm run privacy-report`. A test compares it with the schema, so
 * that no column comes to be without a line here, and refuses names and contents that could hold a person.
 */

export interface Words {
  zh: string
  en: string
}

/** What a row is about. None is a resident: there is no such table, and the schema test refuses one. */
export type Subject = 'place' | 'event' | 'resource' | 'account' | 'record' | 'configuration'

export interface TableNote {
  purpose: Words
  subject: Subject
  /** How long a row is kept. */
  kept: Words
  /** The rights (api/access.ts) of which one lets rows be read, inside the jurisdiction; empty: only the server itself. */
  rights: readonly string[]
  /** Columns that are not in `commonColumns`, in Chinese; English is their name. */
  columns?: Readonly<Record<string, string>>
  /** Text of somebody's choosing, and the door where numbers of persons are taken out of it or refused. */
  freeText?: Readonly<Record<string, 'import' | 'api' | 'signIn'>>
}

/** What these names mean wherever they stand. */
export const commonColumns: Readonly<Record<string, string>> = {
  city_code: '城市代码',
  id: '编号',
  version: '边界版本',
  level: '层级',
  code: '代码',
  kind: '类别',
  category: '大类',
  name_zh: '中文名称（地名、岗位或事物名）',
  name_en: '英文名称（地名、岗位或事物名）',
  synthetic: '是否合成数据',
  geom: '几何（EPSG:4326）',
  cell_id: '所在最小地块（微网格）',
  area_id: '所属区域',
  squad_id: '所属中队',
  unit_id: '巡逻单元',
  quantity: '数量',
  attributes: '其他字段（导入时只保留清单列出的列）',
  population: '人口（汇总数）',
  households: '户数（汇总数）',
  created_at: '建立时间',
  updated_at: '更新时间',
  expires_at: '到期时间',
}

const city: Words = { zh: '随城市数据保留', en: 'as long as the city' }
const account: Words = { zh: '随账号保留', en: 'as long as the account' }
const half: Words = { zh: '至少183天', en: '183 days at least' }

export const tableNotes: Readonly<Record<string, TableNote>> = {
  cities: {
    purpose: { zh: '城市与数据截至时间', en: 'cities and their as-of time' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: {
      division_code: '行政区划代码',
      time_zone: '时区',
      as_of: '数据截至时间',
      current_version: '当前边界版本',
      origin: '来源（生成参数或导入清单）',
    },
    freeText: { origin: 'import' },
  },
  boundary_versions: {
    purpose: { zh: '边界版本', en: 'versions of boundaries' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: { valid_from: '生效日', valid_to: '失效日', source: '来源', content_hash: '内容摘要' },
  },
  area_levels: {
    purpose: { zh: '区域层级', en: 'levels of areas' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: { hierarchy: '体系（行政或巡防）', rank: '次序' },
  },
  areas: {
    purpose: { zh: '区域边界与汇总人口', en: 'boundaries of areas with total residents' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: {
      parent_id: '上级区域',
      urban_rural: '城乡分类',
      area_km2: '面积（平方千米）',
      label_point: '标注点',
    },
  },
  area_lineage: {
    purpose: { zh: '边界版本之间的沿革', en: 'which area became which' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: { from_id: '前身', to_id: '后继', relation: '关系' },
  },
  cell_areas: {
    purpose: { zh: '最小地块归属', en: 'areas of each cell' },
    subject: 'place',
    kept: city,
    rights: ['map'],
  },
  kinds: {
    purpose: { zh: '事件类别', en: 'kinds of incidents' },
    subject: 'configuration',
    kept: city,
    rights: ['map'],
    columns: {
      parent_code: '上级类别',
      kind_group: '类别组',
      dispute: '是否矛盾纠纷',
      sensitive: '是否敏感类别',
      public_order: '是否治安类',
      sort: '排序',
    },
  },
  incidents: {
    purpose: {
      zh: '事件：类别、时间、地点、处置过程，不含当事人',
      en: 'incidents: kind, time, place, handling; nobody involved',
    },
    subject: 'event',
    kept: city,
    rights: [
      'counts.governance',
      'counts.publicOrder',
      'points.governance',
      'points.publicOrder',
      'disputes',
    ],
    columns: {
      source: '来源系统',
      source_id: '来源系统中的编号',
      channel: '上报渠道',
      reported_at: '上报时间',
      dispatched_at: '派单时间',
      arrived_at: '到场时间',
      closed_at: '办结时间',
      due_at: '应办结时间',
      status: '状态',
      outcome: '结果',
      resolved_level: '化解层级',
      duplicate_of: '重复于',
    },
    freeText: { attributes: 'import', source_id: 'import' },
  },
  cameras: {
    purpose: { zh: '摄像机设备台账，不含图像', en: 'camera devices, no pictures' },
    subject: 'resource',
    kept: city,
    rights: ['cameras.counts', 'cameras.points'],
    columns: {
      ownership: '公共或社会',
      owner_unit: '社会单位编号（无名称）',
      type: '类型',
      industry: '行业代码',
      direction_deg: '朝向（度）',
      field_of_view_deg: '视场角（度）',
      range_m: '可视距离（米）',
      indoor: '是否室内',
      installed_on: '安装日期',
      in_2018_register: '是否在2018年台账',
      status: '状态',
      status_since: '状态起始时间',
      retention_days: '录像保存天数（设备属性）',
    },
  },
  camera_outages: {
    purpose: { zh: '摄像机故障', en: 'outages of cameras' },
    subject: 'resource',
    kept: city,
    rights: ['cameras.counts', 'cameras.points'],
    columns: { camera_id: '摄像机', started_at: '开始时间', ended_at: '结束时间', reason: '原因' },
  },
  roads: {
    purpose: { zh: '道路', en: 'roads' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: {
      class: '等级',
      speed_kmh: '限速（千米每小时）',
      from_node: '起点',
      to_node: '终点',
      length_m: '长度（米）',
    },
  },
  waters: {
    purpose: { zh: '水系', en: 'waters' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: { width_m: '宽度（米）' },
  },
  blocks: {
    purpose: { zh: '居住街区（汇总数）', en: 'residential blocks, totals only' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: { point: '中心点' },
  },
  places: {
    purpose: { zh: '公共场所与岗点', en: 'public places and posts' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: { opened_on: '启用日期' },
  },
  projects: {
    purpose: { zh: '建设与安置项目（汇总数）', en: 'building projects, totals only' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: {
      resettled_households: '安置户数（汇总数）',
      floor_area_m2: '建筑面积（平方米）',
      land_mu: '用地（亩）',
      cell_ids: '涉及地块',
    },
  },
  activities: {
    purpose: { zh: '宣传、培训、演练、检查等工作量', en: 'talks, drills, checks: what was done' },
    subject: 'event',
    kept: city,
    rights: ['map'],
    columns: { occurred_at: '发生时间' },
  },
  resources: {
    purpose: { zh: '计数的配置与装备', en: 'counted equipment and configuration' },
    subject: 'resource',
    kept: city,
    rights: ['patrols'],
  },
  assets: {
    purpose: { zh: '地形晕渲等不变文件', en: 'shaded relief and the like' },
    subject: 'place',
    kept: city,
    rights: ['map'],
    columns: { name: '名称', media_type: '类型', bounds: '范围', content: '内容' },
  },
  units: {
    purpose: {
      zh: '巡逻单元：呼号、类型、编制人数，不含姓名',
      en: 'patrol units: call sign, kind, strength; no names',
    },
    subject: 'resource',
    kept: city,
    rights: ['patrols'],
    columns: { call_sign: '呼号', strength: '编制人数', home_post_id: '驻点' },
  },
  patrol_routes: {
    purpose: { zh: '巡逻路线', en: 'patrol routes' },
    subject: 'resource',
    kept: city,
    rights: ['patrols'],
    columns: {
      service_mode: '勤务模式',
      length_m: '长度（米）',
      duration_s: '时长（秒）',
      road_ids: '途经道路',
    },
  },
  unit_duties: {
    purpose: { zh: '单元在勤时段（决定是否可存位置）', en: 'when units are on duty, and so may be located' },
    subject: 'resource',
    kept: city,
    rights: ['patrols'],
    columns: { started_at: '上勤时间', ended_at: '下勤时间' },
  },
  unit_positions: {
    purpose: { zh: '在勤单元的位置；下勤不存', en: 'where units on duty were; nothing off duty' },
    subject: 'resource',
    kept: { zh: '30天，之后只留每微网格巡逻时长', en: '30 days, then only minutes a micro-grid' },
    rights: ['points.publicOrder'],
    columns: { fixed_at: '定位时间', heading_deg: '航向（度）', speed_ms: '速度（米每秒）' },
  },
  patrol_minutes: {
    purpose: { zh: '每微网格每小时巡逻时长，不含单元', en: 'patrol time a micro-grid and hour, no unit' },
    subject: 'resource',
    kept: city,
    rights: ['patrols'],
    columns: { hour: '小时（UTC）', unit_kind: '单元类型', seconds: '秒数' },
  },
  imports: {
    purpose: { zh: '导入报告（已删除证件号、电话等）', en: 'reports of imports, numbers of persons removed' },
    subject: 'record',
    kept: city,
    rights: [],
    columns: { finished_at: '完成时间', report: '报告' },
    freeText: { report: 'import' },
  },
  cube_cells: {
    purpose: { zh: '计数立方体：地块次序', en: 'cube of counts: order of cells' },
    subject: 'record',
    kept: city,
    rights: [],
    columns: { ordinal: '次序' },
  },
  cube_state: {
    purpose: { zh: '计数立方体：状态', en: 'cube of counts: state' },
    subject: 'record',
    kept: city,
    rights: [],
    columns: {
      epoch: '代',
      snapshot: '快照',
      folded_at: '合并时间',
      system_identifier: '数据库标识',
      purged_xid: '已清理至',
      marked_xid: '可清理至',
      marked_at: '标记时间',
    },
  },
  cube_planes: {
    purpose: { zh: '计数立方体：累计平面', en: 'cube of counts: cumulative planes' },
    subject: 'record',
    kept: city,
    rights: [],
    columns: { node: '类别节点', until: '截至', total: '合计', counts: '各地块累计数' },
  },
  cube_changes: {
    purpose: { zh: '计数立方体：变更日志', en: 'cube of counts: log of changes' },
    subject: 'record',
    kept: { zh: '合并后清理', en: 'until folded' },
    rights: [],
    columns: { xid: '事务号', reported_at: '上报时间', n: '增减' },
  },
  settings: {
    purpose: { zh: '安装级设置', en: 'settings of the installation' },
    subject: 'configuration',
    kept: { zh: '随安装保留', en: 'as long as the installation' },
    rights: [],
    columns: { name: '名称', value: '值' },
  },
  schema_migrations: {
    purpose: { zh: '数据库结构版本', en: 'versions of the schema' },
    subject: 'configuration',
    kept: { zh: '随安装保留', en: 'as long as the installation' },
    rights: [],
    columns: { number: '序号', name: '名称', checksum: '摘要', applied_at: '应用时间' },
  },
  users: {
    purpose: { zh: '系统账号：岗位名，不是真实姓名', en: 'accounts: names of posts, not of people' },
    subject: 'account',
    kept: account,
    rights: ['people', 'grants', 'audit.read'],
    columns: {
      name: '岗位名',
      email: '占位地址（由用户名生成，@gridwall.invalid，从不收信）',
      email_verified: '登录组件要求的列',
      image: '登录组件要求的列，不使用',
      username: '用户名',
      display_username: '用户名（原样）',
      disabled_at: '停用时间',
      password_changed_at: '口令更换时间',
      must_change_password: '是否须更换口令',
      two_factor_enabled: '是否启用第二因素',
    },
    freeText: { name: 'api', username: 'api' },
  },
  sessions: {
    purpose: { zh: '登录会话', en: 'sessions' },
    subject: 'account',
    kept: { zh: '至会话结束', en: 'until it ends' },
    rights: ['people'],
    columns: {
      user_id: '账号',
      token: '会话令牌',
      ip_address: '登录地址',
      user_agent: '浏览器',
      used_at: '最近使用',
      method: '登录方式',
    },
  },
  accounts: {
    purpose: { zh: '登录凭据（口令散列、统一登录标识）', en: 'credentials: password hashes, single sign-on' },
    subject: 'account',
    kept: account,
    rights: [],
    columns: {
      user_id: '账号',
      account_id: '登录方标识',
      provider_id: '登录方',
      access_token: '统一登录令牌',
      refresh_token: '统一登录令牌',
      id_token: '统一登录令牌',
      access_token_expires_at: '令牌到期',
      refresh_token_expires_at: '令牌到期',
      scope: '范围',
      password: '口令散列',
    },
  },
  verifications: {
    purpose: { zh: '登录过程中的一次性值', en: 'one-time values of a sign-in' },
    subject: 'account',
    kept: { zh: '数分钟', en: 'minutes' },
    rights: [],
    columns: { identifier: '标识', value: '值' },
  },
  two_factors: {
    purpose: { zh: '第二因素（加密保存）', en: 'second factors, encrypted' },
    subject: 'account',
    kept: account,
    rights: [],
    columns: {
      user_id: '账号',
      secret: '密钥（加密）',
      backup_codes: '备用码（加密）',
      verified: '是否已验证',
      failed_verification_count: '失败次数',
      locked_until: '锁定至',
    },
  },
  second_factor_codes: {
    purpose: { zh: '用过的动态码（散列），防止重用', en: 'used codes, hashed, so that none works twice' },
    subject: 'account',
    kept: { zh: '数分钟', en: 'minutes' },
    rights: [],
    columns: { user_id: '账号', code_hash: '散列', tried_at: '时间' },
  },
  password_history: {
    purpose: { zh: '旧口令散列，防止重用', en: 'hashes of old passwords, so that none returns' },
    subject: 'account',
    kept: account,
    rights: [],
    columns: { user_id: '账号', hash: '散列', replaced_at: '更换时间' },
  },
  sign_in_failures: {
    purpose: { zh: '登录失败计数与锁定', en: 'failed sign-ins and locks' },
    subject: 'account',
    kept: { zh: '至锁定解除', en: 'until the lock ends' },
    rights: [],
    columns: { subject: '账号或地址', failures: '次数', last_at: '最近一次', blocked_until: '锁定至' },
  },
  account_rules: {
    purpose: { zh: '口令、会话与第二因素规则', en: 'rules for passwords, sessions and second factors' },
    subject: 'configuration',
    kept: { zh: '随安装保留', en: 'as long as the installation' },
    rights: ['grants'],
    columns: { single: '唯一行', rules: '规则', changed_at: '更改时间', changed_by: '更改账号' },
  },
  kiosks: {
    purpose: { zh: '大屏令牌（散列）', en: 'wall screens and their hashed tokens' },
    subject: 'account',
    kept: account,
    rights: ['grants'],
    columns: {
      user_id: '账号',
      name: '屏幕名',
      token_hash: '令牌散列',
      created_by: '建立账号',
      revoked_at: '撤销时间',
    },
    freeText: { name: 'api' },
  },
  grants: {
    purpose: { zh: '账号的角色与辖区', en: 'roles and jurisdictions of accounts' },
    subject: 'account',
    kept: account,
    rights: ['grants'],
    columns: {
      person_id: '账号',
      role: '角色',
      area_version: '辖区所属边界版本',
      area_level: '辖区层级',
      area_code: '辖区代码',
      created_by: '授予账号',
    },
  },
  role_rights: {
    purpose: { zh: '角色权限表', en: 'what each role may' },
    subject: 'configuration',
    kept: { zh: '随安装保留', en: 'as long as the installation' },
    rights: [],
    columns: { role: '角色', right_name: '权限', purpose_demanded: '是否须说明目的' },
  },
  audit: {
    purpose: { zh: '谁在何时何地看了或改了什么', en: 'who saw or changed what, where, when, why' },
    subject: 'record',
    kept: half,
    rights: ['audit.read'],
    columns: {
      at: '时间',
      xid: '事务号',
      person_id: '账号',
      user_name: '用户名',
      roles: '角色',
      session_id: '会话',
      address: '登录地址',
      action: '动作',
      target: '对象',
      rows: '行数',
      box: '范围',
      purpose: '目的代码',
      detail: '详情',
    },
    freeText: { detail: 'api' },
  },
  audit_links: {
    purpose: { zh: '审计哈希链', en: 'hash chain of the audit' },
    subject: 'record',
    kept: half,
    rights: [],
    columns: { seq: '序号', row_hash: '行摘要', chain_hash: '链摘要' },
  },
  audit_seals: {
    purpose: { zh: '审计封存批次', en: 'sealed batches of the audit' },
    subject: 'record',
    kept: half,
    rights: [],
    columns: {
      number: '批次',
      first_seq: '起',
      last_seq: '止',
      head: '链头',
      sealed_at: '封存时间',
      snapshot: '快照',
      system_identifier: '数据库标识',
      anchor: '锚',
      hash: '摘要',
    },
  },
  audit_anchors: {
    purpose: { zh: '到期清理后的链起点', en: 'where the chain begins after retention' },
    subject: 'record',
    kept: { zh: '随安装保留', en: 'as long as the installation' },
    rights: [],
    columns: {
      seal: '批次',
      seq: '序号',
      head: '链头',
      seal_hash: '批次摘要',
      keep_days: '保留天数',
      removed: '清理行数',
      made_at: '时间',
      xid: '事务号',
    },
  },
}

/** Names that a column for a person would have. */
export const PERSON_COLUMN =
  /(^|_)(phone|mobile|tel|telephone|id_?(card|number|no)|identity|citizen|plate|licen[cs]e_plate|face|photo|portrait|fingerprint|birth(day|date)?|gender|sex|nation(ality)?|ethnic|resident_?(id|name)?|person_?(name)?|surname|given_name|first_name|last_name|email|wechat|passport|address|household_?(id|head|no)|victim|suspect|complainant|reporter|party)(_|$)/

/** Columns whose names match, and why they hold no resident. */
export const personColumnReasons: Readonly<Record<string, string>> = {
  'users.email':
    'better-auth wants the column; ours is the user name at gridwall.invalid, which receives nothing',
  'users.email_verified': 'better-auth wants the column',
  'sessions.ip_address': 'the machine an account signs in from',
  'audit.address': 'the machine an account acted from',
  'audit.person_id': 'an account',
  'grants.person_id': 'an account',
}
