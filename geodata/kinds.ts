/**
 * The kinds of incidents: 110 categories, hazards and types of disputes. Pure data, shared by generator, server and web.
 * Modelled on, not conformant with: six-digit 110 categories (first level as in public code bases), 17 types of
 * disputes with 78 sub-types (numeric codes as in public code bases, prefixed 'D'), hazards ('H') our own.
 */
import type { Names } from './city.ts'
import type { Kind, KindGroup } from './things.ts'

/** The groups in the order of legends and lists. At most eight beside disputes: colour and shape follow them. */
export const kindGroups: { group: KindGroup; name: Names }[] = [
  { group: 'criminal', name: { zh: '刑事', en: 'Criminal' } },
  { group: 'publicOrder', name: { zh: '治安', en: 'Public order' } },
  { group: 'traffic', name: { zh: '交通', en: 'Traffic' } },
  { group: 'fire', name: { zh: '火灾', en: 'Fire' } },
  { group: 'help', name: { zh: '求助', en: 'Help' } },
  { group: 'complaint', name: { zh: '投诉', en: 'Complaint' } },
  { group: 'hazard', name: { zh: '隐患', en: 'Hazard' } },
  { group: 'other', name: { zh: '其他', en: 'Other' } },
  { group: 'dispute', name: { zh: '纠纷', en: 'Dispute' } },
]

/** code, zh, en */
type Entry = readonly [string, string, string]

/** The first entry of each list is the parent of the others. */
const police: Partial<Record<KindGroup, readonly (readonly Entry[])[]>> = {
  criminal: [
    [
      ['010000', '刑事警情', 'Criminal'],
      ['010100', '盗窃', 'Theft'],
      ['010200', '入室盗窃', 'Burglary'],
      ['010300', '盗窃车辆', 'Vehicle theft'],
      ['010400', '电信网络诈骗', 'Telecom and online fraud'],
      ['010500', '其他诈骗', 'Other fraud'],
      ['010600', '故意伤害', 'Assault causing injury'],
      ['010700', '抢劫抢夺', 'Robbery'],
      ['010800', '故意毁坏财物', 'Criminal damage'],
      ['010900', '毒品犯罪', 'Drug offence'],
      ['019900', '其他刑事', 'Other criminal'],
    ],
  ],
  publicOrder: [
    [
      ['020000', '治安警情', 'Public order'],
      ['020100', '殴打他人', 'Affray'],
      ['020200', '扰乱公共秩序', 'Disorder in public'],
      ['020300', '赌博', 'Gambling'],
      ['020400', '偷窃（治安）', 'Petty theft'],
      ['020500', '损毁财物（治安）', 'Minor damage'],
      ['020600', '寻衅滋事', 'Provocation'],
      ['020700', '管制器具与危险物质', 'Prohibited items'],
      ['020800', '网络谣言', 'Online rumour'],
      ['020900', '违规燃放烟花爆竹', 'Illegal fireworks'],
      ['029900', '其他治安', 'Other public order'],
    ],
  ],
  traffic: [
    [
      ['030000', '交通警情', 'Traffic'],
      ['030100', '财损事故', 'Collision, damage only'],
      ['030200', '伤人事故', 'Collision with injury'],
      ['030300', '摩托车、电动车事故', 'Motorcycle or e-bike crash'],
      ['030400', '交通拥堵', 'Congestion'],
      ['030500', '违法停车', 'Illegal parking'],
      ['030600', '道路障碍与遗撒', 'Obstruction or spill'],
      ['030700', '货车故障与侧翻', 'Truck breakdown or rollover'],
      ['039900', '其他交通', 'Other traffic'],
    ],
  ],
  fire: [
    [
      ['040000', '火灾事故', 'Fire'],
      ['040100', '建筑火灾', 'Building fire'],
      ['040200', '车辆火灾', 'Vehicle fire'],
      ['040300', '山林与草地火情', 'Forest or grass fire'],
      ['040400', '电气火情', 'Electrical fire'],
      ['049900', '其他火情', 'Other fire'],
    ],
  ],
  help: [
    [
      ['050000', '群众求助', 'Call for help'],
      ['050100', '走失查找', 'Missing, lost'],
      ['050200', '急病与受伤', 'Illness or injury'],
      ['050300', '水域救援', 'Water rescue'],
      ['050400', '受困与开锁', 'Trapped or locked out'],
      ['050500', '动物处置', 'Animal'],
      ['050600', '水电气抢修', 'Water, power, gas failure'],
      ['050700', '老幼帮扶', 'Care for old and young'],
      ['050800', '失物招领', 'Lost property'],
      ['059900', '其他求助', 'Other help'],
    ],
  ],
  complaint: [
    [
      ['060000', '举报投诉', 'Complaint'],
      ['060100', '生活噪声', 'Neighbourhood noise'],
      ['060200', '施工噪声与扬尘', 'Construction noise or dust'],
      ['060300', '占道经营', 'Trading on the roadway'],
      ['060400', '垃圾与污水', 'Waste or sewage'],
      ['060500', '油烟与焚烧', 'Fumes or burning'],
      ['060600', '消费投诉', 'Consumer complaint'],
      ['069900', '其他投诉', 'Other complaint'],
    ],
  ],
  other: [
    [['070000', '群体性事件', 'Mass incident']],
    [
      ['990000', '其他警情', 'Other'],
      ['990100', '咨询', 'Enquiry'],
      ['990200', '误报', 'False alarm'],
    ],
  ],
  hazard: [
    [
      ['H0000', '风险隐患', 'Hazard'],
      ['H0100', '消防隐患', 'Fire hazard'],
      ['H0200', '滑坡落石', 'Landslide or rockfall'],
      ['H0300', '积水内涝', 'Flooding'],
      ['H0400', '道路与护栏损坏', 'Damaged road or barrier'],
      ['H0500', '井盖与管网', 'Manhole or pipe'],
      ['H0600', '用电隐患', 'Electrical hazard'],
      ['H0700', '燃气隐患', 'Gas hazard'],
      ['H0800', '房屋安全', 'Unsafe building'],
      ['H0900', '安全生产', 'Work safety'],
      ['H1000', '临水安全', 'Danger by water'],
      ['H1100', '树木与架空线', 'Tree or overhead line'],
    ],
  ],
}

