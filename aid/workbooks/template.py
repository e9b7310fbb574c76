"""导入模板: an empty sheet of a format to be filled in and imported, and 填写说明 beside it.

Everything in it is the format's own (aid.imports.base.Column), so what it offers is what the import takes.
"""

from collections.abc import Iterator

from aid.imports import FORMATS
from aid.imports.base import Column as Asked
from aid.imports.base import SheetFormat
from aid.rules.cells_told import is_plain
from aid.rules.times import local
from aid.scope import Actor
from aid.workbooks.base import Target, write_book
from aid.workbooks.sheets import Column, Line, Sheet
from aid.workbooks.style import width_of
from models import now

NARROWEST, WIDEST, ROOM = 10, 32, 4
HOW = "深色表头必填；从表头下面一行填起，每行一条。表头上面的灰色字是示例，不会导入。"
NOTES = (
    "列的顺序可以改，不用的列可以删去，必填的列要留下；多出来的列不导入。",
    "从别的表复制时请选“只粘贴值”，单元格才仍是文本格式。",
    "示例里的人和号码都是编的。",
)


def template_workbook(actor: Actor, slug: str, out: Target) -> None:
    """Write the template of the format `slug` (a key of aid.imports.FORMATS) to `out`. It holds nobody's rows, so no
    export is put on record.

    Raises NotAllowed to who may not import the format, KeyError for an unknown slug, RuleBroken where `out` cannot be
    written.
    """
    sheet = FORMATS[slug]
    actor.demand(sheet.permission)
    write_book(out, _sheets(sheet), author=actor.name, made=local(now()))


def _sheets(sheet: type[SheetFormat]) -> Iterator[Sheet]:
    yield Sheet(
        name=sheet.title,
        heading=f"{sheet.title}（导入模板）",
        subtitle=HOW,
        columns=[_to_fill(column) for column in sheet.columns],
        lines=(),
        example=[column.example for column in sheet.columns],
    )
    yield Sheet(
        name="填写说明",
        heading=f"{sheet.title}：填写说明",
        subtitle=f"填好后在“导入”页选“{sheet.title}”导入",
        columns=(
            Column("列", 18),
            Column("必填", 8, centred=True),
            Column("怎样填写", 56, wraps=True),
            Column("可填的值", 48, wraps=True),
            Column("示例", 24),
        ),
        lines=[Line(_explained(column)) for column in sheet.columns],
        notes=NOTES,
    )


def _to_fill(column: Asked) -> Column:
    widest = max(map(width_of, (column.title, column.example, *column.choices)))
    return Column(
        column.title,
        max(NARROWEST, min(WIDEST, widest + ROOM)),
        choices=column.choices,
        prompt="" if column.choices or (is_plain(column.read) and not column.note) else column.told,
        required=f"必填。{column.told}" if column.required else "",
    )


def _explained(column: Asked) -> tuple[str, ...]:
    return column.title, "是" if column.required else "", column.told, "、".join(column.choices), column.example
