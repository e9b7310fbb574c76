"""重复核查: one ID number on several live rows, side by side, settled by one click or by a rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, request, url_for
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest

from admin.exporting import taken_out
from admin.selection import key_of
from admin.shell import Locked, refuse, say
from aid.errors import AidError, Conflict, OutOfScope, RuleBroken
from aid.labels import label_of
from aid.operations.duplicates import (
    Rule,
    group_rows,
    keep_one,
    open_groups,
    preview,
    settle_by_rule,
)
from aid.permissions import Permission
from aid.record import last_words, newest_operation
from aid.workbooks.base import Column
from models import Beneficiary

PAGE = 20
COLUMNS = (
    *(Column("姓名", 10), Column("身份证号", 21), Column("学校", 28), Column("年级", 10), Column("班级", 8)),
    *(Column("学籍状态", 10), Column("核对状态", 16), Column("核对人", 12), Column("户籍", 14)),
    *(Column("依据", 14), Column("户编号", 20), Column("困难类型", 14), Column("最近改动", 44, wraps=True)),
)


@dataclass(frozen=True)
class Group:
    id_number: str
    rows: list[Beneficiary]


class DuplicatesView(Locked, BaseView):
    """Open groups. Reading them is the lists' permission; settling them is the county's."""

    read = Permission.BENEFICIARY_SETTLE

    @expose("/")
    def index_view(self) -> str:
        total = open_groups(self.actor.scope).count()
        page = min(key_of(request.args.get("page")), max(0, (total - 1) // PAGE))
        numbers = [number for number, _ in open_groups(self.actor.scope).limit(PAGE).offset(page * PAGE).tuples()]
        groups = self._groups(numbers)
        writers = last_words([row for group in groups for row in group.rows])
        return self.render(
            "duplicates.html",
            groups=groups,
            total=total,
            page=page,
            last_page=max(0, (total - 1) // PAGE),
            rules=list(Rule),
            writers=writers,
        )

    def _groups(self, numbers: list[str]) -> list[Group]:
        rows: dict[str, list[Beneficiary]] = {number: [] for number in numbers}
        for row in group_rows(self.actor.scope, numbers):
            rows[row.id_number].append(row)
        return [Group(number, found) for number, found in rows.items()]

    @expose("/export/<ending>")
    def export_view(self, ending: str) -> Response:
        """Every open group, its rows one under the other."""
        numbers = open_groups(self.actor.scope).select(Beneficiary.id_number).order_by()
        rows = list(group_rows(self.actor.scope, numbers))
        groups = len({row.id_number for row in rows})
        subtitle = f"待处理 {groups} 组、{len(rows)} 条：同一个身份证号有两条以上有效记录；导出人：{self.actor.name}"
        lines = _told(rows, last_words(rows))
        return taken_out(self.actor, ending, title=self.name, subtitle=subtitle, columns=COLUMNS, rows=lines)

    @expose("/keep", methods=("POST",))
    def keep_view(self) -> Any:
        shown = dict(_key_and_version(word) for word in request.form.getlist("row"))
        keep = key_of(request.form.get("keep"))
        rows = {row.id: row for row in self._shown_rows(shown)}
        if keep not in rows:
            raise OutOfScope("没有这条记录，或不在您的管理范围内。")
        others = [row for key, row in rows.items() if key != keep]
        try:
            outcome = keep_one(self.actor, rows[keep], others=others)
        except (Conflict, RuleBroken) as refusal:
            refuse(refusal)
            return redirect(url_for(".index_view"))
        say(
            f"{rows[keep].name}：保留 {rows[keep].school}，其余 {len(others)} 条改为无效（重复）",
            operation_id=outcome.operation_id,
        )
        return redirect(url_for(".index_view", page=request.form.get("page") or None))

    def _shown_rows(self, shown: dict[int, int]) -> list[Beneficiary]:
        """The rows of one group at the versions the page showed."""
        number = request.form.get("id_number", "")
        rows = [row for row in group_rows(self.actor.scope, [number]) if row.id in shown]
        if not rows or len(rows) < len(shown):
            raise Conflict("这一组刚刚有变动，请刷新后再处理。")
        for row in rows:
            row.version = shown[row.id]
        return rows

    @expose("/rule/<rule_name>", methods=("GET", "POST"))
    def rule_view(self, rule_name: str) -> Any:
        rule = next((rule for rule in Rule if rule.value == rule_name), None)
        if rule is None:
            raise OutOfScope("没有这条规则。")
        if request.method == "GET":
            seen = preview(self.actor.scope, rule)
            return self.render("duplicates_rule.html", rule=rule, seen=seen, shown_at=newest_operation())
        try:
            outcome = settle_by_rule(self.actor, rule, shown_at=_number("shown_at"), expected=_number("expected"))
        except AidError as refusal:
            refuse(refusal)
            return redirect(url_for(".rule_view", rule_name=rule_name))
        say(f"按规则“{rule.label}”处理重复：{outcome.rows} 条改为无效", operation_id=outcome.operation_id)
        return redirect(url_for(".index_view"))


def _told(rows: Iterable[Beneficiary], writers: dict[int, str]) -> Iterator[list[str]]:
    """As the page shows them, in the order of COLUMNS."""
    for row in rows:
        status, state, hardship = (_label(row, name) for name in ("roll_status", "state", "hardship"))
        person = row.register_person
        ground = (f"名册户主 {person.head_name}", person.household_no) if person else ("补录", "")
        school = (row.school, row.grade, row.class_name, status, state, row.checked_by, row.home_region)
        yield [row.name, row.id_number, *map(str, school), *ground, hardship, writers.get(row.id, "")]


def _label(row: Beneficiary, name: str) -> str:
    return label_of(Beneficiary._meta.fields[name], getattr(row, name))


def _key_and_version(word: str) -> tuple[int, int]:
    key, _, version = word.partition(":")
    return key_of(key), key_of(version)


def _number(name: str) -> int:
    word = request.form.get(name, "")
    if not word.isascii() or not word.isdigit():
        raise BadRequest
    return int(word[:18])
