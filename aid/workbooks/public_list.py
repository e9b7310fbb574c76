"""公示名单 (DOMAIN.md part 5, workbook 9): who is aided in a term, school by school for the notice boards."""

import datetime as dt
from collections.abc import Iterator, Sequence

from aid.operations.events import exported
from aid.operations.public_lists import Posted, posted
from aid.operations.public_notices import rows_of
from aid.permissions import Permission
from aid.rules import terms
from aid.rules.times import local
from aid.scope import Actor
from aid.workbooks.base import Target, write_book
from aid.workbooks.columns import Heading, heading
from aid.workbooks.sheets import Column, Line, Sheet
from aid.workbooks.style import DAYS, WHOLE, Kind
from models import PublicNotice, now

NUMBER = Column("序号", 5, number_format=DAYS, centred=True)
SHOWN = (  # as Posted.cells has them
    Column("姓名", 11),
    *(Column("年级", 9, centred=True), Column("班级", 8, centred=True)),
    Column("身份证号", 21, centred=True),
    Column("资助项目", 32),
)
SCHOOL, SCHOOL_AT = Column("学校", 29), 1
NOTES = (
    "名单：已核对、当学期应发或已发资助的学生；身份证号只留前 6 位和后 2 位，不列困难类型和电话。",
    "打印时每校另起一页。要留存公示记录、填写公示时间的，请在“公示”页制作。",
)


class PublicList:
    slug = "public-list"
    title = "公示名单"
    read = Permission.PUBLIC_NOTICE_READ
    note = "本学期或选定学期的受助学生，每校另起一页，供公示栏张贴：姓名、学校、班级、项目，身份证号打码。"

    def sheets(self, actor: Actor, now: dt.datetime, *, term: str = "") -> Iterator[Sheet]:
        """`now` is local time, and says the term where none was chosen."""
        top, term = heading(actor, now), term or terms.term_of(now.date())
        children = list(posted(actor.scope, term))
        yield _list(top, term, children)
        yield _by_school(top, term, children)


def _list(top: Heading, term: str, children: Sequence[Posted]) -> Sheet:
    lines, school, number = [], 0, 0
    for child in children:
        number = number + 1 if child.school_id == school else 1
        school = child.school_id
        lines.append(Line((number, child.school, *child.cells)))
    columns = (NUMBER, SCHOOL, *SHOWN)
    words = top.over(f"{term}学生资助公示名单")
    return Sheet("公示名单", words, top.under, columns, lines, frozen=3, notes=NOTES, pages_by=SCHOOL_AT)


def _by_school(top: Heading, term: str, children: Sequence[Posted]) -> Sheet:
    heads: dict[int, list[str | int]] = {}
    for child in children:
        heads.setdefault(child.school_id, [child.school, 0])[1] += 1
    columns = (Column("学校", 32), Column("公示人数", 12, number_format=WHOLE, total=True))
    lines = [Line(cells) for cells in heads.values()]
    lines.append(Line((f"{len(lines)} 所学校合计",), Kind.TOTAL))
    return Sheet("各校人数", top.over(f"{term}学生资助公示人数"), top.under, columns, lines, frozen=1, notes=NOTES)


def notice_workbook(actor: Actor, notice: PublicNotice, out: Target) -> None:
    """Write what was shown in a notice to `out`, as it was shown. That it was taken out is on record."""
    made = local(now())
    parts = (
        f"学校：{notice.school}",
        f"公示时间：{notice.first_day} 至 {notice.last_day}",
        f"监督电话：{notice.phone or '＿＿＿＿＿＿＿＿'}",
        f"制表时间：{local(notice.made_at):%Y-%m-%d %H:%M}",
        f"制表人：{notice.maker}",
    )
    lines = [Line((number, *cells)) for number, cells in enumerate(rows_of(notice), 1)]
    sheet = Sheet("公示名单", notice.heading, "　　".join(parts), (NUMBER, *SHOWN), lines, frozen=2, notes=NOTES[:1])
    write_book(out, [sheet], author=actor.name, made=made)
    exported(actor, f"公示名单（{notice.school}，xlsx）", len(lines))
