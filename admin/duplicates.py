"""重复核查: one ID number on several live rows, side by side, settled by one click or by a rule."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest

from admin.selection import key_of
from admin.shell import Locked, refuse, say
from aid.errors import AidError, Conflict, OutOfScope, RuleBroken
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
from models import Beneficiary

PAGE = 20


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


def _key_and_version(word: str) -> tuple[int, int]:
    key, _, version = word.partition(":")
    return key_of(key), key_of(version)


def _number(name: str) -> int:
    word = request.form.get(name, "")
    if not word.isascii() or not word.isdigit():
        raise BadRequest
    return int(word[:18])
