"""What the rules of 着色与提醒 say of one row, by what its cells show: for lists, paper and workbooks.

static/ruled.js says the same of the grid and of forms while one types; tests/aid/rules/colouring_cases.py asks both.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from aid.rules.colouring import BARE, HOWS, LOOKS, SCOPES

Rule = Mapping[str, str]
LINK = "link"  # its text is what a lookup fills in: a name, and behind it the code where that is known
NUMERIC, DATED, CODED = ("number", "money", "decimal"), ("date", "moment"), ("choice", "flag")
DAY = 10  # letters of a moment that are its day
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LINKED = re.compile(r"(?:(.*) )?([0-9]{12})", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """A column as a rule asks it: its kind, and of choices the code behind each label, of closed ones too."""

    label: str
    kind: str
    codes: Mapping[str, str] = field(default_factory=dict)

    def code(self, value: str) -> str:
        """What a choice is compared by; what is no code is meant as a label: rules were once kept so."""
        return value if value in self.codes.values() else self.codes.get(value, value)

    def told(self, value: str) -> str:
        """A value to compare with, as a clerk reads it."""
        return next((label for label, code in self.codes.items() if code == value), value)


@dataclass(frozen=True)
class CellSaid:
    """Of one cell: its colour, whether that is its own rather than its row's, and what is warned of."""

    look: str = ""
    marked: bool = False
    warn: str = ""


PLAIN = CellSaid()


@dataclass(frozen=True)
class Said:
    """Of one row: its colour, and what is said of cells apart from that."""

    look: str
    own: Mapping[str, CellSaid]

    def cell(self, name: str) -> CellSaid:
        own = self.own.get(name)
        if own is None:
            return CellSaid(self.look) if self.look else PLAIN
        return CellSaid(own.look or self.look, bool(own.look), own.warn)

    @property
    def warnings(self) -> dict[str, str]:
        """By column, in the order of the rules."""
        return {name: own.warn for name, own in self.own.items() if own.warn}


NOTHING = Said("", {})


class Ruling:
    """The rules that hold for some columns, made ready for many rows. A rule of another column says nothing."""

    def __init__(self, rules: Iterable[Rule], columns: Mapping[str, Asked]) -> None:
        asked = [rule for rule in rules if rule["column"] in columns and (rule.get("value") or rule["how"] in BARE)]
        self.columns = {rule["column"]: columns[rule["column"]] for rule in asked}
        self.rules = [(rule, _condition(rule, columns[rule["column"]])) for rule in asked]

    def __bool__(self) -> bool:
        return bool(self.rules)

    @property
    def warns(self) -> bool:
        """Whether any of the rules warns."""
        return any(rule.get("warn") for rule, _ in self.rules)

    def of(self, text: Callable[[str], str]) -> Said:
        """What is said of a row whose cells show `text` by their column: the first colour that fits, a cell's own
        before its row's, and the first warning."""
        look, own = "", {}
        for rule, fits in self.rules:
            name = rule["column"]
            if not fits(text(name)):
                continue
            said = own.get(name, PLAIN)
            if rule["scope"] == "row":
                look = look or rule.get("look", "")
                mine = said.look
            else:
                mine = said.look or rule.get("look", "")
            own[name] = CellSaid(mine, bool(mine), said.warn or rule.get("warn", ""))
        return Said(look, own) if own else NOTHING

    @property
    def told(self) -> Sequence[tuple[str, str, str]]:
        """Each rule in words: its colour, what it asks, what it warns of.

        >>> rule = {"column": "state", "how": "is", "value": "unchecked", "scope": "row", "look": "red"}
        >>> Ruling([rule], {"state": Asked("核对状态", "choice", {"未核对": "unchecked"})}).told
        [('red', '核对状态 等于 未核对（整行）', '')]
        """
        return [(rule.get("look", ""), self._told(rule), rule.get("warn", "")) for rule, _ in self.rules]

    def _told(self, rule: Rule) -> str:
        asked = self.columns[rule["column"]]
        value = asked.told(asked.code(rule["value"])) if rule.get("value") else ""
        whole = f"（{SCOPES['row']}）" if rule["scope"] == "row" and rule.get("look") in LOOKS else ""
        return f"{asked.label} {HOWS[rule['how']]} {value}".rstrip() + whole


# -- what a condition asks of a text ---------------------------------------------


def _condition(rule: Rule, column: Asked) -> Callable[[str], bool]:
    how, value = rule["how"], rule.get("value", "")
    if how in ("is", "is_not"):
        same = _same(column, value)
        return same if how == "is" else lambda text: not same(text)
    fits = _CONDITIONS[how](value)
    named = column.kind == LINK and how not in ("blank", "filled")
    return (lambda text: fits(_linked(text)[0])) if named else fits


def _same(column: Asked, value: str) -> Callable[[str], bool]:
    """What a column of this kind calls the same."""
    if column.kind in NUMERIC:
        number = _number(value)
        return lambda text: number is not None and _number(text) == number
    if column.kind in DATED:
        return lambda text: text[:DAY] == value
    if column.kind == LINK:
        return _same_row(*_linked(value))
    code = column.code(value) if column.kind in CODED else value
    return lambda text: column.codes.get(text, text) == code


def _same_row(name: str, code: str) -> Callable[[str], bool]:
    """By the codes, for two may have one name; by the names where one of the two has none: rules were once kept so,
    and what is being typed may have none yet."""

    def same(text: str) -> bool:
        called, known = _linked(text)
        return known == code if known and code else bool(name) and called == name

    return same


def _linked(text: str) -> tuple[str, str]:
    """A name and a code.

    >>> _linked("蒲亭镇小学（小学） 360426000003"), _linked("蒲亭镇小学（小学）"), _linked("360426000003")
    (('蒲亭镇小学（小学）', '360426000003'), ('蒲亭镇小学（小学）', ''), ('', '360426000003'))
    """
    found = _LINKED.fullmatch(text)
    return (found[1] or "", found[2]) if found else (text, "")


def _beyond(over: bool) -> Callable[[str], Callable[[str], bool]]:
    def made(value: str) -> Callable[[str], bool]:
        limit = _number(value)

        def fits(text: str) -> bool:
            number = _number(text)
            return number is not None and limit is not None and (number > limit if over else number < limit)

        return fits

    return made


def _number(text: str) -> Decimal | None:
    bare = text.strip().replace(",", "")
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


_CONDITIONS: dict[str, Callable[[str], Callable[[str], bool]]] = {
    "has": lambda value: lambda text: value.lower() in text.lower(),
    "blank": lambda _: lambda text: not text,
    "filled": lambda _: lambda text: bool(text),
    "over": _beyond(over=True),
    "under": _beyond(over=False),
    "after": lambda value: lambda text: text[:DAY] > value,
    "before": lambda value: lambda text: bool(text) and text[:DAY] < value,
}
