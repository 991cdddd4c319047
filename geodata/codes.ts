/** The words behind the codes in rows of incidents, cameras, places, patrols: one place for both languages. */
import type { Names } from './city.ts'

type Words = Record<string, Names>

export const incidentLevels: Words = {
  1: { zh: '特别重大', en: 'Critical' },
  2: { zh: '重大', en: 'Major' },
  3: { zh: '较大', en: 'Serious' },
  4: { zh: '一般', en: 'Ordinary' },
}

export const incidentStatuses: Words = {
  new: { zh: '待派', en: 'New' },
  dispatched: { zh: '已派', en: 'Dispatched' },
  onScene: { zh: '处置中', en: 'On scene' },
  closed: { zh: '办结', en: 'Closed' },
  recorded: { zh: '已记录', en: 'Recorded' },
}

export const channels: Words = {
  110: { zh: '110报警', en: '110 call' },
  gridWorker: { zh: '网格员上报', en: 'Grid worker' },
  12345: { zh: '12345热线', en: '12345 hotline' },
  iot: { zh: '物联感知', en: 'Sensor' },
  patrol: { zh: '巡逻发现', en: 'Patrol' },
  platform: { zh: '矛盾纠纷平台', en: 'Dispute platform' },
  centre: { zh: '综治中心', en: 'Governance centre' },
  court: { zh: '法院', en: 'Court' },
  unknown: { zh: '未知', en: 'Unknown' },
}

export const outcomes: Words = {
  handledOnScene: { zh: '现场处置', en: 'Handled on scene' },
  caseFiled: { zh: '立案', en: 'Case filed' },
  warned: { zh: '警告教育', en: 'Warned' },
  penalised: { zh: '处罚', en: 'Penalised' },
  assisted: { zh: '救助完成', en: 'Assisted' },
  extinguished: { zh: '扑灭', en: 'Extinguished' },
  cleared: { zh: '疏通', en: 'Cleared' },
  rectified: { zh: '整改完成', en: 'Rectified' },
  transferred: { zh: '移交', en: 'Transferred' },
  unfounded: { zh: '查无实情', en: 'Unfounded' },
  answered: { zh: '已答复', en: 'Answered' },
  mediated: { zh: '调解成功', en: 'Mediated' },
  arbitrated: { zh: '劳动仲裁', en: 'Arbitrated' },
  judged: { zh: '判决', en: 'Judged' },
  notMediated: { zh: '调解不成', en: 'Not settled' },
}

export const resolvedLevels: Words = {
  village: { zh: '村社区', en: 'Village' },
  township: { zh: '镇街', en: 'Township' },
  city: { zh: '市级', en: 'City' },
}

/** Where a dispute was counted. The sources may overlap in life; they are never added up. */
export const caseSources: Words = {
  platform: { zh: '平台调处', en: 'Platform' },
  returnee: { zh: '返乡人员', en: 'Returning workers' },
  centre: { zh: '市综治中心', en: 'City centre' },
  family: { zh: '婚恋家庭', en: 'Marriage and family' },
  prelitigation: { zh: '民商事', en: 'Civil cases' },
  litigation: { zh: '诉讼', en: 'Litigation' },
  project: { zh: '重点工程', en: 'Key projects' },
  major: { zh: '重大矛盾', en: 'Major disputes' },
}

export const cameraTypes: Words = {
  dome: { zh: '球机', en: 'Dome (PTZ)' },
  halfDome: { zh: '半球', en: 'Half dome' },
  bullet: { zh: '固定枪机', en: 'Fixed bullet' },
  remoteBullet: { zh: '遥控枪机', en: 'Remote bullet' },
  checkpoint: { zh: '卡口', en: 'Checkpoint' },
  panorama: { zh: '高点全景', en: 'Panorama' },
}

export const cameraStatuses: Words = {
  online: { zh: '在线', en: 'Online' },
  offline: { zh: '离线', en: 'Offline' },
  repair: { zh: '维修', en: 'In repair' },
}

export const ownerships: Words = {
  public: { zh: '公建', en: 'Public' },
  social: { zh: '社会单位', en: 'Social unit' },
}

