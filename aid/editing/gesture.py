"""What the grid sends in one gesture (a typed cell, a paste, a fill, a clear), and what it is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from aid.errors import AidError


class Cell(NamedTuple):
    """One cell: the text it showed and the text that was typed; an empty one clears it. A paste has thousands, so a
    plain tuple of the three will do."""

    column: str
    old: str
    new: str


class RowEdit(NamedTuple):
    """The cells of one row, at the version that was shown."""

    id: int
    version: int
    cells: Sequence[Cell | tuple[str, str, str]]


@dataclass(frozen=True)
class Gesture:
    """`token` is the browser's own name for it: the same token twice writes once. `added` are rows to be added, texts
    by column. `keep_sound`: where cells are at fault the sound ones are saved all the same; otherwise none is."""

    token: str
    rows: Sequence[RowEdit] = ()
    added: Sequence[Mapping[str, str]] = ()
    keep_sound: bool = False


@dataclass(frozen=True)
class CellFault:
    """A cell that was not saved: `row` is its id, -1-n for the n-th added row. `theirs` is None where a rule is
    broken; where somebody else has changed the cell it is the text that stands there now."""

    row: int
    column: str
    sentence: str
    theirs: str | None = None


class Faulty(AidError):
    """Nothing was written: every fault, and how many cells could be saved without those at fault."""

    def __init__(self, faults: Sequence[CellFault], *, sound: int) -> None:
        super().__init__(f"有 {len(faults)} 格不能保存：{faults[0].sentence}；未作任何改动")
        self.faults = tuple(faults)
        self.sound = sound


@dataclass(frozen=True)
class Saved:
    """What was written: the rows by id, those added, how many cells; `operation_id` is None where nothing differed.
    `faults` are the cells that were left out. `shown`: of the rows that stood at the version that was shown, by id the
    version now and the texts that changed, those left out that stand there as they were typed; of other rows one must
    look again."""

    operation_id: int | None
    ids: tuple[int, ...]
    added: tuple[int, ...]
    cells: int
    faults: tuple[CellFault, ...]
    shown: Mapping[int, tuple[int, Mapping[str, str]]] = field(default_factory=dict, compare=False)
