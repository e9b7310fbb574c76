"""The national items and amounts a county begins with, to be changed by it: 资助标准 in the panel is what counts.

Amounts are in fen per term, half of what the documents say per year. Known as of 2025, from these documents; where a
province pays more, or a document has been followed by another, the county's own figure is right and this one is not:

- 义务教育生活补助: 1,000 (小学) and 1,250 (初中) yuan a year for boarders from 2019 autumn (财教〔2019〕121号), 1,250
  and 1,500 since 国家基本公共服务标准（2023年版）; who does not board is given half.
- 普高国家助学金, 中职国家助学金: on average 2,300 yuan a year from 2025 spring, 2,000 before (财教〔2024〕181号). A
  province may split it in two or three grades.
- 中职免学费: 2,000 yuan a year is what the state reckons with (财教〔2012〕376号); it goes to the school.
- 学前资助 and 普高免学杂费 have no national amount (财教〔2011〕410号, 财教〔2016〕292号): they begin at 0, which gives
  nothing, until the county has filled in its own.
"""

from dataclasses import dataclass

from aid.rules.standards import ANY, BOARDS, DAY, Amounts

FROM_2025 = "平均每年 2300 元（财教〔2024〕181号，2025 年春起）"
EDIT = "请按本省、本县文件核对改正"


@dataclass(frozen=True)
class NationalItem:
    """An item with its amounts in fen per term, and where they come from."""

    name: str
    source: str
    amounts: Amounts

    @property
    def note(self) -> str:
        return f"{self.source}；{EDIT}"


NATIONAL = (
    NationalItem("学前资助", "国家不定统一标准，0 为未定（财教〔2011〕410号）", {("preschool", ANY): 0}),
    NationalItem(
        "义务教育生活补助",
        "寄宿生每年小学 1250 元、初中 1500 元，非寄宿减半（国家基本公共服务标准 2023 年版）",
        {
            ("primary", BOARDS): 62_500,
            ("primary", DAY): 31_250,
            ("junior", BOARDS): 75_000,
            ("junior", DAY): 37_500,
        },
    ),
    NationalItem("普高国家助学金", FROM_2025, {("senior", ANY): 115_000}),
    NationalItem("普高免学杂费", "按学校收费标准，0 为未定（财教〔2016〕292号）", {("senior", ANY): 0}),
    NationalItem("中职国家助学金", FROM_2025, {("vocational", ANY): 115_000}),
    NationalItem("中职免学费", "每年 2000 元，拨给学校（财教〔2012〕376号）", {("vocational", ANY): 100_000}),
)
