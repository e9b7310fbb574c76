"""Saving a gesture: one operation, every fault at once, and written once however often it is sent."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from aid import typed
from aid.editing.base import Draft, Editor
from aid.editing.deciding import FIXED, Decision
from aid.editing.editors import EDITORS
from aid.editing.gesture import Cell, CellFault, Faulty, Gesture, RowEdit, Saved
from aid.errors import NotAllowed, OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.outcome import Outcome
from aid.own_columns import Fields, field_of
from aid.scope import Actor, visible
from aid.selection import Selection
from models import Change, ChangeKind, Operation, Row

LONGEST_TOKEN, NAMED = 50, 3


def save(actor: Actor, model: type[Row], gesture: Gesture) -> Saved:
    """Write what a gesture changes and adds, as one operation; nothing where nothing differs.

    The same gesture again, by its token, is not written again: the answer is that of the first time. Raises Faulty with
    every fault and writes nothing, unless the gesture keeps what is sound; NotAllowed for a table or a role that does
    not edit here; OutOfScope where a row is not the actor's to change.
    """
    editor, name = _editor(actor, model), _name(model, gesture.token)
    if gesture.added and not editor.addable_by(actor):
        raise NotAllowed(f"{model.title}不能在这里新增行")
    with writing(actor, editor.permission, gesture=name) as ledger:
        if earlier := _earlier(actor, name):
            return _again(ledger, editor, gesture, earlier=earlier)
        decision = Decision(editor, actor, _drafts(ledger, editor, [edit.id for edit in gesture.rows]))
        decision.type_in(gesture)
        decision.settle(ledger, [*decision.changed, *decision.new])
        if decision.faults and not gesture.keep_sound:
            sound = sum(len(draft.values) for draft in (*decision.changed, *decision.new))
            raise Faulty(decision.faults, sound=sound)
        changed, cells, told = decision.changed, _cells(decision.changed), _sentence(editor, decision)
        written = change_rows(ledger, editor, changed)
        added = editor.add(ledger, decision.new) if decision.new else []
        ledger.say(told)
    return Saved(
        operation_id=ledger.operation.id if changed or added else None,
        ids=tuple(written),
        added=tuple(added),
        cells=cells,
        faults=tuple(decision.faults),
        shown=_shown(editor, gesture, decision, written=written),
    )


def fill(actor: Actor, selection: Selection, *, column: str, text: str, token: str) -> Outcome:
    """Give every chosen row one value in one column, as one operation, by the rules of `save`.

    All or nothing: raises RuleBroken that says how many rows stand in the way, and which; NotAllowed, and what
    Selection.resolve raises. The same token again is not written again.
    """
    model = selection.model
    editor, name = _editor(actor, model), _name(model, token)
    if column not in editor.writable:
        raise RuleBroken(FIXED)
    with writing(actor, editor.permission, gesture=name) as ledger:
        if earlier := _earlier(actor, name):
            return Outcome(earlier.id, earlier.rows)
        drafts = _drafts(ledger, editor, selection.resolve(ledger))
        cells = (Cell(column, "", text),)
        decision = Decision(editor, actor, drafts)
        decision.type_in(Gesture(token, [RowEdit(key, draft.version, cells) for key, draft in drafts.items()]))
        decision.settle(ledger, decision.changed)
        _refuse(drafts, decision.faults)
        changed = decision.changed
        change_rows(ledger, editor, changed)
        label = field_of(model, column).verbose_name
        ledger.say(f"{model.title} {len(changed)} 行的{label}改为“{text.strip() or '（空）'}”")
    return Outcome(ledger.operation.id if changed else None, len(changed))


def editor_of(model: type[Row]) -> Editor:
    """The editor of a table. Raises NotAllowed where there is none."""
    if model not in EDITORS:
        raise NotAllowed(f"{model.title}不能在表格中修改")
    return EDITORS[model]


def _editor(actor: Actor, model: type[Row]) -> Editor:
    editor = editor_of(model)
    actor.demand(editor.permission)
    return editor


def _drafts(ledger: Ledger, editor: Editor, ids: Sequence[int]) -> dict[int, Draft]:
    drafts = editor.drafts(ledger, ids) if ids else {}
    if len(drafts) < len(set(ids)):
        raise OutOfScope(f"所选{editor.model.title}有不在您可以改动的范围内的，未作任何改动")
    return drafts


def change_rows(ledger: Ledger, editor: Editor, drafts: Sequence[Draft]) -> dict[int, dict[str, Any]]:
    """Within an operation: write sound drafts with what the editor changes beside them; return by id the values that
    differ now."""
    fields = Fields(editor.model)
    stored = lru_cache(maxsize=None)(lambda name, value: typed.stored(fields[name], value))  # many cells say the same
    written = {draft.key: draft.values | editor.beside(ledger, draft) for draft in drafts}
    if written:
        kept = {
            key: {name: value if type(value) is str else stored(name, value) for name, value in values.items()}
            for key, values in written.items()
        }
        ledger.change_many(editor.model, kept)
    return written


def _shown(
    editor: Editor, gesture: Gesture, decision: Decision, *, written: Mapping[int, Mapping[str, Any]]
) -> dict[int, tuple[int, dict[str, str]]]:
    text = lru_cache(maxsize=None)(editor.text)  # a paste says the same in many cells
    as_typed = decision.as_typed() and len(decision.drafts) == len(gesture.rows)
    shown, at_fault = {}, {fault.row for fault in decision.faults}
    for edit in gesture.rows:
        draft = decision.drafts[edit.id]
        if edit.id not in written or draft.version != edit.version:
            continue
        if as_typed and edit.id not in at_fault and written[edit.id].keys() == draft.values.keys():
            shown[edit.id] = (edit.version + 1, {})
            continue
        typed_in = {} if as_typed and edit.id not in at_fault else {column: new for column, _, new in edit.cells}
        same = {name: draft.present[name] for name in typed_in if name in draft.present}  # meant the same
        changed = {name: value for name, value in written[edit.id].items() if typed_in or name not in draft.values}
        texts = {name: text(name, value) for name, value in (same | changed).items()}
        shown[edit.id] = (edit.version + 1, {name: told for name, told in texts.items() if told != typed_in.get(name)})
    return shown


# -- the same gesture again ----------------------------------------------------


def _name(model: type[Row], token: str) -> str:
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise RuleBroken("请求不完整，请刷新页面再试")
    return f"{model._meta.table_name}/{token}"


def _earlier(actor: Actor, name: str) -> Operation | None:
    """The operation that wrote this gesture of the actor's before."""
    mine = Operation.account.is_null() if actor.account_id is None else Operation.account == actor.account_id
    found = visible(Operation, actor.scope).where(Operation.gesture == name, mine)
    return found.select(Operation.id, Operation.rows).first()


