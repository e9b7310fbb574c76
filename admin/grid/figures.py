"""What the rows of a grid come to: how many, how many filled, how many different, the sum."""

from typing import Any

from flask_admin import expose

from admin.columns import Column, Kind
from admin.grid.asked import names_in, sent, whole_in
from admin.grid.sheet import Spreadsheet
from admin.measures import totals
from aid.rules import money
from aid.rules.cells import decimal_told

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
        kept = self._snapshot(body)
        ids, table = kept.ids[first : first + count], self.opened(kept.words).table
        named, counted = set(names_in(body, "columns")), names_in(body, "distinct")
        columns = [column for column in table.columns if column.name in named]
        found = totals(table, self.actor.scope, ids, columns=columns, distinct=counted)
        rows = next((total.rows for total in found.values()), 0)
        sums = {column.name: _sum(column, found[column.name].sum) for column in columns}
        return {"rows": rows, "columns": {name: [t.filled, t.distinct, sums[name]] for name, t in found.items()}}


def _sum(column: Column, total: int | None) -> int | str | None:
    """As the script shows it: of money the yuan, of decimals the number, written out."""
    told = {Kind.MONEY: money.grouped, Kind.DECIMAL: decimal_told}.get(column.kind)
    return told(int(total)) if told and total is not None else total
