//! Names of places that do not exist. Towns are called after the nowheres of Chinese letters; everything else after pairs of
//! syllables, each given out once, so that no two things share a name in either language.

use crate::random::SimRng;
use rand::seq::SliceRandom;

/// A name in Chinese and in English.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Name {
    /// In Chinese.
    pub zh: String,
    /// In English: the sounds in pinyin, the kind of thing translated.
    pub en: String,
}

impl Name {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The name with what kind of thing it is.
    #[must_use]
    pub(crate) fn of_kind(&self, (zh, en): (&str, &str)) -> Self {
        Self::new(format!("{}{zh}", self.zh), format!("{} {en}", self.en))
    }
}

/// Nowheres: Sir Vacuous and Master No-such-thing of Sima Xiangru's rhapsody, the dream of the Southern Bough, the millet dream,
/// castles in the air and their like.
pub(crate) const NOWHERES: [(&str, &str); 24] = [
    ("子虚", "Zixu"),
    ("亡是", "Wangshi"),
    ("南柯", "Nanke"),
    ("黄粱", "Huangliang"),
    ("槐安", "Huaian"),
    ("华胥", "Huaxu"),
    ("太虚", "Taixu"),
    ("蜃楼", "Shenlou"),
    ("镜花", "Jinghua"),
    ("水月", "Shuiyue"),
    ("无何", "Wuhe"),
    ("莫须", "Moxu"),
    ("海市", "Haishi"),
    ("幻山", "Huanshan"),
    ("梦泽", "Mengze"),
    ("虚舟渡", "Xuzhoudu"),
    ("浮槎", "Fucha"),
    ("壶天", "Hutian"),
    ("烂柯", "Lanke"),
    ("蓬壶渡", "Penghudu"),
    ("云何有", "Yunheyou"),
    ("若木", "Ruomu"),
    ("扶桑渡", "Fusangdu"),
    ("归墟", "Guixu"),
];

const FIRST: [(&str, &str); 43] = [
    ("云", "Yun"),
    ("梦", "Meng"),
    ("柳", "Liu"),
    ("星", "Xing"),
    ("镜", "Jing"),
    ("鹿", "Lu"),
    ("风", "Feng"),
    ("鸢", "Yuan"),
    ("灯", "Deng"),
    ("石", "Shi"),
    ("青", "Qing"),
    ("榆", "Yu"),
    ("白", "Bai"),
    ("棠", "Tang"),
    ("松", "Song"),
    ("竹", "Zhu"),
    ("荷", "He"),
    ("雁", "Yan"),
    ("霜", "Shuang"),
    ("雪", "Xue"),
    ("墨", "Mo"),
    ("书", "Shu"),
    ("琴", "Qin"),
    ("笔", "Bi"),
    ("棋", "Qi"),
    ("茶", "Cha"),
    ("麦", "Mai"),
    ("稻", "Dao"),
    ("桑", "Sang"),
    ("槐", "Huai"),
    ("梧", "Wu"),
    ("兰", "Lan"),
    ("菊", "Ju"),
    ("葵", "Kui"),
    ("萤", "Ying"),
    ("蝉", "Chan"),
    ("蝶", "Die"),
    ("驼", "Tuo"),
    ("牧", "Mu"),
    ("帆", "Fan"),
    ("虹", "Hong"),
    ("霞", "Xia"),
    ("晨", "Chen"),
];

