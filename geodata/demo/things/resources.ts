/** Configuration and equipment that is counted. Names that were counted but not published are samples and say so. */
import type { Area, Names } from '../../city.ts'
import { apportion, type Random } from '../../random.ts'
import type { Place, Resource } from '../../things.ts'
import type { Targets } from '../calibration.ts'
import type { Frame } from './frame.ts'
import { shortName } from './places.ts'

const teamRoles: [string, Names][] = [
  ['informant', { zh: '信息员', en: 'Informant' }],
  ['manager', { zh: '网格管理员', en: 'Grid manager' }],
  ['leader', { zh: '网格长', en: 'Grid leader' }],
  ['guide', { zh: '网格指导员', en: 'Grid guide' }],
  ['supervisor', { zh: '网格监督员', en: 'Grid supervisor' }],
]
const sampleDuties: Names[] = [
  { zh: '街面巡逻', en: 'Street patrol' },
  { zh: '接处警情', en: 'Response to calls' },
  { zh: '交通疏导', en: 'Traffic control' },
  { zh: '隐患排查', en: 'Hazard checks' },
  { zh: '纠纷劝解', en: 'Calming disputes' },
  { zh: '群众救助', en: 'Help to residents' },
  { zh: '法治宣传', en: 'Legal outreach' },
]
const sampleModes: Names[] = [
  { zh: '车巡', en: 'By car' },
  { zh: '骑巡', en: 'By motorcycle' },
  { zh: '步巡', en: 'On foot' },
]
const goals: [string, Names][] = [
  ['police', { zh: '见警察', en: 'See police' }],
  ['car', { zh: '见警车', en: 'See patrol cars' }],
  ['light', { zh: '见警灯', en: 'See police lights' }],
]
const layerNames: Record<string, string> = {
  家庭: 'Family',
  网格: 'Grid',
  网络: 'Network',
  镇街行政: 'Township administration',
  司法: 'Judiciary',
  数字: 'Digital',
  群众: 'Residents',
}
const capabilityNames: Record<string, string> = {
  服务经济: 'Serving the economy',
  发现风险: 'Finding risks',
  管控风险: 'Controlling risks',
  化解矛盾: 'Settling disputes',
  源头治理: 'Governing at the source',
}
const levelNames: Names[] = [
  { zh: '市级', en: 'City' },
  { zh: '镇街级', en: 'Township' },
  { zh: '村社区级', en: 'Village' },
  { zh: '网格级', en: 'Grid' },
]

export interface ResourcesInput {
  frame: Frame
  places: Place[]
  targets: Pick<Targets, 'grids' | 'patrol' | 'resources'>
  random: Random
}