export const outageReasons: Words = {
  power: { zh: '停电', en: 'Power' },
  network: { zh: '网络', en: 'Network' },
  device: { zh: '设备', en: 'Device' },
  weather: { zh: '雷雨', en: 'Weather' },
  construction: { zh: '施工', en: 'Construction' },
  maintenance: { zh: '检修', en: 'Maintenance' },
}

/** Digits 9–10 of a camera code, modelled on GB/T 28181 annex D. */
export const industries: Words = {
  '00': { zh: '社会治安路面', en: 'Public security, roads' },
  '01': { zh: '社会治安社区', en: 'Public security, communities' },
  '02': { zh: '社会治安内部', en: 'Public security, premises' },
  '04': { zh: '交通路面', en: 'Traffic, roads' },
  '05': { zh: '交通卡口', en: 'Traffic, checkpoints' },
  '08': { zh: '城市管理', en: 'Urban management' },
  '09': { zh: '卫生环保', en: 'Health and environment' },
  '11': { zh: '教育', en: 'Education' },
  '13': { zh: '铁路', en: 'Railway' },
  '14': { zh: '航运', en: 'Shipping' },
  '40': { zh: '农林牧渔', en: 'Farming and forestry' },
  '42': { zh: '制造业', en: 'Manufacturing' },
  '43': { zh: '电力热力燃气及水', en: 'Utilities' },
  '45': { zh: '批发和零售', en: 'Retail' },
}

export const placeCategories: Words = {
  site: { zh: '重点部位', en: 'Key site' },
  centre: { zh: '综治中心', en: 'Governance centre' },
  hall: { zh: '为民服务大厅', en: 'Service hall' },
  post: { zh: '巡逻岗点', en: 'Patrol post' },
}

export const unitKinds: Words = {
  car: { zh: '车组', en: 'Car' },
  motorcycle: { zh: '骑行组', en: 'Motorcycle' },
  foot: { zh: '步巡组', en: 'Foot' },
  command: { zh: '指挥组', en: 'Command' },
}

/** Kinds of activities; what their quantity counts stands in brackets. */
export const activityKinds: Words = {
  outreachTalk: { zh: '普法宣讲（人次）', en: 'Outreach talk (people)' },
  sectorSession: { zh: '行业专题普法（人次）', en: 'Sector outreach (people)' },
  lawWiseTraining: { zh: '法律明白人培训（人次）', en: 'Law-wise training (people)' },
  drill: { zh: '应急演练（人次）', en: 'Drill (people)' },
  enforcementCheck: { zh: '执法检查（处）', en: 'Enforcement check (places)' },
  riskWarning: { zh: '风险预警（次）', en: 'Risk warning (times)' },
  legalPosts: { zh: '法治信息（条）', en: 'Legal posts (items)' },
  legalAid: { zh: '法律援助（人）', en: 'Legal aid (workers)' },
  zoneDispute: { zh: '经开区纠纷（万元）', en: 'Zone dispute (10⁴ yuan)' },
}

export const resourceKinds: Words = {
  gridTeamRole: { zh: '网格团队角色', en: 'Grid team role' },
  gridStaff: { zh: '网格团队', en: 'Grid team' },
  outreachPoint: { zh: '普法点', en: 'Outreach point' },
  patrolCommand: { zh: '骑警指挥', en: 'Patrol command' },
  duty: { zh: '职责', en: 'Duty' },
  serviceMode: { zh: '勤务模式', en: 'Service mode' },
  visibilityGoal: { zh: '见警目标', en: 'Visibility goal' },
  systemUsers: { zh: '系统用户', en: 'System users' },
  mobileTerminals: { zh: '手机终端', en: 'Mobile terminals' },
  outreachSquad: { zh: '普法队', en: 'Outreach squad' },
  lawWisePeople: { zh: '法律明白人', en: 'Law-wise residents' },
  eldersRoom: { zh: '五老调解室', en: 'Elders mediation room' },
  governanceLayer: { zh: '治理层', en: 'Governance layer' },
  governanceCapability: { zh: '治理能力', en: 'Governance capability' },
  dutyListLevel: { zh: '权责清单层级', en: 'Duty list level' },
  centreLevel: { zh: '综治中心层级', en: 'Centre level' },
}
