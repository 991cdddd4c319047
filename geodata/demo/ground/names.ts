/** Invented names for estates and hamlets: words for land and wishes, never family names. */
import type { Names } from '../../city.ts'
import type { Random } from '../../random.ts'

type Word = readonly [zh: string, en: string]

const estateFirst: readonly Word[] = [
  ['金江', 'Jinjiang'],
  ['云水', 'Yunshui'],
  ['锦绣', 'Jinxiu'],
  ['江畔', 'Jiangpan'],
  ['翠屏', 'Cuiping'],
  ['和谐', 'Hexie'],
  ['阳光', 'Yangguang'],
  ['康乐', 'Kangle'],
  ['凤凰', 'Fenghuang'],
  ['南岸', "Nan'an"],
  ['桂花', 'Guihua'],
  ['银杏', 'Yinxing'],
  ['富民', 'Fumin'],
  ['安居', 'Anju'],
  ['怡景', 'Yijing'],
  ['龙湾', 'Longwan'],
  ['北辰', 'Beichen'],
  ['东升', 'Dongsheng'],
  ['嘉和', 'Jiahe'],
  ['明珠', 'Mingzhu'],
  ['竹园', 'Zhuyuan'],
  ['清泉', 'Qingquan'],
  ['碧水', 'Bishui'],
  ['景江', 'Jingjiang'],
  ['新华', 'Xinhua'],
  ['同心', 'Tongxin'],
  ['朝阳', 'Chaoyang'],
  ['丰源', 'Fengyuan'],
  ['梅园', 'Meiyuan'],
  ['橘园', 'Juyuan'],
]

const estateLast: readonly Word[] = [
  ['小区', 'Estate'],
  ['花园', 'Garden'],
  ['苑', 'Court'],
  ['家园', 'Homes'],
  ['新村', 'New Village'],
  ['公寓', 'Apartments'],
  ['里', 'Lane'],
]

const hamletFirst: readonly Word[] = [
  ['大', 'Da'],
  ['小', 'Xiao'],
  ['上', 'Shang'],
  ['下', 'Xia'],
  ['新', 'Xin'],
  ['老', 'Lao'],
  ['青', 'Qing'],
  ['石', 'Shi'],
  ['竹', 'Zhu'],
  ['水', 'Shui'],
  ['茶', 'Cha'],
  ['梨', 'Li'],
  ['桃', 'Tao'],
  ['柏', 'Bai'],
  ['松', 'Song'],
  ['云', 'Yun'],
  ['龙', 'Long'],
  ['金', 'Jin'],
  ['银', 'Yin'],
  ['高', 'Gao'],
  ['长', 'Chang'],
  ['双', 'Shuang'],
  ['三', 'San'],
  ['中', 'Zhong'],
  ['红', 'Hong'],
  ['花', 'Hua'],
  ['半', 'Ban'],
  ['平', 'Ping'],
  ['黑', 'Hei'],
  ['白', 'Bai'],
]

const hamletLast: readonly Word[] = [
  ['坪', 'ping'],
  ['湾', 'wan'],
  ['坝', 'ba'],
  ['坎', 'kan'],
  ['林', 'lin'],
  ['坡', 'po'],
  ['沟', 'gou'],
  ['岭', 'ling'],
  ['冲', 'chong'],
  ['井', 'jing'],
  ['塘', 'tang'],
  ['岩', 'yan'],
  ['坳', 'ao'],
  ['溪', 'xi'],
  ['桥', 'qiao'],
  ['口', 'kou'],
]

const phases: readonly Word[] = [
  ['', ''],
  ['一期', ' I'],
  ['二期', ' II'],
  ['三期', ' III'],
  ['四期', ' IV'],
  ['五期', ' V'],
]

/** Different names without end: all pairs in random order, then again with a phase or a point of the compass. */
function pairs(
  first: readonly Word[],
  last: readonly Word[],
  suffixes: readonly Word[],
  gap: string,
  random: Random,
): () => Names {
  const all = random.shuffled(first.flatMap((a) => last.map((b): [Word, Word] => [a, b])))
  let at = 0
  return () => {
    const [a, b] = all[at % all.length]
    const round = Math.floor(at / all.length)
    at++
    const suffix = suffixes[Math.min(round, suffixes.length - 1)]
    const more = round < suffixes.length ? '' : String(round)
    return { zh: a[0] + b[0] + suffix[0] + more, en: `${a[1]}${gap}${b[1]}${suffix[1]}${more && ` ${more}`}` }
  }
}

export const estateNames = (random: Random) => pairs(estateFirst, estateLast, phases, ' ', random)

export const hamletNames = (random: Random) =>
  pairs(
    hamletFirst,
    hamletLast,
    [
      ['', ''],
      ['东', ' East'],
      ['西', ' West'],
    ],
    '',
    random,
  )