const SECOND: [(&str, &str); 43] = [
    ("桥", "qiao"),
    ("溪", "xi"),
    ("影", "ying"),
    ("铃", "ling"),
    ("渡", "du"),
    ("泊", "bo"),
    ("鸣", "ming"),
    ("塔", "ta"),
    ("磨", "mo"),
    ("月", "yue"),
    ("瓦", "wa"),
    ("泉", "quan"),
    ("潭", "tan"),
    ("湾", "wan"),
    ("坞", "wu"),
    ("坪", "ping"),
    ("塘", "tang"),
    ("洲", "zhou"),
    ("亭", "ting"),
    ("台", "tai"),
    ("阁", "ge"),
    ("楼", "lou"),
    ("门", "men"),
    ("井", "jing"),
    ("园", "yuan"),
    ("圃", "pu"),
    ("堤", "di"),
    ("桩", "zhuang"),
    ("屿", "yu"),
    ("港", "gang"),
    ("谷", "gu"),
    ("峰", "feng"),
    ("崖", "ya"),
    ("矶", "ji"),
    ("洞", "dong"),
    ("林", "lin"),
    ("畔", "pan"),
    ("埂", "geng"),
    ("川", "chuan"),
    ("桐", "tong"),
    ("帘", "lian"),
    ("笙", "sheng"),
    ("钟", "zhong"),
];

/// Pairs that are, or sound just like, a well-known real place.
const REAL: [&str; 26] = [
    "石门", "石泉", "石台", "石楼", "石林", "石桥", "石塘", "青川", "青塘", "云溪", "云台", "云林", "松溪", "松林", "兰溪", "鹿泉", "柳林",
    "白塔", "白洲", "荷塘", "虹桥", "梧桐", "竹溪", "白云", "青铃", "龙门",
];

/// Gives out names, each pair of syllables once.
pub(crate) struct Names {
    pairs: Vec<Name>,
    nowheres: Vec<(&'static str, &'static str)>,
    given: usize,
}

impl Names {
    pub(crate) fn new(rng: &mut SimRng) -> Self {
        let pair = |first: &(&str, &str), second: &(&str, &str)| {
            let zh = format!("{}{}", first.0, second.0);
            (!REAL.contains(&zh.as_str())).then(|| Name::new(zh, format!("{}{}", first.1, second.1)))
        };
        let mut pairs: Vec<Name> = FIRST.iter().flat_map(|first| SECOND.iter().filter_map(move |second| pair(first, second))).collect();
        pairs.shuffle(rng);
        let mut nowheres = NOWHERES.to_vec();
        nowheres.shuffle(rng);
        Self { pairs, nowheres, given: 0 }
    }

    /// A name that was not given before. Beyond all pairs it has a number.
    pub(crate) fn fresh(&mut self) -> Name {
        self.given += 1;
        self.pairs.pop().unwrap_or_else(|| Name::new(format!("无名{}", self.given), format!("Nameless {}", self.given)))
    }

    /// A name for a town.
    pub(crate) fn town(&mut self) -> Name {
        match self.nowheres.pop() {
            Some((zh, en)) => Name::new(zh, en),
            None => self.fresh(),
        }
    }
}

/// The name of county `number` of a nation, from 1: a nowhere and a pair of syllables. Unique up to the number of nowheres times
/// 43 × 43.
pub(crate) fn county(number: u32) -> Name {
    let at = |index: usize, list: &[(&'static str, &'static str)]| list.get(index % list.len()).copied().unwrap_or(("", ""));
    let index = usize::try_from(number.saturating_sub(1)).unwrap_or(0);
    let (place, first) = (at(index, &NOWHERES), at(index / NOWHERES.len(), &FIRST));
    let second = at(index / NOWHERES.len() / FIRST.len() + index / NOWHERES.len(), &SECOND);
    Name::new(format!("{}{}{}县", place.0, first.0, second.0), format!("{} {}{} County", place.1, first.1, second.1))
}

/// Name `index` of the light form's fixed list: a pair of syllables, the same in every county. Unique below 43 × 43.
pub(crate) fn numbered(index: usize) -> Name {
    let at = |index: usize, list: &[(&'static str, &'static str)]| list.get(index % list.len()).copied().unwrap_or(("", ""));
    let (first, second) = (at(index, &FIRST), at(index / FIRST.len() + index * 7, &SECOND));
    Name::new(format!("{}{}", first.0, second.0), format!("{}{}", first.1, second.1))
}