export function createResources({ frame, places, targets, random }: ResourcesInput): Resource[] {
  const rows: Resource[] = []
  const current = frame.city.version
  const first = frame.ground.versions.find(({ version }) => version !== current)?.version ?? current
  const add = (kind: string, code: string, name: Names, more: Partial<Resource> = {}) => {
    rows.push({
      id: rows.length + 1,
      kind,
      code,
      name,
      version: null,
      areaId: null,
      quantity: 1,
      attributes: {},
      synthetic: true,
      ...more,
    })
  }
  const named = (list: Names[], count: number): Names[] =>
    Array.from({ length: count }, (_, i) => list[i] ?? { zh: `示例${i + 1}`, en: `Sample ${i + 1}` })

  // Grid teams: roles as printed, staff as numbers.
  for (const [code, name] of teamRoles.slice(0, targets.grids.teamRoles))
    add('gridTeamRole', code, name, { version: first })
  const partyShare = targets.grids.partyShare / 100 + 0.024
  const staff = frame.grids.map(
    ({ population }) => 3 + Math.min(3, Math.floor(population / 150)) + random.int(0, 1),
  )
  const members = apportion(
    Math.ceil(staff.reduce((a, b) => a + b, 0) * partyShare),
    staff.map((n) => n * random.between(0.85, 1.15)),
  )
  frame.grids.forEach((grid, i) => {
    add('gridStaff', grid.code, gridName(grid, '网格团队', 'grid team'), {
      version: current,
      areaId: grid.id,
      quantity: staff[i],
      attributes: { partyMembers: Math.min(staff[i], members[i]) },
    })
  })
  for (const grid of frame.grids) {
    add('outreachPoint', grid.code, gridName(grid, '普法点', 'outreach point'), {
      version: current,
      areaId: grid.id,
    })
  }

  // The rider police: numbers as printed, names where none is printed are samples.
  const cityName = shortName(frame.city.name)
  add(
    'patrolCommand',
    'city',
    { zh: `${cityName.zh}骑警指挥`, en: `${cityName.en} patrol command` },
    { areaId: frame.city.id },
  )
  named(sampleDuties, targets.patrol.duties).forEach((name, i) => {
    add('duty', `duty${i + 1}`, name, { attributes: { sampleName: true, order: i + 1 } })
  })
  named(sampleModes, targets.patrol.serviceModes).forEach((name, i) => {
    add('serviceMode', `mode${i + 1}`, name, { attributes: { sampleName: true, order: i + 1 } })
  })
  for (const [code, name] of goals.slice(0, targets.patrol.visibilityGoals)) add('visibilityGoal', code, name)

  // Accounts and terminals of 2018, by centre.
  const centres = places.filter(({ category }) => category === 'centre')
  const weightOf = (centre: Place) => (centre.level === 'city' ? 9 : centre.level === 'township' ? 4 : 1.6)
  const byCentre = (kind: string, total: number, zh: string, en: string) => {
    apportion(total, centres.map(weightOf)).forEach((quantity, i) => {
      if (quantity === 0) return
      const { name, areaId } = centres[i]
      add(
        kind,
        frame.areaOf(areaId).code,
        { zh: `${name.zh}${zh}`, en: `${name.en}: ${en}` },
        { version: first, areaId, quantity },
      )
    })
  }
  byCentre('systemUsers', targets.resources.systemUsers, '系统用户', 'system users')
  byCentre('mobileTerminals', targets.resources.terminals, '手机终端', 'mobile terminals')

  // Legal outreach.
  const squads = (profession: string, count: number, zh: string, en: string) => {
    for (let i = 1; i <= count; i++) {
      const area: Area =
        profession === 'volunteer' ? frame.villages[(i * 2) % frame.villages.length] : frame.city
      add(
        'outreachSquad',
        `${profession}${i}`,
        { zh: `${zh}${i}`, en: `${en} ${i}` },
        { areaId: area.id, attributes: { profession } },
      )
    }
  }
  squads('professional', targets.resources.professionalSquads, '专业普法队', 'Professional outreach squad')
  squads('volunteer', targets.resources.volunteerSquads, '普法志愿队', 'Volunteer outreach squad')
  const lawWise = apportion(
    Math.round(targets.resources.lawWisePeople * 1.26),
    frame.villages.map(({ population }) => Math.sqrt(population + 1)),
    1,
  )
  frame.villages.forEach((village, i) => {
    const name = shortName(village.name)
    add(
      'lawWisePeople',
      village.code,
      { zh: `${name.zh}法律明白人`, en: `${name.en} law-wise residents` },
      { areaId: village.id, quantity: lawWise[i] },
    )
  })
  const street = frame.townships[0]
  const streetName = shortName(street.name)
  add(
    'eldersRoom',
    street.code,
    { zh: `${streetName.zh}“五老”调解室`, en: `${streetName.en} elders mediation room` },
    {
      areaId: street.id,
      quantity: targets.resources.eldersRoomMediators,
    },
  )

  // How governance is described.
  Object.keys(targets.resources.layers).forEach((zh, i) => {
    add(
      'governanceLayer',
      `layer${i + 1}`,
      { zh, en: layerNames[zh] ?? zh },
      { synthetic: false, attributes: { order: i + 1 } },
    )
  })
  Object.keys(targets.resources.capabilities).forEach((zh, i) => {
    add(
      'governanceCapability',
      `capability${i + 1}`,
      { zh, en: capabilityNames[zh] ?? zh },
      { synthetic: false, attributes: { order: i + 1 } },
    )
  })
  named(levelNames, targets.resources.dutyListLevels).forEach((name, i) => {
    add('dutyListLevel', `level${i + 1}`, name)
  })
  named(levelNames, targets.resources.centreLevels).forEach((name, i) => {
    add('centreLevel', `level${i + 1}`, name)
  })
  return rows
}

const gridName = (grid: Area, zh: string, en: string): Names => ({
  zh: `${grid.name.zh}${zh}`,
  en: `${grid.name.en} ${en}`,
})
