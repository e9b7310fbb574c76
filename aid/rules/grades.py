"""Which class comes after which: for children without a place on the roll, whose grade nobody delivers."""

LADDERS = (
    ("小班", "中班", "大班"),
    ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    ("七年级", "八年级", "九年级"),
    ("初一", "初二", "初三"),
    ("高一", "高二", "高三"),
    ("十年级", "十一年级", "十二年级"),
    ("中一", "中二", "中三"),
    ("大一", "大二", "大三", "大四"),
)
SHORTER = {  # stages whose last class has the name of a primary school's middle one
    "vocational": ("一年级", "二年级", "三年级"),
    "university": ("一年级", "二年级", "三年级", "四年级"),
}
RANKS = {grade: rank for ladder in LADDERS for rank, grade in enumerate(ladder)}  # within a school of one stage


def next_grade(grade: str, stage: str | None) -> str | None:
    """The grade after this one at a school of this stage; None after the last, and for one that is not known.

    >>> next_grade("一年级", "primary"), next_grade("六年级", "primary"), next_grade("三年级", "vocational")
    ('二年级', None, None)
    >>> next_grade("大班", "preschool"), next_grade("混龄班", "preschool")
    (None, None)
    """
    ladders = (SHORTER[stage],) if stage in SHORTER else ()
    for ladder in (*ladders, *LADDERS):
        if grade in ladder:
            at = ladder.index(grade) + 1
            return ladder[at] if at < len(ladder) else None
    return None