def _again(ledger: Ledger, editor: Editor, gesture: Gesture, *, earlier: Operation) -> Saved:
    """What the first answer said, from the record. Cells that were left out then are found by looking again: those
    that were written stand there now."""
    noted = visible(Change, ledger.actor.scope).where(
        Change.operation == earlier.id, Change.table == editor.model._meta.table_name
    )
    ids, added, cells = [], [], 0
    for change in noted.order_by(Change.id):
        written = len(set(change.columns.split(",")) & set(editor.writable))
        cells += written
        if change.kind == ChangeKind.ADD:
            added.append(change.row_id)
        elif written:
            ids.append(change.row_id)
    faults = _left_out(ledger, editor, gesture) if gesture.keep_sound else ()
    return Saved(earlier.id, tuple(ids), tuple(added), cells, tuple(faults))


def _left_out(ledger: Ledger, editor: Editor, gesture: Gesture) -> list[CellFault]:
    decision = Decision(editor, ledger.actor, _drafts(ledger, editor, [edit.id for edit in gesture.rows]))
    decision.type_in(gesture)
    decision.settle(ledger, decision.changed)
    return decision.faults


# -- what is told --------------------------------------------------------------


def _cells(drafts: Sequence[Draft]) -> int:
    return sum(len(draft.values) for draft in drafts)


def _sentence(editor: Editor, decision: Decision) -> str:
    """What the gesture did, for the history: the cell itself where it is one."""
    changed, title, cells = decision.changed, editor.model.title, _cells(decision.changed)
    told = [f"修改{title} {len(changed)} 行 {cells} 格"] if changed else []
    if cells == 1:
        [draft] = changed
        [(column, value)] = draft.values.items()
        label = field_of(editor.model, column).verbose_name
        old, new = (editor.text(column, one) or "（空）" for one in (draft.present[column], value))
        told = [f"{draft.name}：{label} {old} → {new}"]
    if decision.new:
        told.append(f"新增{title} {len(decision.new)} 行")
    return "，".join(told)


def _refuse(drafts: dict[int, Draft], faults: Sequence[CellFault]) -> None:
    if not faults:
        return
    names = "、".join(drafts[key].name for key in list({fault.row: None for fault in faults})[:NAMED])
    rows = len({fault.row for fault in faults})
    more = "等" if rows > NAMED else ""
    raise RuleBroken(f"{len(drafts)} 行中有 {rows} 行不能这样改（{names}{more}）：{faults[0].sentence}；未作任何改动")
