"""Workbooks that go out (DOMAIN.md part 5): each yields sheets of lines, aid.workbooks.base writes them."""

import datetime as dt
from pathlib import Path

from aid.operations.events import exported
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import Actor
from aid.workbooks.aid_summary import AidSummary
from aid.workbooks.base import write_book
from aid.workbooks.cross_border import CrossBorder
from aid.workbooks.dropout_ledger import DropoutLedger
from aid.workbooks.public_list import PublicList
from aid.workbooks.regional_summary import RegionalSummary
from aid.workbooks.roster import Roster
from aid.workbooks.school_progress import SchoolProgress
from models import now

BOOKS = (
    *(RegionalSummary(), SchoolProgress(), Roster(), CrossBorder(), DropoutLedger()),
    *(AidSummary(), PublicList()),
)
WORKBOOKS = {book.slug: book for book in BOOKS}
LONG = frozenset({Roster.slug, PublicList.slug})  # of so many lines that they are not all held in memory
BEYOND = {  # what a workbook needs beside the permission to make one
    DropoutLedger.slug: Permission.DROPOUT_READ,
    AidSummary.slug: Permission.AID_READ,
    PublicList.slug: Permission.PUBLIC_NOTICE_READ,
}


def may_make(actor: Actor, slug: str) -> bool:
    """Whether the actor may make the workbook called `slug`."""
    return actor.may(Permission.WORKBOOK_MAKE) and actor.may(BEYOND.get(slug, Permission.WORKBOOK_MAKE))


def make_workbook(actor: Actor, slug: str, out: Path, *, at: dt.datetime | None = None) -> None:
    """Write the workbook called `slug` to `out`, of what `actor` may read, as it stands; `at` is the moment in UTC that
    it bears, by default the present. That it was made is on record.

    Raises NotAllowed, KeyError for an unknown slug, RuleBroken where `out` cannot be written.
    """
    actor.demand(Permission.WORKBOOK_MAKE)
    actor.demand(BEYOND.get(slug, Permission.WORKBOOK_MAKE))
    made, book = local(at or now()), WORKBOOKS[slug]
    lines = write_book(out, book.sheets(actor, made), author=actor.name, made=made, long=slug in LONG)
    exported(actor, f"{book.title}（xlsx）", lines)