const disputes: readonly (readonly Entry[])[] = [
  [
    ['01', '婚恋家庭纠纷', 'Marriage and family'],
    ['0101', '恋爱及婚姻', 'Love and marriage'],
    ['0102', '抚养赡养监护', 'Care, support and guardianship'],
    ['0103', '分家与继承', 'Division of property and inheritance'],
    ['0199', '其他婚恋家庭', 'Other marriage and family'],
  ],
  [
    ['02', '邻里纠纷', 'Neighbours'],
    ['0201', '用水排水通行通风采光', 'Water, passage, air and light'],
    ['0202', '相邻土地建筑利用', 'Use of adjoining land and buildings'],
    ['0203', '相邻污染损害防止', 'Nuisance between neighbours'],
    ['0299', '其他邻里', 'Other neighbours'],
  ],
  [
    ['03', '人格权纠纷', 'Personality rights'],
    ['0301', '姓名肖像', 'Name and likeness'],
    ['0302', '名誉隐私', 'Reputation and privacy'],
    ['0303', '身体健康及人身自由', 'Body, health and liberty'],
    ['0399', '其他人格权', 'Other personality rights'],
  ],
  [
    ['04', '物权相关纠纷', 'Property rights'],
    ['0401', '财物返还及损害赔偿', 'Return of property and damages'],
    ['0402', '物业及其管理', 'Property management'],
    ['0403', '房屋等不动产登记', 'Registration of real estate'],
    ['0499', '其他物权', 'Other property rights'],
  ],
  [
    ['05', '侵权相关纠纷', 'Tort'],
    ['0501', '教育机构', 'Educational institutions'],
    ['0502', '医疗损害', 'Medical damage'],
    ['0503', '交通事故', 'Traffic accidents'],
    ['0504', '环境污染', 'Pollution'],
    ['0505', '产品责任', 'Product liability'],
    ['0506', '网络侵权', 'Online infringement'],
    ['0507', '劳务损害', 'Injury at work'],
    ['0599', '其他侵权', 'Other tort'],
  ],
  [
    ['06', '合同及相关纠纷', 'Contract'],
    ['0601', '消费及服务', 'Consumption and services'],
    ['0602', '房产买卖租赁', 'Sale and lease of housing'],
    ['0603', '交易贸易', 'Trade'],
    ['0604', '运输仓储', 'Transport and storage'],
    ['0699', '其他合同', 'Other contract'],
  ],
  [
    ['07', '劳动人事争议', 'Labour and personnel'],
    ['0701', '劳动合同、劳务派遣', 'Employment contract'],
    ['0702', '社会保险', 'Social insurance'],
    ['0703', '福利待遇', 'Pay and benefits'],
    ['0704', '人事争议', 'Personnel'],
    ['0799', '其他劳动人事', 'Other labour'],
  ],
  [
    ['08', '金融借贷纠纷', 'Finance and lending'],
    ['0801', '证券基金期货', 'Securities'],
    ['0802', '投资信托理财', 'Investment and trust'],
    ['0803', '保险', 'Insurance'],
    ['0804', '借贷及担保', 'Loans and guarantees'],
    ['0899', '其他金融借贷', 'Other finance'],
  ],
  [
    ['09', '土地及资源权属纠纷', 'Land and resources'],
    ['0901', '土地承包经营', 'Land contracts'],
    ['0902', '宅基地使用', 'House plots'],
    ['0903', '山林矿产', 'Forest and minerals'],
    ['0904', '水域水利', 'Waters'],
    ['0999', '其他土地资源', 'Other land and resources'],
  ],
  [
    ['10', '其他民商事纠纷', 'Other civil and commercial'],
    ['1001', '知识产权', 'Intellectual property'],
    ['1002', '公司企业设立解散', 'Founding and winding up'],
    ['1003', '海事海商', 'Shipping'],
    ['1004', '竞争纠纷', 'Competition'],
    ['1005', '票据与信用证', 'Bills and credits'],
    ['1006', '无因管理与不当得利', 'Unjust enrichment'],
    ['1099', '其他民商事', 'Other civil'],
  ],
  [
    ['11', '城乡建设发展纠纷', 'Urban and rural construction'],
    ['1101', '国有土地上房屋征收', 'Expropriation of houses'],
    ['1102', '农村集体土地征用', 'Requisition of village land'],
    ['1103', '城乡规划及拆违', 'Planning and illegal building'],
    ['1104', '基础设施建设及市政市容', 'Infrastructure and streetscape'],
    ['1105', '移民安置', 'Resettlement'],
    ['1199', '其他城乡建设', 'Other construction'],
  ],
  [
    ['12', '涉民政纠纷', 'Civil affairs'],
    ['1201', '村（社区）选举和管理', 'Village election and management'],
    ['1202', '优抚救助', 'Relief'],
    ['1203', '区划边界', 'Boundaries'],
    ['1299', '其他民政', 'Other civil affairs'],
  ],
  [
    ['13', '其他行政执法纠纷', 'Other administrative enforcement'],
    ['1301', '城市管理', 'Urban management'],
    ['1302', '教育文体管理', 'Education and culture'],
    ['1303', '工商税务管理', 'Commerce and tax'],
    ['1304', '安全生产管理', 'Work safety'],
    ['1305', '交通运输管理', 'Transport'],
    ['1306', '海事渔事管理', 'Shipping and fishing'],
    ['1307', '计划生育管理', 'Family planning'],
    ['1399', '其他行政执法', 'Other enforcement'],
  ],
  [
    ['14', '涉法涉诉纠纷', 'Law and litigation'],
    ['1401', '涉公安', 'Police'],
    ['1402', '涉检察院', 'Procuratorate'],
    ['1403', '涉法院', 'Court'],
    ['1404', '涉司法行政机关', 'Judicial administration'],
  ],
  [
    ['15', '涉组织涉纪检纠纷', 'Organisation and discipline'],
    ['1501', '组织人事', 'Organisation'],
    ['1502', '干部作风', 'Conduct of officials'],
    ['1599', '其他组织纪检', 'Other organisation'],
  ],
  [
    ['16', '涉民族宗教纠纷', 'Ethnic and religious'],
    ['1601', '涉民族问题', 'Ethnic'],
    ['1602', '涉宗教问题', 'Religious'],
  ],
  [['99', '其他纠纷', 'Other dispute']],
]

