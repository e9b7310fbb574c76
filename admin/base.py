"""The generated base of every table's view: list, details with story, bulk actions, exports, lookups.

A view names its model, its columns and the permission to read; everything else follows from the model. It never says
which rows somebody may see (aid/scope.py does) and never writes one (aid/operations do).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import peewee as pw
from flask import has_request_context, redirect, request, url_for
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm

from admin.columns import Column, columns_of
from admin.conditions import IN_WORDS
from admin.exporting import Exports
from admin.grid.desk import Desk
from admin.grid.figures import Figures
from admin.kept import TYPED
from admin.listing import Listing
from admin.selection import key_of, submitted_selection
from admin.shell import Locked, say, status_of
from admin.table import Reach, Table
from aid.errors import AidError, Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.outcome import Outcome
from aid.own_columns import own_among, own_beside, own_names, own_of, shown_fields
from aid.permissions import Permission
from aid.record import newest_operation
from aid.rules import names
from aid.scope import Actor, visible
from aid.selection import Selection
from aid.story import story
from forms.base import SHOWN_AGAIN, PanelForm
from models import Row

LOOKUP_ROWS = 20
OWN_COLUMNS = "X-Own-Columns"
ANSWER = "answer-"  # keeps what a question asks for apart from the filters of the list behind it
NOT_CARRIED = {"csrf_token", "confirmed", TYPED, SHOWN_AGAIN}


@dataclass(frozen=True)
class BulkAction:
    """An operation on the ticked rows of a list or on all rows of its filter: on every one, or on none.

    `question` is asked first and names the number of rows as {n}; `form` holds what else the operation needs; where
    `tabs` is given, the action is offered under these tabs alone; `answer` is the page that shows what the operation
    hands back, instead of the list; `page` the one that asks; `counter` is the measure word of its rows.
    """

    name: str
    label: str
    operation: Callable[..., Outcome]
    permission: Permission
    question: str
    form: type[FlaskForm] = PanelForm
    grave: bool = False
    tabs: frozenset[str] | None = None
    answer: str = ""
    undoable: bool = True
    page: str = "confirm.html"
    counter: str = "条"

    def belongs(self, tab: str | None) -> bool:
        return self.tabs is None or tab in self.tabs


class PanelView(Desk, Figures, Exports, Locked, BaseView):
    """A list, a page per row and some actions over one table."""

    model: ClassVar[type[Row]]
    columns: ClassVar[Sequence[str]]
    details: ClassVar[Sequence[str]] = ()
    labels: ClassVar[Mapping[str, str]] = {}
    codes: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    filters: ClassVar[Sequence[str]] = ()
    also: ClassVar[Sequence[str]] = ()  # filtered by where an address asks, and offered only then
    also_own: ClassVar[Mapping[str, type[Row]]] = {}  # and so are the county's columns of what these point at
    search: ClassVar[Sequence[str]] = ()
    sort: ClassVar[str] = "-id"
    tabs: ClassVar[str | None] = None
    defaults: ClassVar[Mapping[str, str]] = {}
    bulk_actions: ClassVar[Sequence[BulkAction]] = ()
    note: ClassVar[str] = ""
    nothing: ClassVar[str] = "还没有记录。"
    sums: ClassVar[bool] = False  # whether the list's head tells the sums of its money
    reach: ClassVar[Reach] = staticmethod(visible)
    list_template: ClassVar[str] = "list.html"
    details_template: ClassVar[str] = "details.html"

    def __init__(self, *, category: str | None = None, name: str | None = None, endpoint: str | None = None) -> None:
        place = endpoint or self.model._meta.table_name
        super().__init__(name or self.model.title, category, endpoint=place, url=f"/{place}")
        self._tables: dict[str, tuple[tuple[Any, ...], Table]] = {}

    # -- which rows -----------------------------------------------------------

    @property
    def table(self) -> Table:
        return self.known_table("table", self.columns)

    def known_table(self, place: str, wanted: Sequence[str]) -> Table:
        """The table of these columns, with those that the county has added: made anew only where they have changed."""
        made_of = own_of(self.model), self._own, own_beside(self.also_own)
        kept = self._tables.get(place)
        if kept is None or kept[0] != made_of:
            kept = self._tables[place] = made_of, self.tabled(wanted)
        return kept[1]

    @property
    def _own(self) -> tuple[str, ...]:
        """The columns that the county has added, as the page that asks shows them: the script of a grid says which."""
        shown = request.headers.get(OWN_COLUMNS) if has_request_context() else None
        return own_names(self.model) if shown is None else own_among(self.model, shown.split(","))

    def tabled(self, wanted: Sequence[str]) -> Table:
        """The view's table with the columns of these names, and with those that the county has added to it."""
        own = self._own
        also = [*self.also, *own_beside(self.also_own)]
        return Table(
            model=self.model,
            columns=self.made([*wanted, *own]),
            filters=self.made([*self.filters, *own]),
            also=self.made([name for name in also if name not in (*wanted, *self.filters, *own)]),
            search=self.search,
            sort=self.sort,
            tabs=self.tabs,
            defaults=self.defaults,
            reach=self.reach,
        )

    @property
    def _details_table(self) -> Table:
        wanted = [*self.details, *own_names(self.model)] if self.details else list(shown_fields(self.model))
        return Table(model=self.model, columns=self.made(wanted))

    def made(self, wanted: Sequence[str]) -> list[Column]:
        """The columns of these names, made from the model."""
        return columns_of(self.model, wanted, labels=self.labels, codes=self.codes)

    @property
    def asks_for(self) -> str:
        """What may be typed to search: the columns by name, the first of them also by initials."""
        first, *others = (self.model._meta.fields[name].verbose_name for name in self.search)
        return "、".join([first, "拼音首字母", *(f"完整{name}" if name == "身份证号" else name for name in others)])

    def narrow(self) -> pw.Expression | None:
        """A condition that makes this view a part of its table."""
        return None

    def listing(self, table: Table, words: Mapping[str, str]) -> Listing:
        """One look at this view's table, or at its grid's."""
        return Listing(table, self.actor.scope, words, narrow=self.narrow())

    def look(self) -> Listing:
        return self.listing(self.table, request.values)

    def row(self, key: Any) -> Any:
        """The visible row with this id. Raises OutOfScope for any other."""
        row = visible(self.model, self.actor.scope).where(self.model.id == key_of(key)).get_or_none()
        if row is None:
            raise OutOfScope("没有这条记录，或不在您的管理范围内。")
        return row

    # -- list -----------------------------------------------------------------

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> Any:
        look = self.coloured(self.look())
        if request.method == "POST" and not look.unaddressed:
            return redirect(url_for(".index_view", **look.address(page=None)))
        look.page = min(look.page, look.last_page)
        actions = self.actions(look)
        return self.render(
            self.list_template,
            look=look,
            lines=look.lines,
            actions=actions,
            shown_at=newest_operation() if actions else None,
            **IN_WORDS,
            **self.extras(look),
        )

    def actions(self, look: Listing) -> list[BulkAction]:
        return [action for action in self.offered if action.belongs(look.tab)]

    @property
    def offered(self) -> list[BulkAction]:
        """The actions that the actor may take, under whatever tab."""
        return [action for action in self.bulk_actions if self.actor.may(action.permission)]

    def extras(self, look: Listing) -> dict[str, Any]:
        """What the view's own list template wants beside the list."""
        return {}

    # -- one row --------------------------------------------------------------

    @expose("/details/")
    def details_view(self) -> str:
        return self._details(self.row(request.args.get("id")))

    def _details(self, row: Any, **more: Any) -> str:
        look = self.coloured(Listing(self._details_table, self.actor.scope, {}))
        [line] = look.lines_of([row.id])
        chapters = story(self.actor, row) if hasattr(row, "version") else []
        context = {"warnings": look.ruled.warnings(line.said)} | self.row_extras(row) | more
        return self.render(self.details_template, row=row, line=line, chapters=chapters, **context)

    def row_extras(self, row: Any) -> dict[str, Any]:
        return {}

    # -- actions --------------------------------------------------------------

    @expose("/bulk/<action_name>", methods=("POST",))
    def bulk_view(self, action_name: str) -> Any:
        action = next((action for action in self.bulk_actions if action.name == action_name), None)
        if action is None:
            raise OutOfScope("没有这个操作。")
        if not self.actor.may(action.permission):
            raise NotAllowed(f"您的角色没有“{action.permission.label}”的权限。")
        look = self.opened(request.values)
        selection = submitted_selection(self.model, look)
        confirmed = request.form.get("confirmed") == "1"
        form = action.form(prefix=ANSWER) if confirmed else action.form(formdata=None, prefix=ANSWER)
        if not confirmed or not form.validate():
            return self._ask(action, form=form, selection=selection), 422 if confirmed else 200
        try:
            outcome = action.operation(self.actor, selection, **_answers(form), **self.meant(look))
        except (Conflict, RuleBroken) as refusal:
            return self._ask(action, form=form, selection=selection, refusal=refusal), status_of(refusal)
        if action.answer:
            return self.render(action.answer, action=action, outcome=outcome)
        done = f"{action.label}：{outcome.rows} {action.counter}"
        say(done, operation_id=outcome.operation_id if action.undoable else None)
        return redirect(self._before(look, page=None))

    def meant(self, look: Listing) -> dict[str, Any]:
        """What the operation of an action is told beside the answers of its form."""
        return {}

    def foreseen(self, form: FlaskForm, look: Listing, selection: Selection) -> dict[str, Any]:
        """What the page of an action tells before it is done; what of it is to be meant goes into the form."""
        return {}

    def _before(self, look: Listing, **changes: Any) -> str:
        """Where the question about rows was asked from: the list, or its grid."""
        if request.form.get("back") != "grid":
            return url_for(".index_view", **look.address(**changes))
        group = request.form.get("group", "")
        return url_for(".grid_view", **look.address(page=None, group=group if look.table.column(group) else None))

    def _ask(
        self, action: BulkAction, *, form: FlaskForm, selection: Selection, refusal: AidError | None = None
    ) -> str:
        words = request.form.items(multi=True)
        carried = [(word, value) for word, value in words if not word.startswith(ANSWER) and word not in NOT_CARRIED]
        look = self.opened(request.values)
        return self.render(
            action.page,
            action=action,
            form=form,
            rows=selection.expected,
            carried=carried,
            refusal=refusal,
            moved_on=isinstance(refusal, Conflict),
            back=self._before(look),
            **self.foreseen(form, look, selection),
        )

    @expose("/lookup/<column_name>")
    def lookup_view(self, column_name: str) -> dict[str, Any]:
        """Rows that a filter's column may point at, by part of the name, initials or code; at most 20."""
        column = self.sheet.column(column_name)
        if column is None or column.looks_up is None:
            raise OutOfScope("没有这一列。")
        return {"found": lookup(column.looks_up, self.actor, request.args.get("q", "").strip())}


def lookup(target: type[Row], actor: Actor, term: str) -> list[dict[str, str]]:
    """Visible rows of a table by name, initials or code, as a value for a filter and a text to read."""
    code = target._meta.fields.get("code")
    found = []
    for row in visible(target, actor.scope).order_by(code or target.id):
        if names.fits(str(row), term) or (code and row.code.startswith(term)):
            value = f"{row} {row.code}" if code else str(row)
            found.append({"value": value, "text": str(row), "code": row.code if code else ""})
        if len(found) == LOOKUP_ROWS:
            break
    return found


def _answers(form: FlaskForm) -> dict[str, Any]:
    return {field.short_name: field.data for field in form if field.short_name != "csrf_token"}
