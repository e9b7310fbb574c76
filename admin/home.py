"""首页: what waits for whoever signed in. Every figure leads to its rows."""

from typing import Any

import peewee as pw
from flask import url_for
from flask_admin import AdminIndexView, expose
from flask_login import current_user

from admin.shell import Locked
from aid.operations.duplicates import open_groups
from aid.operations.matching import unplaced_counts
from aid.operations.reminders import unseen
from aid.operations.submissions import readiness
from aid.permissions import Permission
from aid.progress import by_school, by_state
from aid.scope import Actor, changeable, visible
from models import Beneficiary, CheckState, Organisation, Role

ROWS, NOTICES = 40, 5


def told_of_reports(actor: Actor) -> dict[str, Any]:
    """What templates/home_reporting.html shows: notices that nobody here has read, and what a school may hand in."""
    school = actor.role == Role.SCHOOL and visible(Organisation, actor.scope).get_or_none()
    return {
        "notices": list(unseen(actor).limit(NOTICES)) if actor.may(Permission.NOTICE_READ) else [],
        "dismisses": actor.may(Permission.NOTICE_DISMISS),
        "reporting": readiness(actor.scope, school) if school else None,
    }


class HomeView(Locked, AdminIndexView):
    """The first page: anyone signed in."""

    read = Permission.ACCOUNT_SELF

    @expose("/")
    def index(self) -> str:
        tiles = list(self._tiles())
        schools = by_school(self.actor.scope, limit=ROWS) if self.actor.may(Permission.ACCOUNT_READ) and tiles else []
        return self.render(
            "home.html",
            tiles=tiles,
            schools=schools,
            organisation=current_user.account.organisation,
            waiting=self._first_waiting(),
            **told_of_reports(self.actor),
        )

    def _first_waiting(self) -> int | None:
        """Where a school begins: its first unchecked row. A county begins with its figures."""
        if not self.actor.may(Permission.BENEFICIARY_CHECK) or self.actor.may(Permission.BENEFICIARY_SETTLE):
            return None
        unchecked = changeable(Beneficiary, self.actor.scope).where(Beneficiary.state == CheckState.UNCHECKED)
        return unchecked.select(pw.fn.MIN(Beneficiary.id)).scalar()

    def _tiles(self) -> Any:
        if self.actor.may(Permission.BENEFICIARY_READ):
            counts = by_state(self.actor.scope)
            yield "待核对", counts.get(CheckState.UNCHECKED, 0), url_for("check.index_view"), True
            for state in (CheckState.UNCHANGED, CheckState.UPDATED, CheckState.INVALID):
                yield state.label, counts.get(state, 0), url_for("beneficiary.index_view", state=state.value), False
        if self.actor.may(Permission.BENEFICIARY_SETTLE):
            yield "重复待处理（组）", open_groups(self.actor.scope).count(), url_for("duplicates.index_view"), True
        if self.actor.may(Permission.BENEFICIARY_MATCH):
            waiting = sum(unplaced_counts(self.actor.scope).values())
            yield "名册中未匹配", waiting, url_for("matching.index_view"), True
