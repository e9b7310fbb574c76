"""首页: what waits for whoever signed in. Every figure leads to its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_admin import AdminIndexView, expose
from flask_login import current_user

from admin.conditions import OR
from admin.shell import Locked
from aid.board import CHECKED, LIVE
from aid.first_page import first_page
from aid.operations.reminders import unseen
from aid.permissions import Permission
from aid.progress import by_place, by_school
from aid.rules.times import local
from aid.rules.words import exactly, placed
from models import CheckState, OrganisationKind, Role, now

ROWS, NOTICES = 40, 5
CHECKS = (  # (state, label of its tile)
    (CheckState.UNCHECKED, "待核对"),
    (CheckState.UNCHANGED, CheckState.UNCHANGED.label),
    (CheckState.UPDATED, CheckState.UPDATED.label),
    (CheckState.INVALID, CheckState.INVALID.label),
)
# The figures are of the rows that one may change: 核对工作 lists these, 资助对象 also those of a household here who
# study in another county.
CHECK_LIST = "check.index_view"
DECIDED = OR.join((*CHECKED, CheckState.INVALID))
WAITING = {  # figure -> (label, page, what it asks there): shown where there are any
    "returned": ("被县里退回", "report.index_view", {"report": "returned"}),
    "ready": (
        "已核对未上报",
        "report.index_view",
        {"report": "unreported", "state": DECIDED, "school.kind": OrganisationKind.SCHOOL.value},
    ),
    "handed_in": ("待审核", "report.index_view", {"report": "handed_in"}),
    "late": ("该催报的学校", "late_schools.index_view", {"late": "1"}),
    "dropouts": ("待劝返", "dropout_case.index_view", {}),
    "deliveries": ("待应用的新名册", "deliveries.index_view", {}),
    "uploads": ("上传了还没导入的表", "upload.index_view", {"state": "choosing|waiting|failed"}),
    "gone": ("已不在名册", CHECK_LIST, {"state": OR.join(LIVE), "gone_from_register": "1"}),
    "ended": ("已过资助期", CHECK_LIST, {"state": OR.join(LIVE), "eligible": "0"}),
}
ALWAYS = {  # shown at nought too: that nothing waits is worth knowing
    "duplicates": ("重复待处理（组）", "duplicates.index_view", {}),
    "unplaced": ("名册中未匹配", "matching.index_view", {}),
}


@dataclass(frozen=True)
class Tile:
    """A figure that leads to its rows; one that `calls` is to be done."""

    label: str
    count: int
    url: str
    calls: bool = False


@dataclass(frozen=True)
class Share:
    """A part of a bar of checks: from `start` on, `width` wide, both in per cent."""

    code: str
    label: str
    url: str
    start: float
    width: float


class HomeView(Locked, AdminIndexView):
    """The first page: anyone signed in."""

    read = Permission.ACCOUNT_SELF

    @expose("/")
    def index(self) -> str:
        page = first_page(self.actor)
        lists = CheckState.UNCHECKED in page.counts
        schools = by_school(self.actor.scope, limit=ROWS) if lists and self._follows_schools else []
        places = by_place(self.actor.scope) if schools else []
        return self.render(
            "home.html",
            tiles=list(_tiles(page.counts)) if lists else [],
            shares=list(_shares(page.counts)) if lists else [],
            schools=schools,
            places=[(one | {"url": self._unchecked_of(one)}, list(_shares(one["states"]))) for one in places],
            below="各乡镇" if self.actor.role == Role.COUNTY else "各县",
            tells_late=self.actor.may(Permission.SUBMISSION_READ),
            organisation=current_user.account.organisation,
            waiting=page.begin,
            reporting=page.counts if self.actor.role == Role.SCHOOL else None,
            notices=list(unseen(self.actor).limit(NOTICES)) if self.actor.may(Permission.NOTICE_READ) else [],
            dismisses=self.actor.may(Permission.NOTICE_DISMISS),
            deadline=page.report_by if lists else None,
            days_left=(page.report_by - local(now()).date()).days if page.report_by else 0,
        )

    def _unchecked_of(self, place: Mapping[str, Any]) -> str:
        """The unchecked rows of the schools that lie in a place of aid.progress.by_place."""
        level = "school_township" if self.actor.role == Role.COUNTY else "school_county"
        asked = exactly(place["code"]) if place["own"] else placed(place["place"], place["code"])
        return url_for("beneficiary.index_view", state=CheckState.UNCHECKED.value, **{level: asked})

    @property
    def _follows_schools(self) -> bool:
        return self.actor.role != Role.SCHOOL and self.actor.may(Permission.BENEFICIARY_READ)


def _tiles(counts: Mapping[str, int]) -> Iterator[Tile]:
    for state, label in CHECKS:
        yield Tile(label, counts[state], url_for(CHECK_LIST, state=state.value), state == CheckState.UNCHECKED)
    for name, (label, page, asked) in (ALWAYS | WAITING).items():
        if (name in ALWAYS and name in counts) or counts.get(name):
            yield Tile(label, counts[name], url_for(page, **asked), name not in ("gone", "ended", "ready"))


def _shares(counts: Mapping[str, int]) -> Iterator[Share]:
    total, start = sum(counts[state] for state, _ in CHECKS), 0.0
    for state, label in reversed(CHECKS) if total else ():
        width = 100 * counts[state] / total
        if width:
            yield Share(state.value, label, url_for(CHECK_LIST, state=state.value), start, width)
        start += width
