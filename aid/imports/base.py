"""What a sheet format is: its columns, what takes its rows in, and what is told of it all."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from aid.ledger import Ledger
from aid.permissions import Permission
from aid.rules.cells import Fault
from aid.rules.cells_told import permitted, written
from aid.scope import Actor
from models import Coded, RegisterBatch, Row

WATCHED = 500  # rows between two words to whoever watches

REASON = "退回原因"  # the column that a 退回表 has more than the sheet it came from; an import passes over it
ADVICE = "。请改正后重新导入"
UNTOUCHED = object()  # in the place of a value: the sheet does not have the column, so it is left as it is


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its header, where its value goes, and how a filled cell is read (aid.rules.cells); `dated`
    readers are told what day it is. `synonyms` are other titles that mean it and no other column of its sheet; `note`
    and `example` are for whoever fills a template. A sheet without a `left_alone` column has UNTOUCHED there, without
    any other what an empty cell means; `new_when_empty` is a required one that a row to be added leaves empty."""

    title: str
    name: str
    read: Callable[..., Any]
    required: bool = False
    empty: Any = ""
    dated: bool = False
    synonyms: tuple[str, ...] = ()
    note: str = ""
    example: str = ""
    left_alone: bool = False
    new_when_empty: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels a cell may hold, where it is a closed list."""
        return permitted(self.read)

    @property
    def told(self) -> str:
        """How a cell is filled, as a clerk's sentence; empty where there is nothing to tell."""
        return "。".join(filter(None, (written(self.read), self.note)))


@dataclass(frozen=True)
class Held:
    """A sheet row that is not taken in: the first fault's code and column, and a sentence with all of them; the faults
    one by one as (title, sentence)."""

    row: int
    reason: str
    message: str
    column: str
    cells: Sequence[Any] = ()
    faults: Sequence[tuple[str, str]] = ()


class Fate(Coded):
    """What becomes, or would become, of a row of a sheet."""

    ADDED = "added", "新增"
    CHANGED = "changed", "更新"
    UNCHANGED = "unchanged", "未变"
    HELD = "held", "退回"


Differences = Mapping[str, tuple[Any, Any]]  # column -> database values before and after
NO_DIFFERENCE: Differences = MappingProxyType({})


@dataclass
class Report:
    """What became of one sheet; rows by their number in the sheet, as Excel shows it."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    held_back: list[Held] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    run_id: int | None = None
    operation_id: int | None = None
    aside: set[int] = field(default_factory=set)  # numbers of rows that are no data (asides.py)
    # By the row's number in the sheet, for a preview alone: an import of 100,000 rows has no use for as many of these.
    fates: dict[int, tuple[Fate, Differences]] | None = None
    watch: Callable[[str, int, int], None] | None = None  # told what is being done, how many rows, of how many

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there were, and of each fate, by the columns that ImportRun and Upload keep them in."""
        counts = {name: getattr(self, name) for name in ("rows", "added", "changed", "unchanged")}
        return {**counts, "held_back": len(self.held_back)}

    def as_json(self) -> dict[str, Any]:
        held = [{"row": one.row, "reason": one.reason, "message": one.message} for one in self.held_back]
        return {**self.counts, "held_back": held, "warnings": self.warnings}

    def hold(self, row: int, faults: Sequence[tuple[str, Fault]], cells: Sequence[Any]) -> None:
        told = "；".join(f"{title}：{fault}" for title, fault in faults)
        column, first = faults[0]
        message = f"{told}{ADVICE}"
        self.held_back.append(Held(row, first.reason, message, column, cells, [(title, str(f)) for title, f in faults]))

    def passing(self, doing: str, rows: Iterable[Any], *, of: int | None = None) -> Iterator[Any]:
        """The rows, while whoever watches is told how far they are; `of` how many, where they do not know it."""
        of = len(rows) if of is None else of
        left = iter(rows)
        for at in count(0, WATCHED):
            some = [*islice(left, WATCHED)]
            if not some:
                return
            self.reached(doing, at, of)
            yield from some

    def reached(self, doing: str, rows: int, of: int) -> None:
        """Tell whoever watches how far it is."""
        if self.watch is not None:
            self.watch(doing, rows, of)

    def again(self) -> "Report":
        """A copy as it is now, to go on from more than once."""
        return replace(self, held_back=[*self.held_back], warnings=[*self.warnings])

    def becomes(self, row: int, fate: Fate, differences: Differences = NO_DIFFERENCE) -> None:
        if self.fates is not None:
            self.fates[row] = (fate, differences)


