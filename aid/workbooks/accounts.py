"""机构账号 (DOMAIN.md part 5, workbook 10; question 12): accounts by organisation and kind. Never a password."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

import peewee as pw

from aid import dialect
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import Actor, Scope, visible
from aid.workbooks.columns import Heading, heading, stage_label, unit_title
from aid.workbooks.figures import called, unit_names, unit_of
from aid.workbooks.sheets import Cell, Column, Line, Sheet
from aid.workbooks.style import DAYS, PERCENT, WHOLE, Kind
from models import Account, AccountStatus, Organisation, OrganisationKind, OrganisationStatus, Region, Role, Stage

NEVER, NONE = "从未登录", "没有账号"
SCHOOLS, WITH = "机构数", "有账号"
KINDS = [(kind, None) for kind in OrganisationKind if kind != OrganisationKind.SCHOOL]
KINDS += [(OrganisationKind.SCHOOL, stage) for stage in (*Stage, None)]
KIND_LABELS, STAGES = dict(OrganisationKind.choices()), dict(Stage.choices())
ROLES, STATES = dict(Role.choices()), dict(AccountStatus.choices())
PLACE_OF = {kind: at for at, kind in enumerate(KINDS)}
WHAT_IS_COUNTED = (
    "机构数：正常的机构，和已撤并、撤销而仍有账号的机构；有账号：至少有一个没有停用的账号。",
    "从未登录、须改密码只数没有停用的账号；密码不在任何表里，忘记的请在“账号”里换一次性密码。",
)
# Of each organisation its rows: one per account, one without account where there is none.
Offices = list[list["Office"]]


class Accounts:
    slug = "accounts"
    title = "机构账号"
    read = Permission.ACCOUNT_READ
    note = "按机构类型和学段汇总账号开通、登录情况；账号清单（登录名、使用人、角色、状态）和没有账号的机构。"

    def sheets(self, actor: Actor, now: dt.datetime) -> Iterator[Sheet]:
        """`now` is local time."""
        top, unit = heading(actor, now), unit_title(actor)
        rows = _rows(actor.scope)
        offices = [list(some) for _, some in groupby(rows, key=lambda row: row.id)]
        unit_at = {office.id: unit_of(office.place, actor.scope) for office, *_ in offices}
        units = unit_names(actor.scope, set(unit_at.values()))
        place = {key: units[code] for key, code in unit_at.items()}
        yield _summary(offices, top)
        yield _accounts(offices, top, unit=unit, place=place, today=now.date())
        yield _without(offices, top, unit=unit, place=place)


class Office(NamedTuple):
    """An organisation and one of its accounts, or none, as the database has them."""

    id: int
    code: str
    name: str
    kind: str
    stage: str | None
    status: str
    place: str
    login: str | None
    role: str | None
    must_change: Any
    last_sign_in: Any
    user: str | None
    account_status: str | None


def _rows(scope: Scope) -> list[Office]:
    """An account is read with its organisation, by whose place it is anybody's. One statement."""
    rows = (
        visible(Organisation, scope)
        .join(Region)
        .switch(Organisation)
        .join(Account, pw.JOIN.LEFT_OUTER, on=(Account.organisation == Organisation.id))
        .where((Organisation.status == OrganisationStatus.OPEN) | Account.id.is_null(False))
        .select(
            *(Organisation.id, Organisation.code, Organisation.name, Organisation.kind, Organisation.stage),
            *(Organisation.status, Region.code),
            *(Account.login, Account.role, Account.must_change, Account.last_sign_in, Account.name, Account.status),
        )
        .order_by(Region.code, Organisation.code, Account.login)
    )
    return sorted(map(Office._make, dialect.fetched(rows)), key=_kind)


def _kind(row: Office) -> int:
    """Offices from the highest down, then schools by stage."""
    return PLACE_OF[row.kind, (row.stage or None) if row.kind == OrganisationKind.SCHOOL else None]


def _in_use(row: Office) -> bool:
    return row.login is not None and row.account_status != AccountStatus.DISABLED


