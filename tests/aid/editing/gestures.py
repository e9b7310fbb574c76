"""What a browser sends, for tests to say briefly."""

from itertools import count

from aid.editing import Cell, Faulty, Gesture, RowEdit, save
from aid.editing.editors import EDITORS
from models import Row

TOKENS = count()


def edit(row: Row, **texts: str) -> RowEdit:
    """These columns of `row`, from the texts it shows, at the version it has."""
    editor = EDITORS[type(row)]
    shown = {name: editor.text(name, getattr(row, name)) if name in editor.columns else "" for name in texts}
    return RowEdit(row.id, row.version, [Cell(name, shown[name], text) for name, text in texts.items()])


def gesture(*edits: RowEdit, **more: object) -> Gesture:
    return Gesture(**({"token": f"token-{next(TOKENS)}", "rows": edits} | more))


def faults(actor, model: type[Row], sent: Gesture) -> dict[tuple[int, str], str]:
    """The sentences of a gesture that is refused, by row and column."""
    try:
        save(actor, model, sent)
    except Faulty as refused:
        return {(fault.row, fault.column): fault.sentence for fault in refused.faults}
    return {}
