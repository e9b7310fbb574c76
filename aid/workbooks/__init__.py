"""Workbooks that go out (DOMAIN.md part 5): each yields sheets of lines, aid.workbooks.base writes them."""

import datetime as dt
from pathlib import Path

from aid.operations.events import exported
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import Actor
from aid.workbooks.accounts import Accounts
from aid.workbooks.base import write_book
from aid.workbooks.duplicate_check import DuplicateCheck
from aid.workbooks.regional_summary import RegionalSummary
from aid.workbooks.school_progress import SchoolProgress
from aid.workbooks.unplaced import Unplaced
from models import now

WORKBOOKS = {
    book.slug: book
    for book in (
        RegionalSummary(),
        SchoolProgress(),
        DuplicateCheck(),
        Unplaced(),
        Accounts(),
    )
}


def make_workbook(actor: Actor, slug: str, out: Path, *, at: dt.datetime | None = None) -> None:
    """Write the workbook called `slug` to `out`, of what `actor` may read, as it stands; `at` is the moment in UTC that
    it bears, by default the present. That it was made is on record.

    Raises NotAllowed, KeyError for an unknown slug, RuleBroken where `out` cannot be written.
    """
    actor.demand(Permission.WORKBOOK_MAKE)
    made, book = local(at or now()), WORKBOOKS[slug]
    actor.demand(book.read)
    lines = write_book(out, book.sheets(actor, made), author=actor.name, made=made)
    exported(actor, f"{book.title}（xlsx）", lines)