def _summary(offices: Offices, top: Heading) -> Sheet:
    columns = (
        Column("机构类型", 11),
        Column("学段", 8, centred=True),
        *(_count(title, "机构") for title in (SCHOOLS, WITH, NONE)),
        *(_count(title, "账号") for title in ("账号数", *(status.label for status in AccountStatus))),
        *(_count(title, "没有停用的账号") for title in (NEVER, "须改密码")),
        Column("开通率", 11, number_format=PERCENT, share=((WITH,), (SCHOOLS,))),
    )
    lines = [
        Line((KINDS[at][0].label, _stage(*KINDS[at]), *_counted(list(some))))
        for at, some in groupby(offices, key=lambda rows: _kind(rows[0]))
    ]
    lines.append(Line((f"{top.place}合计", ""), Kind.TOTAL))
    return Sheet("机构账号", top.over("机构账号情况表"), top.under, columns, lines, frozen=2, notes=WHAT_IS_COUNTED)


def _count(title: str, group: str) -> Column:
    return Column(title, 10, number_format=WHOLE, total=True, group=group)


def _stage(kind: OrganisationKind, stage: Stage | None) -> str:
    return stage_label(stage) if kind == OrganisationKind.SCHOOL else ""


def _counted(offices: Offices) -> list[int]:
    accounts = [row for rows in offices for row in rows if row.login is not None]
    used = [row for row in accounts if _in_use(row)]
    served = sum(any(map(_in_use, rows)) for rows in offices)
    return [
        *(len(offices), served, len(offices) - served, len(accounts)),
        *(sum(row.account_status == status for row in accounts) for status in AccountStatus),
        *(sum(row.last_sign_in is None for row in used), sum(row.must_change for row in used)),
    ]


def _office_columns(unit: str) -> tuple[Column, ...]:
    return (
        *(Column("机构类型", 9), Column("学段", 6, centred=True), Column(unit, 12)),
        *(Column("机构编码", 15, centred=True), Column("机构名称", 27)),
    )


def _office_cells(row: Office, place: dict[int, str]) -> tuple[str, ...]:
    at_stage = STAGES.get(row.stage, stage_label(None)) if row.kind == OrganisationKind.SCHOOL else ""
    name = called(row.name, OrganisationStatus(row.status))
    return KIND_LABELS[row.kind], at_stage, place[row.id], row.code, name


def _accounts(offices: Offices, top: Heading, *, unit: str, place: dict[int, str], today: dt.date) -> Sheet:
    columns = (
        *_office_columns(unit),
        *(
            Column("登录名", 15, counts="个"),
            Column("使用人", 22),
            Column("角色", 11),
            Column("账号状态", 10, centred=True),
        ),
        *(Column("上次登录", 17, centred=True), Column("距今天数", 9, number_format=DAYS)),
        Column("须改密码", 9, centred=True),
    )
    rows = (row for some in offices for row in some if row.login is not None)
    lines = [Line((*_office_cells(row, place), *_account_cells(row, today))) for row in rows]
    lines.append(Line(("合计", "", "", "", ""), Kind.TOTAL))
    return Sheet("账号", top.over("机构账号清单"), top.under, columns, lines, frozen=5)


def _account_cells(row: Office, today: dt.date) -> tuple[Cell, ...]:
    at = local(Account.last_sign_in.python_value(row.last_sign_in)) if row.last_sign_in else None
    return (
        *(row.login, row.user, ROLES[row.role], STATES[row.account_status]),
        *(at or NEVER, (today - at.date()).days if at else None),
        "是" if row.must_change else "",
    )


def _without(offices: Offices, top: Heading, *, unit: str, place: dict[int, str]) -> Sheet:
    *columns, named = _office_columns(unit)
    columns += [Column(named.title, named.width, counts="个"), Column("原有账号", 12)]
    lines = [
        Line((*_office_cells(rows[0], place), "已停用" if rows[0].login is not None else ""))
        for rows in offices
        if not any(map(_in_use, rows))
    ]
    lines.append(Line(("合计", "", "", ""), Kind.TOTAL))
    return Sheet(NONE, top.over("没有账号的机构"), top.under, columns, lines, frozen=5)
