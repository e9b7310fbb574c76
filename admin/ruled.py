"""着色与提醒 in a list, on its paper and in its workbook: which of one's rules hold there, and what they ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from admin.columns import Column, Kind
from admin.table import Cell
from aid.rules.ruling import NOTHING, Asked, Rule, Ruling, Said

YES_NO = {"是": "1", "否": "0"}


@dataclass(frozen=True)
class Ruled:
    """Rules over one list; `beside` are the columns that they ask and the list does not show."""

    ruling: Ruling
    beside: Sequence[Column] = ()

    def said(self, cells: Sequence[Cell]) -> Said:
        """What is said of a row of these cells, the list's own and those `beside`."""
        if not self.ruling:
            return NOTHING
        texts = {cell.column.name: cell.linked for cell in cells}
        return self.ruling.of(texts.__getitem__)

    def warnings(self, said: Said) -> list[tuple[str, str]]:
        """What a row is warned of, each with its column's label."""
        return [(self.ruling.columns[name].label, warn) for name, warn in said.warnings.items()]


UNRULED = Ruled(Ruling((), {}))


def ruled(rules: Iterable[Rule], *, shown: Sequence[Column], known: Iterable[Column]) -> Ruled:
    """The rules that may be asked of a list that shows `shown`: those of its `known` columns, which whoever looks may
    see in its grid, and of no other."""
    by_name = {column.name: column for column in (*known, *shown)}
    ruling = Ruling(rules, {name: asked(column) for name, column in by_name.items()})
    there = {column.name for column in shown}
    return Ruled(ruling, [by_name[name] for name in ruling.columns if name not in there])


def asked(column: Column) -> Asked:
    """A column as a rule asks it."""
    codes = {label: code for code, label in (column.labels or {}).items()} if column.kind is Kind.CHOICE else {}
    return Asked(column.label, column.kind.name.lower(), YES_NO if column.kind is Kind.FLAG else codes)
