"""What the grid's script sends, read: anything that is not as the script sends it is refused as incomplete."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from aid.editing import Gesture, RowEdit

MOST_LOADED, MOST_CELLS, MOST_NAMES, LONGEST = 15_000, 100_000, 200, 1000
LARGEST = 1_000_000  # bytes: read into Python it is dozens of times as large, and only a paste needs more
LONGEST_CELL = 32_767  # Excel's own: what is too long for its column is a fault of that cell, not of the whole paste
LONGEST_WORDS = 8000  # of an address: a filter may tick 500 values
NO_LETTER = re.compile("[\0\ud800-\udfff]")  # NUL, half of a letter that takes two: JSON can say it, no text can


def sent(*, largest: int | None = LARGEST) -> dict[str, Any]:
    """What the script sent. At most `largest` bytes; None is what the server takes of anything."""
    if largest is not None and (request.content_length or 0) > largest:
        raise RequestEntityTooLarge
    try:
        body = request.get_json(silent=True)
    except RecursionError as nested:  # thousands of brackets
        raise BadRequest from nested
    if not isinstance(body, dict):
        raise BadRequest
    return body


def whole_in(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise BadRequest
    return value


def word_in(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadRequest
    return value


def token_in(body: Mapping[str, Any]) -> str:
    token = word_in(body, "gesture")
    if not 16 <= len(token) <= 40 or not token.replace("-", "").isalnum():
        raise BadRequest
    return token


def words_of(value: Any, *, longest: int = LONGEST) -> dict[str, str]:
    """The words of an address, as letters that a database takes."""
    words = _texts_of(value, longest=longest)
    if any(NO_LETTER.search(text) for pair in words.items() for text in pair):
        raise BadRequest
    return words


def _texts_of(value: Any, *, longest: int) -> dict[str, str]:
    texts = value.values() if isinstance(value, dict) else [None]
    if not all(isinstance(text, str) and len(text) <= longest for text in texts):
        raise BadRequest
    return value


def ranges_in(body: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The (first, count) of the windows that the script holds, never more rows than it may hold."""
    found = body.get("ranges")
    whole = isinstance(found, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(number, int) and number >= 0 for number in pair)
        for pair in found
    )
    if not whole or sum(count for _, count in found) > MOST_LOADED:
        raise BadRequest
    return [(first, count) for first, count in found]


def gesture_in(body: Mapping[str, Any]) -> Gesture:
    rows, added = body.get("rows", []), body.get("added", [])
    if not isinstance(rows, list) or not isinstance(added, list) or len(rows) + len(added) > MOST_CELLS:
        raise BadRequest
    try:
        edits = [RowEdit(row_id, version, _cells(cells)) for row_id, version, cells in rows]
        texts = set(chain.from_iterable(chain.from_iterable(edit.cells for edit in edits)))
    except (AttributeError, TypeError, ValueError) as fault:
        raise BadRequest from fault
    if set(map(type, texts)) - {str} or max(map(len, texts), default=0) > LONGEST_CELL:
        raise BadRequest
    if not all(type(number) is int and 0 <= number < 2**62 for edit in edits for number in (edit.id, edit.version)):
        raise BadRequest
    fresh = tuple(_texts_of(row, longest=LONGEST_CELL) for row in added)
    if sum(len(edit.cells) for edit in edits) + sum(map(len, fresh)) > MOST_CELLS:
        raise BadRequest
    return Gesture(token=token_in(body), rows=edits, added=fresh, keep_sound=body.get("keep_sound") is True)


def _cells(cells: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    return [(column, old, new) for column, (old, new) in cells.items()]


def numbers_in(body: Mapping[str, Any], name: str) -> list[int]:
    """A list of whole numbers; nothing where it is not sent."""
    found = body.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_NAMES or not all(isinstance(one, int) for one in found):
        raise BadRequest
    return found


def names_in(body: Mapping[str, Any], name: str) -> list[str]:
    """A list of columns by name; at most as many as no table has."""
    found = body.get(name)
    if not isinstance(found, list) or len(found) > MOST_NAMES or not all(isinstance(one, str) for one in found):
        raise BadRequest
    return found
