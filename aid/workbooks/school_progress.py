"""学校核对进度 (DOMAIN.md part 5, workbook 2): one line per school, slowest first, and who has not signed in."""

import datetime as dt
from collections.abc import Iterator

import peewee as pw

from aid.permissions import Permission
from aid.reporting import last_rounds
from aid.rules.times import local
from aid.scope import Actor, Scope, visible
from aid.workbooks.columns import MEASURES, WHAT_IS_COUNTED, heading, stage_label, unit_title
from aid.workbooks.figures import School, figures
from aid.workbooks.sheets import Column, Line, Sheet
from aid.workbooks.style import DAYS, Kind
from models import Account, AccountStatus

NEVER, NO_ACCOUNT, NOT_YET = "从未登录", "没有账号", "从未上报"


class SchoolProgress:
    slug = "school-progress"
    title = "学校核对进度"
    read = Permission.BENEFICIARY_READ
    note = "每校一行，慢的在前：名单各状态人数、核对进度、上次上报和轮次、账号上次登录和距今天数。"

    def sheets(self, actor: Actor, now: dt.datetime) -> Iterator[Sheet]:
        """`now` is local time."""
        counted, top = figures(actor.scope), heading(actor, now)
        signed_in, handed_in = _last_sign_ins(actor.scope), last_rounds(actor.scope)
        columns = (
            *(
                Column("学校", 28),
                Column("学段", 7, centred=True),
                Column(unit_title(actor), 12),
                Column("机构编码", 15, centred=True),
                *MEASURES,
            ),
            *(Column("上次上报", 17, centred=True), Column("上报轮次", 9, number_format=DAYS)),
            *(Column("上次登录", 17, centred=True), Column("距今天数", 9, number_format=DAYS)),
        )
        lines = [
            Line(
                (
                    *(*_school_cells(school, counted.units), *school.tally.cells(), None),
                    *(*_handed_in(handed_in, school), *_sign_in(signed_in, school, now)),
                )
            )
            for school in sorted(counted.shown, key=_slowest_first)
        ]
        lines.append(Line((f"{len(lines)} 所学校合计", "", "", ""), Kind.TOTAL))
        notes = (
            *WHAT_IS_COUNTED,
            "上次上报、上报轮次取该校最近一轮；撤回的不算。",
            "上次登录取该校各账号中最近的一次；距今天数按制表日期算。",
        )
        yield Sheet(self.title, top.over("学校核对进度表"), top.under, columns, lines, frozen=1, notes=notes)


def _school_cells(school: School, units: dict[str, str]) -> tuple[str, str, str, str]:
    return school.label, stage_label(school.stage), units[school.unit], school.code


def _slowest_first(school: School) -> tuple[bool, float, int, str]:
    """Lowest share done, then most unchecked; schools without rows last."""
    rows, done = school.tally.rows, school.tally.done
    return not rows, done / rows if rows else 0, done - rows, school.code


def _last_sign_ins(scope: Scope) -> dict[int, dt.datetime | None]:
    """By organisation with an account that is not disabled: the latest sign-in of its accounts, in UTC."""
    rows = (
        visible(Account, scope)
        .where(Account.status != AccountStatus.DISABLED)
        .select(Account.organisation, pw.fn.MAX(Account.last_sign_in))
        .group_by(Account.organisation)
    )
    return dict(rows.tuples())


def _handed_in(handed_in: dict[int, tuple[int, dt.datetime]], school: School) -> tuple[dt.datetime | str, int | None]:
    number, at = handed_in.get(school.id, (None, None))
    return (local(at) if at else NOT_YET), number


def _sign_in(
    signed_in: dict[int, dt.datetime | None], school: School, now: dt.datetime
) -> tuple[dt.datetime | str, int | None]:
    if school.id not in signed_in:
        return NO_ACCOUNT, None
    last = signed_in[school.id]
    if last is None:
        return NEVER, None
    return local(last), (now.date() - local(last).date()).days
