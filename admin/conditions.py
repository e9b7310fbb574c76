"""From the words of an address to a condition on rows: what a filter may ask of a column of each kind.

Several values are joined with "|" and "-" among them stands for empty: `unchecked|invalid`, `=三年级|=四年级|-`. A text
that begins with "=" is meant whole, another is looked for anywhere; a row pointed at is named by a part of its name,
by the beginning of its code, or whole. What a column cannot know is no fault: no row has it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_

import peewee as pw

from admin.columns import NONE, Column, Kind
from admin.table import joined
from aid import dialect
from aid.errors import RuleBroken
from aid.own_columns import field_of
from aid.rules import cells, money
from aid.rules.cells import Fault
from aid.rules.times import utc
from aid.rules.words import BLANK, EXACT
from aid.scope import significant
from models import Region, Row

OR = "|"
MOST_VALUES = 500
RANGED = (Kind.DATE, Kind.MOMENT, Kind.NUMBER, Kind.MONEY, Kind.DECIMAL)
TYPED = (Kind.TEXT, Kind.LINK)  # whose filters hold what a clerk typed
LARGEST = 2**62
BRIEF = 10  # letters of what is asked, on a tab
_PART = re.compile(r"(?:[^|\\]|\\.)+|\\$")
_MARKED = re.compile(r"\\(.)")


def condition(model: type[Row], column: Column, value: str) -> pw.Expression:
    """The rows of `model` whose `column` is as `value` asks. Raises RuleBroken where it asks for more than 500."""
    parts = parts_of(column, value)
    if len(parts) > MOST_VALUES:
        raise RuleBroken(f"{column.label}一次最多选 {MOST_VALUES} 个值")
    if column.days:
        days = [day for part in parts if (day := _day(part))]
        return model.id.in_(column.days(days)) if days else _none(model.id)
    return _far(model, column, lambda field: _any_of(field, column, parts), blank=BLANK in parts)


def beyond(model: type[Row], column: Column, end: str, *, value: str) -> pw.Expression:
    """The rows from `value` on where `end` is "from", else up to it: a date, a whole number, or yuan."""
    return _far(model, column, lambda field: _one_side(field, column.kind, end, value=value))


def parts_of(column: Column, value: str) -> list[str]:
    """The values that a filter's word asks for; a text that is looked for anywhere is one, whatever is in it."""
    parts = list(dict.fromkeys(_PART.findall(value)))
    listed = bool(parts) and all(part == BLANK or part.startswith(EXACT) for part in parts)
    return [value] if column.kind is Kind.TEXT and not listed else [_MARKED.sub(r"\1", part) for part in parts]


def code_in(value: str) -> str:
    """The code in what a lookup filled in: "蒲亭镇小学（小学） 360426000003"; without a name before it, all of it."""
    return value.strip().rpartition(" ")[2]


def whole(value: str | None, *, most: int = LARGEST, otherwise: int = 0) -> int:
    """A number of an address, at most `most`; `otherwise` for anything else."""
    if value and value.isascii() and value.isdigit() and len(value) < 20:
        return min(int(value), most)
    return otherwise


def told(column: Column, value: str, *, names: Mapping[str, str] = NONE) -> str:
    """A filter's word as a clerk reads it: 未核对、无效. `names` are those of rows pointed at, by their codes."""
    labels = {"1": "是", "0": "否"} if column.kind is Kind.FLAG else column.labels or {}
    known = {**labels, **names, BLANK: "（空）"}
    plain = [part.removeprefix(EXACT) for part in parts_of(column, value)]
    return "、".join(known.get(part, part) for part in plain)


def briefly(column: Column, value: str) -> str:
    """The same for a tab: what all but one of a closed list leave out, or the first of several and how many."""
    words, labels = told(column, value), column.labels or {}
    parts = parts_of(column, value)
    if len(words) <= BRIEF or len(parts) < 2:
        return words
    [*rest] = labels.keys() - set(parts)
    if len(rest) == 1 and len(parts) == len(labels) - 1:
        return f"除{labels[rest[0]]}外"
    return f"{told(column, parts[0])}等 {len(parts)} 种"


IN_WORDS = {"parts_of": parts_of, "told": told, "briefly": briefly}  # for templates that show what is asked


# -- where the column is -------------------------------------------------------


def _far(
    model: type[Row], column: Column, ask: Callable[[pw.Field], pw.Expression], *, blank: bool = False
) -> pw.Expression:
    """What is asked of the column's own field; of the row pointed at, where the column is that row's."""
    own, _, far = column.name.partition(".")
    if own not in model._meta.fields:  # worked out, not kept
        found = ask(column.expressions[0])
        return model.id.in_(joined(model.select(model.id), [column]).where(found)) if column.joins else found
    field = field_of(model, own)
    if not far:
        return ask(field)
    target = field.rel_model
    found = field.in_(target.select(target.id).where(ask(field_of(target, far))))
    return found | field.is_null() if blank else found


# -- what is asked of it -------------------------------------------------------


def _any_of(field: pw.Field, column: Column, parts: Sequence[str]) -> pw.Expression:
    named = [part for part in parts if part != BLANK]
    asked = [_blank(field)] if len(named) < len(parts) else []
    if named:
        asked.append(_NAMED[column.kind](field, named))
    return reduce(or_, asked) if asked else _none(field)


def _blank(field: pw.Field) -> pw.Expression:
    return field.is_null() | (field == "") if isinstance(field, pw.CharField | pw.TextField) else field.is_null()


def _none(field: pw.Field) -> pw.Expression:
    return field.is_null() & field.is_null(False)


