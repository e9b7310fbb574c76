"""Cells that are merged with a filled one above: counted by column, and filled with what stands there where a clerk
says that it is meant for every row. Pure.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from aid.imports.base import Held
from aid.rules.cells import Cell, MergedCell


def merged_in(held: Iterable[Held], taken: Collection[int]) -> Mapping[int, int]:
    """How many cells of the rows held back are merged, by their place, of columns at these places."""
    cells = (pair for one in held for pair in enumerate(one.cells))
    return Counter(at for at, cell in cells if isinstance(cell, MergedCell) and at in taken)


def filled_down(
    rows: Iterable[tuple[int, Sequence[Cell]]], places: Collection[int]
) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Of a sheet's rows, in its order, those with a merged cell at one of these places, each with what the first cell
    of its merger holds."""
    held: dict[tuple[int, int], Cell] = {}
    for number, cells in rows:
        here = {at: cells[at] for at in places if at < len(cells)}
        first = {at: (cell.first, at) for at, cell in here.items() if isinstance(cell, MergedCell)}
        held |= {(number, at): cell for at, cell in here.items() if at not in first}
        merged = {at: held[place] for at, place in first.items() if place in held}
        if merged:
            yield number, [merged.get(at, cell) for at, cell in enumerate(cells)]
