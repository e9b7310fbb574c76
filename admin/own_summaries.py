"""自制汇总: what a clerk chooses to see the list by, as a table, a chart, links to the rows, and a workbook."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import redirect, request, url_for
from flask_admin import BaseView, expose

from admin.conditions import parts_of, told
from admin.exporting import XLSX, download
from admin.listing import Listing
from admin.selection import key_of
from admin.shell import Locked, needs, say, status_of
from admin.summary_chart import drawn
from admin.summary_subjects import ASKING, Asking
from admin.summary_table import Shown
from aid.errors import AidError, OutOfScope
from aid.operations.summaries import (
    Kept,
    change_summary,
    keep_summary,
    layout_of,
    readable_summaries,
    summaries_for,
)
from aid.permissions import Permission
from aid.summaries.crosstab import Crosstab, crosstab
from aid.summaries.layout import CHARTS, Layout
from aid.summaries.picture import picture
from aid.summaries.subjects import SUBJECTS, USUAL
from aid.workbooks.own_summary import own_summary_workbook
from models import Summary

OF, BAND = "of", "limits_"  # the word for the subject; before the name of a dimension of numbers


class OwnSummaryView(Locked, BaseView):
    """One page: the address carries the whole layout, so that it can be sent, kept as a bookmark and gone back to."""

    read = Permission.WORKBOOK_MAKE

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
        look = self._look(layout)
        own_summary_workbook(self.actor, layout, out, where=look.where, told=look.told, name=name)
        return download(out.getvalue(), f"{name or '自制汇总'}.xlsx", mimetype=XLSX)

    @expose("/keep", methods=("POST",))
    @needs(Permission.SUMMARY_KEEP)
    def keep_view(self) -> Any:
        """Keep what the page shows: as a new summary, or in the place of one's own that is open."""
        said, key = request.form, key_of(request.form.get("id"))
        layout = Layout.read(said.get("layout", ""))
        self.actor.demand(layout.subject.read)
        asked = {"name": said.get("name", ""), "layout": layout, "shared": said.get("shared") == "1"}
        asked["filters"] = [column.name for column in ASKING[layout.of].table.known]
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

    def _layout(self, said: Mapping[str, str]) -> Layout:
        """What an address asks for, as far as there is such; the usual where it asks for nothing. Raises NotAllowed
        where one may not read what it is of."""
        words = {word: value for word, value in said.items() if word != OF}
        asking = ASKING.get(said.get(OF, USUAL)) or ASKING[USUAL]
        subject, dimensions = asking.subject, asking.subject.dimensions
        self.actor.demand(subject.read)
        rows = [name for name in dict.fromkeys((words.get("row", ""), words.get("row2", ""))) if name in dimensions]
        rows = rows or [asking.row(self.actor.scope, words)]
        column = words.get("column", "")
        measures = tuple(name for name in dict.fromkeys(request.args.getlist("measure")) if name in subject.measures)
        chart = words.get("chart", "bars")
        column = column if column in dimensions and column not in rows else ""
        banded = [name for name in (*rows, column) if name and dimensions[name].banded]
        return Layout(
            rows=tuple(rows),
            column=column,
            measures=measures or asking.first,
            filters=_filters(asking, words) if words else asking.begins,
            subtotals="row" not in words or words.get("subtotals") == "1",
            chart=chart if chart in CHARTS else "bars",
            bands={name: words[BAND + name].strip() for name in banded if words.get(BAND + name, "").strip()},
            of=subject.name,
        )

    def _look(self, layout: Layout) -> Listing:
        return Listing(ASKING[layout.of].table, self.actor.scope, layout.filters)

    def _row(self, key: int) -> Summary:
        row = readable_summaries(self.actor).where(Summary.id == key).get_or_none()
        if row is None:
            raise OutOfScope("没有这个汇总，或它没有共享给您。")
        return row

    # -- what is shown --------------------------------------------------------------

    def _page(self, layout: Layout, *, kept: int, refusal: AidError | None = None, name: str = "") -> str:
        look, summaries, asking = self._look(layout), summaries_for(self.actor), ASKING[layout.of]
        opened: Kept | None = next((one for one in summaries if one.id == kept), None)
        try:
            layout.refuse_faults()
            counted = crosstab(self.actor, layout, where=look.where)
        except AidError as fault:
            counted, refusal = None, refusal or fault
        measures = asking.subject.measures.values()
        return self.render(
            "own_summary.html",
            layout=layout,
            subject=asking.subject,
            subjects=[one for one in SUBJECTS.values() if self.actor.may(one.read)],
            usual=USUAL,
            what=Summary.subject.verbose_name,
            shown=self._shown(counted) if counted else None,
            chart=drawn(picture(counted)) if counted else None,
            look=look,
            dimensions=asking.subject.dimensions.values(),
            measures=[one for one in measures if not one.needs or self.actor.may(one.needs)],
            charts=CHARTS,
            offered=asking.offered,
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

    def _shown(self, counted: Crosstab) -> Shown:
        of = counted.layout.of
        return Shown(counted, url_for(f"{of}.index_view"), words=ASKING[of].words)


def address(layout: Layout) -> dict[str, Any]:
    """The words of the page's address for a layout."""
    words: dict[str, Any] = {OF: layout.of if layout.of != USUAL else None}
    words |= {"row": layout.rows[0], "row2": layout.rows[1] if len(layout.rows) > 1 else None}
    words |= {"column": layout.column or None, "measure": list(layout.measures), "chart": layout.chart}
    words |= {f"{BAND}{name}": limits for name, limits in layout.bands.items()}
    return words | {"subtotals": "1" if layout.subtotals else None} | dict(layout.filters)


def _filters(asking: Asking, words: Mapping[str, str]) -> dict[str, str]:
    known = {column.name for column in asking.table.known}
    ranged = {f"{name}_{end}" for name in known for end in ("from", "to")}
    return {word: value.strip() for word, value in words.items() if word in known | ranged and value.strip()}