def _texts(field: pw.Field, parts: Sequence[str]) -> pw.Expression:
    if not parts[0].startswith(EXACT):  # looked for anywhere: the only one
        return field.contains(parts[0])
    return field.in_([part.removeprefix(EXACT) for part in parts])


def _flags(field: pw.Field, parts: Sequence[str]) -> pw.Expression:
    return field.in_([part == "1" for part in parts if part in ("0", "1")])


def _numbers(field: pw.Field, parts: Sequence[str]) -> pw.Expression:
    return field.in_([whole(part.removeprefix(EXACT), otherwise=-1) for part in parts])


def _read_by(read: Callable[[str], int]) -> Callable[[str], int | None]:
    def asked(value: str) -> int | None:
        """What an address says, as the column keeps it; None, which no row is asked for, for anything else."""
        try:
            return read(value)
        except Fault:
            return None

    return asked


def _whole(value: str) -> int | None:
    number = whole(value, otherwise=-1)
    return None if number < 0 else number


_ASKED_NUMBER: dict[Kind, Callable[[str], int | None]] = {
    Kind.NUMBER: _whole,
    Kind.MONEY: _read_by(money.read),
    Kind.DECIMAL: _read_by(cells.decimal),
}


def _amounts(kind: Kind) -> Callable[[pw.Field, Sequence[str]], pw.Expression]:
    def any_of(field: pw.Field, parts: Sequence[str]) -> pw.Expression:
        numbers = [_ASKED_NUMBER[kind](part.removeprefix(EXACT)) for part in parts]
        return field.in_([number for number in numbers if number is not None])

    return any_of


def _days(field: pw.Field, parts: Sequence[str]) -> pw.Expression:
    days = [day for part in parts if (day := _day(part))]
    if not isinstance(field, pw.DateTimeField):
        return field.in_(days)
    return _either([(field >= _began(day)) & (field < _ended(day)) for day in days]) if days else _none(field)


def _either(asked: Sequence[pw.Expression]) -> pw.Expression:
    """Any of these: in pairs of pairs, for a nest of 500 is too deep, and asked of each row that the other filters
    leave, for SQLite weighs every OR against every other before it begins: for two lists of 500 that takes seconds."""
    if len(asked) == 1:
        return asked[0]
    while len(asked) > 1:
        asked = [reduce(or_, asked[at : at + 2]) for at in range(0, len(asked), 2)]
    return dialect.asked_of_each(asked[0])


def _one_side(field: pw.Field, kind: Kind, end: str, *, value: str) -> pw.Expression:
    if kind in (Kind.NUMBER, Kind.MONEY, Kind.DECIMAL):
        number = _ASKED_NUMBER[kind](value)
        return _none(field) if number is None else field >= number if end == "from" else field <= number
    day = _day(value)
    if day is None:
        return _none(field)
    if kind is Kind.DATE:
        return field >= day if end == "from" else field <= day
    return field >= _began(day) if end == "from" else field < _ended(day)


def _day(value: str) -> dt.date | None:
    """The day of an address's word; None where it is not a day of any clock: no row is on it."""
    try:
        day = dt.date.fromisoformat(value.removeprefix(EXACT))
        return day if _began(day) < _ended(day) else None
    except (ValueError, OverflowError):
        return None


def _began(day: dt.date) -> dt.datetime:
    return utc(dt.datetime.combine(day, dt.time()))


def _ended(day: dt.date) -> dt.datetime:
    return utc(dt.datetime.combine(day, dt.time()) + dt.timedelta(days=1))


def _links(field: pw.ForeignKeyField, parts: Sequence[str]) -> pw.Expression:
    target = field.rel_model
    named = target._meta.fields[target.named_by[0]]
    if isinstance(named, pw.IntegerField | pw.AutoField):
        return _numbers(field, parts)
    whole_codes = [part.removeprefix(EXACT) for part in parts if part.startswith(EXACT)]
    same = [target._meta.fields.get("code", named).in_(whole_codes)] if whole_codes else []
    same += [_called(target, named, part) for part in parts if not part.startswith(EXACT)]
    return field.in_(target.select(target.id).where(_either(same)))


def _called(target: type[Row], named: pw.Field, part: str) -> pw.Expression:
    if (code := code_in(part)).isascii() and code.isdigit() and "code" in target._meta.fields:
        return target.code.startswith(significant(code.ljust(12, "0")) if target is Region else code)
    return named.contains(part.partition("（")[0])


def _places(field: pw.Node, parts: Sequence[str]) -> pw.Expression:
    """By codes alone: of what lies in a place, or of the place itself where it is asked for whole."""
    whole_codes = [part.removeprefix(EXACT) for part in parts if part.startswith(EXACT)]
    begins: dict[int, set[str]] = {}
    for part in parts:
        if not part.startswith(EXACT):
            prefix = significant(code_in(part).ljust(12, "0"))
            begins.setdefault(len(prefix), set()).add(prefix)
    inside = [pw.fn.SUBSTR(Region.code, 1, digits).in_(sorted(some)) for digits, some in begins.items()]
    return field.in_(Region.select(Region.id).where(reduce(or_, inside, Region.code.in_(whole_codes))))


_NAMED: dict[Kind, Callable[[pw.Field, Sequence[str]], pw.Expression]] = {
    Kind.TEXT: _texts,
    Kind.CHOICE: lambda field, parts: field.in_(parts),
    Kind.FLAG: _flags,
    Kind.NUMBER: _numbers,
    Kind.MONEY: _amounts(Kind.MONEY),
    Kind.DECIMAL: _amounts(Kind.DECIMAL),
    Kind.DATE: _days,
    Kind.MOMENT: _days,
    Kind.LINK: _links,
    Kind.PLACE: _places,
}
