"""Other words for a label of a closed list, half-width and without white space. Where a list has such a word as a label
of its own it means that; one that could mean two labels of a list, such as 高中, stands nowhere."""

from collections.abc import Mapping

_WORDS = {
    # a stage
    "学前": "学前教育 幼儿园 幼教 学前教育阶段",
    "小学": "普通小学 小学教育 小学阶段 小学教学点",
    "初中": "普通初中 初级中学 初中教育 初中阶段",
    "普高": "高级中学 普通高中 普通高级中学 普通高中教育",
    "中职": "中等职业教育 中等职业学校 中等职业 中职学校 职业高中 职高 中专 中等专业学校 技工学校",
    "高校": "高等教育 普通高校 高等学校",
    # a place on a roll
    "在籍": "在读 在校 在籍在读 在籍在校 在校在籍 在籍(在校) 在籍(在读)",
    "休学": "休学中 已休学",
    "转出": "已转出",
    "毕业": "已毕业",
    # a person
    "男": "男性 男生",
    "女": "女性 女生",
    # a hardship
    "脱贫户": "脱贫家庭 脱贫人口 已脱贫户 一般脱贫户 稳定脱贫户 脱贫户(享受政策) 脱贫享受政策 脱贫享受政策户",
    "脱贫不稳定户": "脱贫不稳定 脱贫不稳定家庭",
    "边缘易致贫户": "边缘易致贫 边缘易致贫家庭 边缘户",
    "突发严重困难户": "突发严重困难 突发严重困难家庭",
    "低保": "低保户 低保家庭 城乡低保 最低生活保障 最低生活保障家庭 农村低保 城市低保 农村低保户",
    "特困": "特困人员 特困供养 特困供养人员 特困救助供养 农村特困人员 特困户 特困供养户",
    "孤儿": "孤儿学生",
    "残疾": "残疾人 残疾学生 残疾儿童",
    # a place and an organisation
    "省": "省级",
    "市": "市级 地市级 地级",
    "县": "县级 区县级",
    "乡镇": "乡镇级 乡级 镇 乡 乡(镇) 街道 乡镇(街道) 乡镇街道 街道办事处 中心校 乡镇中心校 乡镇中心学校",
    "村": "村级 行政村 村(社区) 社区 村委会 居委会 村民委员会 居民委员会 村(居)委会",
    "正常": "在办 正常办学 正常运行 启用 在用",
    "撤并": "合并 已撤并",
    "撤销": "已撤销",
}
OTHER_WORDS: Mapping[str, str] = {word: label for label, words in _WORDS.items() for word in words.split()}
