"""自制汇总: what a clerk chooses to see the list by, as a table, a chart, links to the rows, and a workbook."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import redirect, request, url_for
from flask_admin import BaseView, expose

from admin.beneficiaries import BeneficiaryView
from admin.columns import columns_of
from admin.conditions import OR, parts_of, told
from admin.exporting import XLSX, download
from admin.listing import Listing
from admin.selection import key_of
from admin.shell import Locked, needs, say, status_of
from admin.summary_chart import drawn
from admin.summary_table import Shown
from admin.table import Table
from aid.board import LIVE
from aid.errors import AidError, OutOfScope
from aid.operations.summaries import (
    Kept,
    change_summary,
    keep_summary,
    layout_of,
    readable_summaries,
    summaries_for,
)
from aid.own_columns import own_names
from aid.permissions import Permission
from aid.scope import Scope
from aid.summaries.crosstab import crosstab
from aid.summaries.dimensions import DIMENSIONS, OF_SCHOOL
from aid.summaries.layout import CHARTS, Layout
from aid.summaries.measures import MEASURES
from aid.summaries.picture import picture
from aid.workbooks.own_summary import own_summary_workbook
from models import Beneficiary, Organisation, Summary

FILTERS = ("state", "stage", "hardship", "source", "eligible", "report", "school", "home_region")
FIRST = ("children", "checked")  # the measures of a page that nobody has chosen anything on
BAND = "limits_"  # before the name of a dimension of numbers
NOT_INVALID = OR.join(LIVE)
OFFERED = {"state": ((NOT_INVALID, "不含无效"),)}


class OwnSummaryView(Locked, BaseView):
    """One page: the address carries the whole layout, so that it can be sent, kept as a bookmark and gone back to."""

    read = Permission.WORKBOOK_MAKE

    @property
    def table(self) -> Table:
        """What rows may be filtered by here: what the list may, apart from what names one child."""
        view = BeneficiaryView
        of_school = (OF_SCHOOL + name for name in own_names(Organisation))
        rest = dict.fromkeys((*view.columns, *view.filters, *view.also, *own_names(Beneficiary), *of_school))
        also = [name for name in rest if name not in (*FILTERS, *BeneficiaryView.search)]
        made = (columns_of(Beneficiary, names) for names in (FILTERS, also))
        return Table(Beneficiary, (), *made)

    @expose("/")
    def index_view(self) -> Any:
        return self._page(self._layout(request.args), kept=key_of(request.args.get("kept")))

    @expose("/open/")
    def open_view(self) -> Any:
        row = self._row(key_of(request.args.get("id")))
        return redirect(url_for(".index_view", kept=row.id, **address(layout_of(row))))

    @expose("/book.xlsx")
    def download_view(self) -> Any:
        layout, out = self._layout(request.args), BytesIO()
        layout.refuse_faults()
        key = key_of(request.args.get("kept"))
        name = next((one.name for one in summaries_for(self.actor) if one.id == key), "")
        look = self._look(layout.filters)
        own_summary_workbook(self.actor, layout, out, where=look.where, told=look.told, name=name)
        return download(out.getvalue(), f"{name or '自制汇总'}.xlsx", mimetype=XLSX)

    @expose("/keep", methods=("POST",))
    @needs(Permission.SUMMARY_KEEP)
    def keep_view(self) -> Any:
        """Keep what the page shows: as a new summary, or in the place of one's own that is open."""
        said, key = request.form, key_of(request.form.get("id"))
        layout = Layout.read(said.get("layout", ""))
        asked = {"name": said.get("name", ""), "layout": layout, "shared": said.get("shared") == "1"}
        asked["filters"] = [column.name for column in self.table.known]
        try:
            if said.get("as") == "same":
                row = self._row(key)
                row.version = key_of(said.get("version"))
                operation = change_summary(self.actor, row, **asked)
            else:
                row, operation = keep_summary(self.actor, **asked)
                key = row.id
        except AidError as refusal:
            if isinstance(refusal, OutOfScope):
                raise
            return self._page(layout, kept=key, refusal=refusal, name=asked["name"]), status_of(refusal)
        say(f"汇总“{' '.join(asked['name'].split())}”已保存", operation_id=operation)
        return redirect(url_for(".index_view", kept=key, **address(layout)))

    # -- what is asked --------------------------------------------------------------

    def _layout(self, words: Mapping[str, str]) -> Layout:
        """What an address asks for, as far as there is such; the usual where it asks for nothing."""
        rows = [name for name in dict.fromkeys((words.get("row", ""), words.get("row2", ""))) if name in DIMENSIONS]
        rows = rows or [next(name for name in _usual(self.actor.scope) if name not in words)]
        column = words.get("column", "")
        measures = tuple(name for name in dict.fromkeys(request.args.getlist("measure")) if name in MEASURES)
        chart = words.get("chart", "bars")
        column = column if column in DIMENSIONS and column not in rows else ""
        banded = [name for name in (*rows, column) if name and DIMENSIONS[name].banded]
        known = {column.name for column in self.table.known}
        ranged = {f"{name}_{end}" for name in known for end in ("from", "to")}
        filters = {word: value.strip() for word, value in words.items() if word in known | ranged and value.strip()}
        return Layout(
            rows=tuple(rows),
            column=column,
            measures=measures or FIRST,
            filters=filters if words else {"state": NOT_INVALID},
            subtotals="row" not in words or words.get("subtotals") == "1",
            chart=chart if chart in CHARTS else "bars",
            bands={name: words[BAND + name].strip() for name in banded if words.get(BAND + name, "").strip()},
        )

    def _look(self, filters: Mapping[str, str]) -> Listing:
        return Listing(self.table, self.actor.scope, filters)

    def _row(self, key: int) -> Summary:
        row = readable_summaries(self.actor).where(Summary.id == key).get_or_none()
        if row is None:
            raise OutOfScope("没有这个汇总，或它没有共享给您。")
        return row

    # -- what is shown --------------------------------------------------------------

    def _page(self, layout: Layout, *, kept: int, refusal: AidError | None = None, name: str = "") -> str:
        look, summaries = self._look(layout.filters), summaries_for(self.actor)
        opened: Kept | None = next((one for one in summaries if one.id == kept), None)
        try:
            layout.refuse_faults()
            counted = crosstab(self.actor, layout, where=look.where)
        except AidError as fault:
            counted, refusal = None, refusal or fault
        return self.render(
            "own_summary.html",
            layout=layout,
            shown=Shown(counted, url_for("beneficiary.index_view")) if counted else None,
            chart=drawn(picture(counted)) if counted else None,
            look=look,
            dimensions=DIMENSIONS.values(),
            measures=[one for one in MEASURES.values() if not one.needs or self.actor.may(one.needs)],
            charts=CHARTS,
            offered=OFFERED,
            band=BAND,
            words=address(layout) | ({"kept": opened.id} if opened else {}),
            summaries=summaries,
            opened=opened,
            keeps=self.actor.may(Permission.SUMMARY_KEEP),
            refusal=refusal,
            name=name or (opened.name if opened else ""),
            parts_of=parts_of,
            told=told,
        )


def address(layout: Layout) -> dict[str, Any]:
    """The words of the page's address for a layout."""
    words: dict[str, Any] = {"row": layout.rows[0], "row2": layout.rows[1] if len(layout.rows) > 1 else None}
    words |= {"column": layout.column or None, "measure": list(layout.measures), "chart": layout.chart}
    words |= {f"{BAND}{name}": limits for name, limits in layout.bands.items()}
    return words | {"subtotals": "1" if layout.subtotals else None} | dict(layout.filters)


def _usual(scope: Scope) -> Sequence[str]:
    """What one sees a list by: the places or schools one level below, a school its grades; that is the first of these
    which nothing is asked of."""
    if scope.school_id is not None:
        return "grade", "hardship"
    digits = len(scope.prefix)
    below = ("school_county", "school_township") if digits < 6 else ("school_township",) if digits == 6 else ()
    return *below, "school", "hardship"
