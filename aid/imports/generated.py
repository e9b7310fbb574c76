"""更新表: for every table that is edited in the grid a sheet made from its model and its editor, to change many rows.

A new table needs a line in KEYS, and its title in SheetKind. It gets no sheet where one that the office receives has
all its editor's columns: that one is its sheet then; nor do the tables of a dozen rows in SHEETLESS, which are
typed. A table without an editor has none; what was delivered is brought by its own sheet, what was done is changed by
nobody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import peewee as pw

from aid import typed
from aid.editing.base import Editor
from aid.editing.links import LONGEST
from aid.imports.base import Column, SheetFormat
from aid.imports.own_cells import NowColumns, choosable, column_of
from aid.imports.table_intake import TableFormat, TableIntake
from aid.own_columns import Defined
from aid.rules.cells import Cell, Reader, text
from models import (
    Account,
    AidItem,
    AidStandard,
    Beneficiary,
    DropoutCase,
    Enrolment,
    Organisation,
    OwnColumn,
    RegisterPerson,
    Row,
    SheetKind,
)

KEYS: dict[type[Row], tuple[str, ...]] = {  # by which columns a clerk knows a row; the first is compared as it stands
    Account: ("login",),
    Beneficiary: ("id_number", "school"),
    DropoutCase: ("id_number",),
    Organisation: ("code",),
}
SHEETLESS = (AidItem, AidStandard)
NOTES = {  # what a reader cannot tell
    (Account, "login"): "照系统里的登录名",
    (Beneficiary, "school"): "照名单上的写法，或学校的 12 位机构编码",
    (Organisation, "code"): "要新增的机构留空，编码由系统编",
    (Organisation, "name"): "文字，最多 80 个字",
    (Organisation, "networks"): "网段，几个之间空一格；空着则从哪里都能登录",
    (Organisation, "region"): "名称，或 12 位区划代码",
    (Organisation, "kind"): "只用于新增；不填为“学校”",
}
EXAMPLES = {
    (Account, "login"): "pt-school",
    (Beneficiary, "school"): "蒲亭镇小学（小学）",
    (Organisation, "networks"): "10.36.0.0/16",
    (Organisation, "region"): "蒲亭镇",
}


@dataclass(frozen=True)
class AsItCame:
    """Leaves a cell to the intake, which reads it by the editor once it knows the row; it is written as for `like`."""

    like: Reader

    def __call__(self, cell: Cell) -> Cell:
        return cell


def _own_column(one: Defined) -> Column:
    return column_of(one, AsItCame(choosable(one)))


def made_for(editors: Iterable[Editor], delivered: Iterable[type[SheetFormat]]) -> Iterator[type[TableFormat]]:
    """A sheet for the table of every editor whose columns none of `delivered` has; what those say of a title is not
    said again."""
    received = list(delivered)
    known = {column.title: column for sheet in received for column in sheet.columns}
    for editor in editors:
        if editor.model not in SHEETLESS and not any(_has_all(sheet, editor) for sheet in received):
            yield _made(editor, known)


def _has_all(sheet: type[SheetFormat], editor: Editor) -> bool:
    names = {column.name for column in sheet.columns}
    return sheet.intake.model is editor.model and names.issuperset((*editor.columns, *editor.addable))


def _made(editor: Editor, known: Mapping[str, Column]) -> type[TableFormat]:
    model = editor.model
    kind = SheetKind(f"table_{model._meta.table_name}")
    key = KEYS[model]
    own = dict.fromkeys((*editor.columns, *editor.addable))
    facts = {
        "slug": kind,
        "title": kind.label,
        "permission": editor.permission,
        "intake": type(f"{model.__name__}TableIntake", (TableIntake,), {"model": model, "rests_on": _read_for(editor)}),
        "columns": NowColumns(
            (
                *(_key_column(editor, name, known) for name in key),
                *(_column(model, name, known) for name in own if name not in key),
            ),
            _own_column,
        ),
        "editor": editor,
        "key": key,
    }
    return type(f"{model.__name__}Table", (TableFormat,), facts)


def _read_for(editor: Editor) -> tuple[type[Row], ...]:
    """The tables that are read to compare; none where rows may be added, for an editor adds only in its turn."""
    return () if editor.addable else (editor.model, OwnColumn, Account, Enrolment, Organisation, RegisterPerson)


def _key_column(editor: Editor, name: str, known: Mapping[str, Column]) -> Column:
    empty_is_new = name == KEYS[editor.model][0] and bool(editor.addable)
    return replace(_titled(editor.model, name, known), required=True, new_when_empty=empty_is_new)


def _column(model: type[Row], name: str, known: Mapping[str, Column]) -> Column:
    read = AsItCame(_reader(model._meta.fields[name]))
    return replace(_titled(model, name, known), read=read, dated=False, left_alone=True)


def _titled(model: type[Row], name: str, known: Mapping[str, Column]) -> Column:
    """The column by the title of its field, with what the sheets that the office receives say of that title."""
    field = model._meta.fields[name]
    like = known.get(field.verbose_name) or Column(field.verbose_name, name, _reader(field))
    return Column(
        like.title,
        name,
        like.read,
        dated=like.dated,
        synonyms=like.synonyms,
        note=NOTES.get((model, name), ""),
        example=EXAMPLES.get((model, name), like.example),
    )


def _reader(field: pw.Field) -> Reader:
    return partial(text, longest=LONGEST) if isinstance(field, pw.ForeignKeyField) else typed.reader(field)
