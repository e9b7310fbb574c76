"""What the rows of a grid come to: how many, how many filled, how many different, the sum."""

from typing import Any

from flask_admin import expose

from admin.grid.asked import names_in, sent, whole_in
from admin.grid.sheet import Spreadsheet
from admin.measures import totals

MOST_COUNTED = 100_000


class Figures(Spreadsheet):
    """The totals of a grid's rows, beside its rows."""

    @expose("/grid/totals", methods=("POST",))
    def totals_view(self) -> dict[str, Any]:
        """Of `count` rows of the opened grid from `from` on, at most 100,000: [filled, different, sum] by column.

        Different values are counted in the columns of `distinct` alone, which takes the most time.
        """
        body = sent()
        first, count = whole_in(body, "from"), min(whole_in(body, "count"), MOST_COUNTED)
        ids = self._snapshot(body).ids[first : first + count]
        named, counted = set(names_in(body, "columns")), names_in(body, "distinct")
        columns = [column for column in self.sheet.columns if column.name in named]
        found = totals(self.sheet, self.actor.scope, ids, columns=columns, distinct=counted)
        rows = next((total.rows for total in found.values()), 0)
        return {"rows": rows, "columns": {name: [t.filled, t.distinct, t.sum] for name, t in found.items()}}
