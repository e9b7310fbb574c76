"""From a submitted list to the rows it means: the ticked ones, or all of its filter."""

from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from admin.listing import Listing
from aid.selection import Selection
from models import Row

MOST_TICKED = 2000


def submitted_selection(model: type[Row], listing: Listing) -> Selection:
    """What the form chose, with the versions or the operation number that its page showed."""
    if request.form.get("everything") == "1":
        shown_at, expected = _number("shown_at"), _number("expected")
        return Selection.filtered(model, where=listing.chosen, shown_at=shown_at, expected=expected)
    ticked = dict(_key_and_version(word) for word in request.form.getlist("row")[: MOST_TICKED + 1])
    if not ticked or len(ticked) > MOST_TICKED:
        raise BadRequest
    return Selection.ticked(model, ticked)


def key_of(word: Any) -> int:
    """A row's id as it comes in an address; 0, which no row has, for anything else."""
    return int(word) if isinstance(word, str) and word.isascii() and word.isdigit() and len(word) < 19 else 0


def _key_and_version(word: str) -> tuple[int, int]:
    key, _, version = word.partition(":")
    return key_of(key), key_of(version)


def _number(name: str) -> int:
    word = request.form.get(name, "")
    if not word.isascii() or not word.isdigit():
        raise BadRequest
    return int(word[:18])
