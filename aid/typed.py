"""How a typed text becomes a column's value, by one rule for the form, the cell and the sheet; the way back from
aid.labels.label_of.

What a column can hold is the model's own field; how it may be written is aid.rules.cells. Foreign keys are looked up
by aid.editing.links, for they need to know who is asking.
"""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import peewee as pw

from aid.rules import cells, money, networks
from aid.rules.cells import Fault
from models import Decimals, Fen, Organisation, Region

Reader = Callable[[Any], Any]


def read(field: pw.Field, given: Any, *, today: dt.date) -> Any:
    """The value of `field` that `given` means: a text as typed, or a value of the field's own kind.

    Empty clears. Raises Fault, with a sentence for beside the cell.

    >>> from models import Enrolment
    >>> [read(Enrolment.boards, text, today=dt.date.max) for text in ("是", "")]
    [True, None]
    >>> read(Enrolment.birth_date, "2017/9/1", today=dt.date.max), read(Enrolment.sex, "女", today=dt.date.max)
    (datetime.date(2017, 9, 1), 'female')
    """
    if given is None or (isinstance(given, str) and cells.is_empty(given)):
        return empty(field)
    if isinstance(field, pw.BooleanField) and isinstance(given, bool):
        return given
    read_by = reader(field)
    return read_by(given, today=today) if read_by is cells.date else read_by(given)


def empty(field: pw.Field) -> Any:
    """What an empty cell leaves in `field`: nothing where it may be missing, no text where it may be empty.

    Raises Fault where neither may be.
    """
    if field.null:
        return None
    if isinstance(field, pw.CharField) and field.default == "":
        return ""
    raise Fault("missing", "不能为空")


def stored(field: pw.Field, value: Any) -> Any:
    """A value as the database keeps it."""
    return value if value is None or type(value) is str else field.db_value(value)


def reader(field: pw.Field) -> Reader:
    """What reads a filled cell of `field`, which points at no other table."""
    # Only the model's own field is known again: what the county has added may mean something else tomorrow.
    fixed = field.model is not None and field.model._meta.fields.get(field.name) is field
    return _known_reader(field) if fixed else _reader(field)


def _reader(field: pw.Field) -> Reader:
    if special := SPECIAL.get((field.model, field.name)):
        return special
    if field.choices:
        return partial(cells.one_of, labels={label: code for code, label in field.choices})
    for kind, read_by in READERS.items():
        if isinstance(field, kind):
            return read_by
    return partial(cells.text, longest=field.max_length)


_known_reader = lru_cache(maxsize=500)(_reader)


def _networks(given: str) -> str:
    try:
        written = networks.written(given)
    except ValueError as fault:
        raise Fault("malformed", str(fault)) from fault
    if len(written) > Organisation.networks.max_length:
        raise Fault("malformed", "登录网段太多，请合并成较大的网段")
    return written


def _one_spaced(given: str) -> str:
    return " ".join(cells.text(given, longest=Organisation.name.max_length).split())


SPECIAL: dict[tuple[type, str], Reader] = {  # columns whose texts follow a rule of their own
    (Organisation, "name"): _one_spaced,
    (Organisation, "networks"): _networks,
    (Region, "code"): cells.code,
}
READERS: dict[type[pw.Field], Reader] = {
    pw.BooleanField: cells.yes_or_no,
    pw.DateField: cells.date,
    Fen: money.read,
    Decimals: cells.decimal,
    pw.IntegerField: cells.whole,
}