class Taken(NamedTuple):
    """A sound sheet row: its number, its cells as they came, and its values in the order of the format's columns."""

    row: int
    cells: Sequence[Any]
    values: list[Any]


@dataclass(frozen=True)
class Delivery:
    """A file as it was handed in: what its sender calls it, its SHA-256, the batch named with it, the local day; the
    name of the sheet that is meant, where somebody said which."""

    file_name: str
    digest: str
    batch: str
    today: dt.date
    sheet: str = ""


class SheetFormat:
    """One kind of sheet: its columns, and what takes its rows in. `generated` ones are made from a table; where a sheet
    may also be one that the office receives, it is that."""

    slug: ClassVar[str]
    title: ClassVar[str]
    permission: ClassVar[Permission]
    columns: ClassVar[Sequence[Column]]
    intake: ClassVar[type["Intake"]]
    yields: ClassVar[bool] = False  # its columns are in an exported list too, which has more of them
    generated: ClassVar[bool] = False

    @classmethod
    def idle(cls) -> bool:
        """Whether there is nothing that could be brought by it."""
        return False

    @classmethod
    def needed(cls) -> set[str]:
        """The titles a header row must have."""
        return {column.title for column in cls.columns if column.required}


class Intake:
    """One import of a format under way: turns sound rows into rows of its table, and counts in the report."""

    model: ClassVar[type[Row]]
    # The tables that `write` reads, where all it reads comes before the first it writes and it only adds and changes
    # many: such an import is compared before the writer's turn is taken (draft.py). Others are compared within it.
    rests_on: ClassVar[tuple[type[Row], ...]] = ()
    batch: RegisterBatch | None = None

    def __init__(self, sheet: type[SheetFormat], actor: Actor, delivery: Delivery) -> None:
        self.sheet, self.actor, self.delivery = sheet, actor, delivery
        self.report = Report()

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        """Compare with what is stored, hold back what does not fit, add and change the rest; fill the report."""
        raise NotImplementedError

    def follow(self, ledger: Ledger) -> None:
        """What else comes of it once its rows are in, in the same operation."""

    def settle(self) -> None:
        """What comes of it elsewhere once all of it is on record."""


# -- comparing and writing -----------------------------------------------------


def store(
    ledger: Ledger,
    model: type[Row],
    columns: Sequence[str],
    *,
    rows: Iterable[tuple[int, Sequence[Any], tuple[int, Sequence[Any]] | None]],
    report: Report,
) -> None:
    """Add and change rows so that what is stored becomes what is wanted, and count in the report. Of each of `rows`:
    its number in the sheet, its values, and the id and the values stored of it, if any."""
    added, changed = [], {}
    for number, values, found in rows:
        if found is None:
            added.append(values)
            report.becomes(number, Fate.ADDED)
        elif differing := _differing(columns, found[1], values):
            changed[found[0]] = {name: after for name, (_, after) in differing.items()}
            report.becomes(number, Fate.CHANGED, differing)
        else:
            report.unchanged += 1
            report.becomes(number, Fate.UNCHANGED)
    if added:
        report.added += ledger.add_many(model, columns, report.passing("写入", added))
    if changed:
        report.changed += ledger.change_many(model, changed)


def _differing(columns: Sequence[str], old: Sequence[Any], new: Sequence[Any]) -> Differences:
    if tuple(old) == tuple(new):
        return {}
    return {name: (before, after) for name, before, after in zip(columns, old, new, strict=True) if before != after}
