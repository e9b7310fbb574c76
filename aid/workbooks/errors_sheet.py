"""退回表: the rows an import did not take in, as they came, to be corrected and imported again.

The header is the one that came, so that the sheet is read like any other; the added last column, 退回原因, is passed
over by every import, and what is held back twice has it once. All cells are text cells, so that an ID number typed into
one stays whole; a closed list drops down.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aid.imports import FORMATS, Returned, error_table
from aid.imports.base import ADVICE, REASON
from aid.imports.rows import Heading
from aid.operations.events import exported
from aid.rules.times import local
from aid.scope import Actor
from aid.workbooks.base import write_book
from aid.workbooks.sheets import Cell, Column, Fault, Line, Sheet
from aid.workbooks.style import width_of
from models import ImportRun, Upload, now

NARROWEST, WIDEST, REASON_WIDTH = 8, 32, 48


def error_workbook(actor: Actor, run: ImportRun | Upload, out: Path) -> None:
    """Write the rows held back in an import, or in one that waits, with why, the faulty cells coloured and commented.

    Raises what aid.imports.error_table refuses, and RuleBroken where `out` cannot be written.
    """
    titles, rows = error_table(actor, run)
    places = [at for at, title in enumerate(titles) if title.own != REASON]
    header = [titles[at] for at in places]
    own = [title.own for title in header]
    found = [_faulty(own, row.message, row.column) for row in rows]
    lines = [
        Line((*(row.cells[at] if at < len(row.cells) else None for at in places), _reason(row, header, faulty)))
        for row, faulty in zip(rows, found, strict=True)
    ]
    faults = [Fault(number, at, said) for number, faulty in enumerate(found) for at, said in faulty.items()]
    made = local(now())
    parts = (
        f"来自：{run.file_name}",
        f"退回 {len(rows)} 行",
        f"制表时间：{made:%Y-%m-%d %H:%M}",
        f"制表人：{actor.name}",
    )
    sheet = Sheet(
        name="退回行",
        heading="退回行：改正有颜色的单元格，原样再导入一次",
        subtitle="　　".join(parts),
        columns=[*_columns(run, header, lines), Column(REASON, REASON_WIDTH, wraps=True)],
        lines=lines,
        faults=faults,
    )
    write_book(out, [sheet], author=actor.name, made=made)
    exported(actor, f"退回行（{run.file_name}）", len(rows))


def _faulty(header: Sequence[str], message: str, column: str) -> Mapping[int, str]:
    """By column what a message says of it (“姓名：…；身份证号：…”); all of it by the reason where it names none."""
    told: dict[str, str] = {}
    named = ""
    for part in message.removesuffix(ADVICE).split("；"):
        title, colon, sentence = part.partition("：")
        if colon and title and title in header:
            named, told[title] = title, sentence
        elif named:
            told[named] += f"；{part}"
    if column and column in header:
        told.setdefault(column, message)
    return {header.index(title): sentence for title, sentence in told.items()} or {len(header): message}


def _reason(row: Returned, header: Sequence[Heading], faulty: Mapping[int, str]) -> str:
    """What is wrong in the words of the sheet's own header, and where the row stood there."""
    if len(header) in faulty:
        return f"原表第 {row.row} 行：{row.message}"
    told = "；".join(f"{header[at].sent or header[at].own}：{said}" for at, said in faulty.items())
    return f"原表第 {row.row} 行：{told}{ADVICE}"


def _columns(run: ImportRun | Upload, header: Sequence[Heading], lines: Sequence[Line]) -> list[Column]:
    choices = {column.title: column.choices for column in FORMATS[run.kind].columns}
    return [
        Column(title.sent, _width(title.sent, [line.cells[at] for line in lines]), choices=choices.get(title.own, ()))
        for at, title in enumerate(header)
    ]


def _width(title: str, cells: Sequence[Cell]) -> int:
    longest = max((width_of(str(cell)) for cell in cells if cell is not None), default=0)
    return max(NARROWEST, min(WIDEST, max(longest, width_of(title)) + 3))
