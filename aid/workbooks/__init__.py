"""Workbooks that go out (DOMAIN.md part 5): each yields sheets of lines, aid.workbooks.base writes them."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from aid import dialect
from aid.errors import RuleBroken
from aid.operations.events import exported
from aid.permissions import Permission
from aid.record import last_of_the_data
from aid.rules import terms
from aid.rules.cells import Fault
from aid.rules.times import local
from aid.scope import Actor
from aid.workbooks.accounts import Accounts
from aid.workbooks.aid_summary import AidSummary
from aid.workbooks.base import write_book
from aid.workbooks.cross_border import CrossBorder
from aid.workbooks.dropout_ledger import DropoutLedger
from aid.workbooks.duplicate_check import DuplicateCheck
from aid.workbooks.public_list import PublicList
from aid.workbooks.regional_summary import RegionalSummary
from aid.workbooks.roster import Roster
from aid.workbooks.school_progress import SchoolProgress
from aid.workbooks.sheets import Line, Sheet
from aid.workbooks.unplaced import Unplaced
from models import now

BOOKS = (
    *(RegionalSummary(), SchoolProgress(), Roster(), CrossBorder(), DuplicateCheck()),
    *(DropoutLedger(), Unplaced(), AidSummary(), PublicList(), Accounts()),
)
WORKBOOKS = {book.slug: book for book in BOOKS}
LONG = frozenset({Roster.slug, PublicList.slug})  # of so many lines that they are not all held in memory
OF_A_TERM = frozenset({AidSummary.slug, PublicList.slug})  # of the present one unless another is chosen
EVERY = 500  # lines after which it is told how far it is
Watch = Callable[[str, int], None]  # told what is being done, and how many lines are written


@dataclass(frozen=True)
class Written:
    """How many lines of a table a workbook has, and the last operation that it knows of among those its maker reads."""

    lines: int
    newest: int | None


def may_make(actor: Actor, slug: str) -> bool:
    """Whether the actor may make the workbook called `slug`."""
    return actor.may(Permission.WORKBOOK_MAKE) and actor.may(WORKBOOKS[slug].read)


def name_of(slug: str, term: str = "") -> str:
    """What a workbook is called, with the term where one was chosen.

    Raises KeyError for an unknown slug, RuleBroken for what is no term or where the workbook is of none.
    """
    title = WORKBOOKS[slug].title
    if not term:
        return title
    if slug not in OF_A_TERM:
        raise RuleBroken(f"“{title}”不分学期，请不选学期再生成")
    try:
        return f"{title}（{terms.read(term)}）"
    except Fault as fault:
        raise RuleBroken(f"学期{fault}") from fault


def make_workbook(actor: Actor, slug: str, out: Path, *, at: dt.datetime | None = None, term: str = "") -> None:
    """Write the workbook called `slug` to `out`, of what `actor` may read, as it stands; `at` is the moment in UTC that
    it bears, by default the present. One that is of a term is of `term`, written as aid.rules.terms reads it. That it
    was made is on record.

    Raises NotAllowed, what `name_of` does, RuleBroken where `out` cannot be written.
    """
    name = name_of(slug, term)
    written = write_workbook(actor, slug, out, at=at or now(), term=term)
    exported(actor, f"{name}（xlsx）", written.lines)


def write_workbook(
    actor: Actor, slug: str, out: Path, *, at: dt.datetime, term: str = "", watch: Watch = lambda *_: None
) -> Written:
    """As `make_workbook`, of one state of the database from the first sheet to the last; `watch` is told how far it is.
    Nothing is put on record.
    """
    actor.demand(Permission.WORKBOOK_MAKE)
    made, book = local(at), WORKBOOKS[slug]
    actor.demand(book.read)
    with dialect.one_state():
        newest = last_of_the_data(actor.scope)
        chosen = {"term": terms.read(term)} if term else {}
        sheets = _watched(book.sheets(actor, made, **chosen), watch)
        return Written(write_book(out, sheets, author=actor.name, made=made, long=slug in LONG), newest)


def _watched(sheets: Iterable[Sheet], watch: Watch) -> Iterator[Sheet]:
    told = 0

    def each(name: str, lines: Iterable[Line]) -> Iterator[Line]:
        nonlocal told
        for line in lines:
            if told % EVERY == 0:
                watch(f"写“{name}”", told)
            told += 1
            yield line

    watch("统计", 0)
    for sheet in sheets:
        yield replace(sheet, lines=each(sheet.name, sheet.lines))
    watch("压缩文件", told)
