"""How one works at a grid: filters from the heads of its columns, the layout one left, views by name (issue 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import url_for
from flask_admin import expose

from admin.grid.asked import LONGEST_WORDS, sent, whole_in, word_in, words_of
from admin.grid.sheet import Spreadsheet
from admin.grid.told import told_columns, told_ruling, told_values, told_views
from admin.listing import Listing
from admin.measures import MOST_SHOWN, values
from admin.ruled import ruled
from admin.shell import needs
from admin.table import Line
from aid.errors import OutOfScope
from aid.meant import meanings
from aid.operations.history import undo
from aid.operations.saved_views import (
    LAST,
    View,
    keep_layout,
    keep_view,
    left_rules,
    readable_views,
    remove_view,
    views_for,
)
from aid.own_columns import own_names
from aid.permissions import Permission
from aid.record import last_operation
from aid.rules.ruling import Rule
from aid.scope import visible
from models import Operation, Row, SavedView


class Desk(Spreadsheet):
    """Mixed into the view of a table, before Spreadsheet, whose page and opening it adds to."""

    def _told(self) -> dict[str, Any]:
        kept = self._views
        last = next((view for view in kept if view.mine and view.name == LAST), None)
        return super()._told() | {
            "layout": last.layout if last else None,
            "lost": last.lost if last else (),
            "meanings": meanings(self.model, own_names(self.model)),
            "views": told_views(kept),
            "shares": self.actor.may(Permission.VIEW_SHARE),
            "views_page": url_for("saved_view.index_view"),
            "ruling": told_ruling(),
        }

    def _open(self, asked: Mapping[str, str]) -> dict[str, Any]:
        opened, look = super()._open(asked), self.opened(asked)
        words, group = look.address(page=None), {"group": opened["group"]} if opened["group"] else {}
        return opened | {
            "words": words | look.unaddressed | group,
            "chips": look.asked,
            "hides": look.hides,
            "carried": list(look.carried),
            "list": url_for(".index_view", **words),
            "address": url_for(".grid_view", **words, **group),
        }

    # -- rules --------------------------------------------------------------------------

    def coloured(self, look: Listing, rules: Sequence[Rule] | None = None) -> Listing:
        """The same look with what these rules say of its rows; without any, those under which one left the table."""
        held = left_rules(self.actor, self.model) if rules is None else rules
        if held:
            look.ruled = ruled(held, shown=look.table.columns, known=self.sheet.columns)
        return look

    def advice(self, row: Row | None) -> dict[str, Any] | None:
        """For a form over this row, or over one that is to be: what is warned of as it stands, and what the form's
        script asks of what is typed. None where no rule warns."""
        rules = [rule for rule in left_rules(self.actor, self.model) if rule.get("warn")]
        known = ruled(rules, shown=self.sheet.columns, known=())
        if not known.ruling:
            return None
        columns = [column for column in self.sheet.columns if column.name in known.ruling.columns]
        look = self.coloured(Listing(replace(self.sheet, columns=columns), self.actor.scope, {}), rules)
        [line] = look.lines_of([row.id]) if row else [Line(0, 0, [])]
        return {
            "warnings": look.ruled.warnings(line.said),
            "rules": [rule for rule in rules if rule["column"] in known.ruling.columns],
            "columns": told_columns(columns, editable=(), addable=()),
            "texts": {cell.column.name: cell.linked for cell in line.cells},
            "fresh": row is None,
        }

    # -- filters --------------------------------------------------------------------

    @expose("/grid/values", methods=("POST",))
    def values_view(self) -> dict[str, Any]:
        """What stands in a column under everything that is asked of the others, the most frequent first."""
        body = sent()
        look = self.opened(words_of(body.get("words"), longest=LONGEST_WORDS))
        found = values(look, word_in(body, "column"), limit=MOST_SHOWN + 1)
        return {"values": told_values(found[:MOST_SHOWN]), "more": len(found) > MOST_SHOWN}

    # -- layout ---------------------------------------------------------------------

    @expose("/grid/layout", methods=("POST",))
    @needs(Permission.VIEW_KEEP)
    def layout_view(self) -> dict[str, Any]:
        """Keep how the columns stand, for this account. Filters are not kept: rows left out by one that was set last
        week would be missed."""
        keep_layout(self.actor, self.model, layout=sent().get("layout"), words={}, beside=self._shown)
        return {}

    # -- views ----------------------------------------------------------------------

    @expose("/grid/views", methods=("POST",))
    def views_view(self) -> dict[str, Any]:
        return {"views": told_views(self._views)}

    @expose("/grid/keep", methods=("POST",))
    @needs(Permission.VIEW_KEEP)
    def keep_view(self) -> dict[str, Any]:
        """Keep a view under a name: a new one, or one's own at the version that the script shows."""
        body = sent()
        version = whole_in(body, "version")
        row = keep_view(
            self.actor,
            self.model,
            name=word_in(body, "name"),
            layout=body.get("layout"),
            words=words_of(body.get("words"), longest=LONGEST_WORDS),
            shared=body.get("shared") is True,
            version=version,
            beside=self._shown,
        )
        written = last_operation(row) if row.version != version else None
        return {"view": row.id, "operation": written, "views": told_views(self._views)}

    @expose("/grid/remove", methods=("POST",))
    @needs(Permission.VIEW_KEEP)
    def remove_view(self) -> dict[str, Any]:
        body = sent()
        row = readable_views(self.actor).where(SavedView.id == whole_in(body, "view")).get_or_none()
        if row is None:
            raise OutOfScope("没有这个视图，或它没有共享给您。")
        row.version = whole_in(body, "version")
        done = remove_view(self.actor, row)
        return {"operation": done.operation_id, "views": told_views(self._views)}

    @expose("/grid/take_back", methods=("POST",))
    @needs(Permission.VIEW_KEEP)
    def take_back_view(self) -> dict[str, Any]:
        """Undo what was just done to a view, by the operation that the script was told."""
        wanted = Operation.id == whole_in(sent(), "operation")
        mine = Operation.action.in_([Permission.VIEW_KEEP.value, Permission.VIEW_SHARE.value])
        operation = visible(Operation, self.actor.scope).where(wanted, mine).get_or_none()
        if operation is None:
            raise OutOfScope("没有这个操作，或不在您的管理范围内。")
        undo(self.actor, operation)
        return {"views": told_views(self._views)}

    @property
    def _shown(self) -> set[str]:
        """The columns of the grid, also those that are worked out."""
        return {column.name for column in self.sheet.known}

    @property
    def _views(self) -> list[View]:
        return views_for(self.actor, self.model)
