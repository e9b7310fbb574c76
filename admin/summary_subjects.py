"""How the page of summaries asks about each subject: its list, by what it is filtered, and what one sees first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from admin.base import PanelView
from admin.beneficiaries import BeneficiaryView
from admin.conditions import OR
from admin.dropouts import DropoutView
from admin.table import Table
from aid.board import LIVE
from aid.own_columns import own_beside, own_names
from aid.scope import Scope
from aid.summaries import subjects
from aid.summaries.subjects import Subject

NOT_INVALID = OR.join(LIVE)
COUNTY_DIGITS = 6


@dataclass(frozen=True)
class Asking:
    """`filters` have boxes on the page; whatever else the list may be filtered by is known, apart from what names one
    child: what it searches, and `naming`. `first` are the measures and `begins` the filters of a page that nobody has
    chosen anything on. Its rows are by the first of `places` that lies below one's own and is not asked of, else by
    `rows`; a school's are by `at_school`. `offered` are further values of a filter."""

    subject: Subject
    view: type[PanelView]
    filters: Sequence[str]
    first: tuple[str, ...]
    places: tuple[str, ...]
    rows: tuple[str, ...]
    at_school: tuple[str, ...] = ()
    naming: Sequence[str] = ()
    begins: Mapping[str, str] = field(default_factory=dict)
    offered: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """What rows may be filtered by."""
        view = self.view()
        rest = (*view.columns, *view.filters, *view.also, *own_names(self.subject.model), *own_beside(view.also_own))
        known = {*self.filters, *view.search, *self.naming}
        also = [name for name in dict.fromkeys(rest) if name not in known]
        return Table(self.subject.model, (), view.made(self.filters), view.made(also))

    @property
    def words(self) -> dict[str, str]:
        """What the list must be told for it to leave nothing out by itself."""
        return {"all": "1"} if self.view.defaults else {}

    def row(self, scope: Scope, asked: Collection[str]) -> str:
        """What the rows are by where nobody has chosen: the first thing that nothing is `asked` of."""
        wanted = (*self._usual(scope), *self.subject.dimensions)
        return next((name for name in wanted if name not in asked), self.rows[-1])

    def _usual(self, scope: Scope) -> Sequence[str]:
        if scope.school_id is not None:
            return self.at_school
        digits = len(scope.prefix)
        at = 0 if digits < COUNTY_DIGITS else 1 if digits == COUNTY_DIGITS else 2
        return *self.places[at:], *self.rows


ASKING = {
    one.subject.name: one
    for one in (
        Asking(
            subjects.THE_LIST,
            BeneficiaryView,
            filters=("state", "stage", "hardship", "source", "eligible", "report", "school", "home_region"),
            first=("children", "checked"),
            places=("school_county", "school_township"),
            rows=("school", "hardship"),
            at_school=("grade", "hardship"),
            begins={"state": NOT_INVALID},
            offered={"state": ((NOT_INVALID, "不含无效"),)},
        ),
        Asking(
            subjects.CASES,
            DropoutView,
            filters=("state", "closed_reason", "age", "register_person.hardship", "last_outcome", "home_region"),
            first=("rows", "visited", "returned"),
            places=("home_county", "home_township", "home_village"),
            rows=("age", "state"),
            naming=("register_person.head_name", "register_person.phone"),
        ),
    )
}