/**
 * Marriage and family, personality rights, minors (schools), medical damage, family planning, petitions against
 * authorities, ethnic and religious: a count of these below township level could point at a household.
 */
const sensitivePrefixes = ['01', '03', '0501', '0502', '1307', '14', '15', '16']

/** What grid workers, service centres and departments deal with; everything else is the police's. */
const governanceGroups: ReadonlySet<KindGroup> = new Set(['complaint', 'hazard', 'dispute'])

function kind([code, zh, en]: Entry, parentCode: string | null, group: KindGroup): Omit<Kind, 'sort'> {
  const publicOrder = !governanceGroups.has(group)
  return { code, parentCode, group, name: { zh, en }, dispute: false, sensitive: false, publicOrder }
}

function policeKinds(): Omit<Kind, 'sort'>[] {
  return kindGroups.flatMap(({ group }) =>
    (police[group] ?? []).flatMap(([parent, ...children]) => [
      kind(parent, null, group),
      ...children.map((child) => kind(child, parent[0], group)),
    ]),
  )
}

function disputeKinds(): Omit<Kind, 'sort'>[] {
  return disputes.flatMap((family) =>
    family.map(([code, zh, en], i) => ({
      code: `D${code}`,
      parentCode: i === 0 ? null : `D${family[0][0]}`,
      group: 'dispute' as const,
      name: { zh, en },
      dispute: true,
      sensitive: sensitivePrefixes.some((prefix) => code.startsWith(prefix)),
      publicOrder: false,
    })),
  )
}

/** Every kind, parents before their children, in the order of lists. */
export const kinds: Kind[] = [...policeKinds(), ...disputeKinds()].map((entry, i) => ({
  ...entry,
  sort: i + 1,
}))

/** The codes of a kind and of all its sub-kinds. */
export function withSubKinds(codes: readonly string[], list: readonly Kind[] = kinds): string[] {
  const wanted = new Set(codes)
  return list
    .filter((entry) => wanted.has(entry.code) || (entry.parentCode !== null && wanted.has(entry.parentCode)))
    .map((entry) => entry.code)
}
