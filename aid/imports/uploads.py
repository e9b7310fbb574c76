"""A sheet that is looked at before it comes in: received, its columns chosen, corrected, handed in, cancelled.

What would become of its rows is found out by a rehearsal (looking.py) and lies in a file of its own (staged.py); the
Upload row says whose it is and how far. Both the looking and the taking in are done by worker.py.
"""

import shutil
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from aid.errors import Conflict, NotAllowed, RuleBroken
from aid.imports.base import Report
from aid.imports.choices import remember
from aid.imports.formats import FORMATS, importable
from aid.imports.headers import worth_remembering
from aid.imports.looking import Choice, Watch, begun_again, chosen, keep, read, settled_of
from aid.imports.merged import filled_down
from aid.imports.reader import digest_of
from aid.imports.run import contents, write
from aid.imports.staged import Staged
from aid.ledger import Ledger, writing
from aid.permissions import Permission
from aid.scope import Actor
from models import Upload, UploadState

OPEN = (UploadState.WAITING, UploadState.FAILED)  # may be corrected and handed in
CHOOSABLE = (*OPEN, UploadState.CHOOSING)  # its columns may be chosen
CANCELLABLE = (*CHOOSABLE, UploadState.READING)
SMALL = 256 * 1024  # bytes of a file that is read while its sender waits


def receive(actor: Actor, kind: str, path: Path, *, file_name: str, batch: str = "") -> Upload:
    """Keep the file at `path` to be looked at, as a sheet of `kind`, a key of FORMATS, or of whichever its header says
    where that is empty. A small one is read at once.

    Raises NotAllowed, and BadSheet for a small one that cannot be read; then nothing is kept.
    """
    permission = permission_for(actor, kind)
    actor.demand(permission)
    staged = Staged.begun()
    with ExitStack() as given_up:
        given_up.callback(staged.remove)
        shutil.copyfile(path, staged.source)
        staged.say(digest=digest_of(staged.source))
        if staged.source.stat().st_size <= SMALL:
            read(staged)
        with writing(actor, permission, undoable=False) as ledger:
            row = ledger.add(
                Upload,
                office=actor.organisation_id,
                account=actor.account_id,
                kind=kind,
                file_name=file_name[: Upload.file_name.max_length],
                batch=batch.strip(),
                staged=staged.name,
            )
            ledger.say(f"上传 {row.file_name}")
        given_up.pop_all()
    return row


def choose(actor: Actor, row: Upload, choice: Choice) -> Upload:
    """Read the file as the clerk says, and have it looked at again; what was said of titles is known in the office's
    next sheet. `row` is the upload as it was shown.

    Raises NotAllowed, OutOfScope, BadSheet where rows cannot be read so, Conflict, RuleBroken once it is handed in.
    """
    actor.demand(FORMATS[choice.kind].permission)
    staged, _ = _held(row, CHOOSABLE)
    matching, settled = chosen(actor, staged.sheets(), choice)
    with writing(actor, FORMATS[choice.kind].permission, undoable=False) as ledger:
        row = _looked_at_again(ledger, row)
        ledger.change(row, kind=choice.kind)
        ledger.say(f"选定 {row.file_name} 的列")
        keep(staged, settled)
    if worth := worth_remembering(matching.titles, choice.hand):
        remember(actor, FORMATS[choice.kind], worth)
    return row


def correct(actor: Actor, row: Upload, corrections: Mapping[int, Mapping[int, str]]) -> Upload:
    """Put texts into cells of rows, by the row's number in the sheet and the cell's place from 0, and have all rows
    looked at again; without corrections only that. `row` is the upload as it was shown.

    Raises NotAllowed, OutOfScope, Conflict where somebody has corrected it since, RuleBroken once it is handed in.
    """
    staged, facts = _held(row, OPEN)
    sheet = facts["sheet"]
    with writing(actor, permission_for(actor, row.kind), undoable=False) as ledger:
        row = _looked_at_again(ledger, row)
        ledger.change(row, corrected=row.corrected + len(corrections))
        ledger.say(f"改正 {row.file_name} 的 {len(corrections)} 行")
        cells = staged.cells_of(sheet, corrections)
        staged.put(sheet, [(number, _put(line, corrections[number])) for number, line in cells])
    return row


def fill_down(actor: Actor, row: Upload, places: Collection[int]) -> Upload:
    """Put into the merged cells of these columns, by their places from 0, what the first cell of each merger holds, and
    have all rows looked at again. `row` is the upload as it was shown.

    Raises NotAllowed, OutOfScope, Conflict, RuleBroken where there are none or once it is handed in.
    """
    staged, facts = _held(row, OPEN)
    below = staged.sheets()[facts["sheet"]].below(settled_of(facts, row.kind).choice.header_row)
    filled = list(filled_down(below, places))
    if not filled:
        raise RuleBroken("请先勾选要照合并的第一格填好的列")
    with writing(actor, permission_for(actor, row.kind), undoable=False) as ledger:
        row = _looked_at_again(ledger, row)
        ledger.change(row, corrected=row.corrected + len(filled))
        ledger.say(f"填好 {row.file_name} 的 {len(filled)} 行合并的格")
        staged.put(facts["sheet"], filled)
    return row


def hand_in(actor: Actor, row: Upload) -> Upload:
    """Have the sheet taken in by the worker, as whom hands it in. `row` is the upload as it was shown.

    Raises NotAllowed, OutOfScope, Conflict, RuleBroken where it is handed in already.
    """
    staged, _ = _held(row, OPEN)
    with writing(actor, permission_for(actor, row.kind), undoable=False) as ledger:
        row = ledger.fresh(row)
        ledger.change(row, state=UploadState.QUEUED, account=actor.account_id, message="")
        ledger.say(f"开始导入 {row.file_name}")
        staged.say(begun=False)
    return row


def cancel(actor: Actor, row: Upload) -> None:
    """Take the sheet away as if it had never come. Raises NotAllowed, OutOfScope, Conflict, RuleBroken."""
    if row.state not in CANCELLABLE:
        raise _too_late(row)
    with writing(actor, permission_for(actor, row.kind), undoable=False) as ledger:
        ledger.remove(row)
        ledger.say(f"取消导入 {row.file_name}")
    Staged(row.staged).remove()


def carry_out(actor: Actor, row: Upload, watch: Watch) -> Report:
    """Take in what was handed in, as one operation; asked twice it is written once.

    `watch` is told how far it is. Raises NotAllowed, RuleBroken; then nothing of the sheet is written.
    """
    staged = Staged(row.staged)
    facts = staged.facts()
    settled = settled_of(facts, row.kind)
    intake = begun_again(actor, row, row.kind, digest=facts["digest"])
    intake.report.watch = watch
    lines = staged.sheets()[settled.choice.sheet].below(settled.choice.header_row)
    return write(intake, contents(intake, settled.headings, lines), gesture=gesture_of(row))


def gesture_of(row: Upload) -> str:
    """The name of the one operation that takes this upload in."""
    return f"upload-{row.staged}"


def permission_for(actor: Actor, kind: str) -> Permission:
    """What is needed to do something with an upload of this kind: the format's own; while the kind is not known, that
    of any format the actor may import. Raises NotAllowed where there is none."""
    if kind:
        return FORMATS[kind].permission
    for sheet in importable(actor):
        return sheet.permission
    raise NotAllowed("您的角色没有导入表格的权限。")


def _looked_at_again(ledger: Ledger, row: Upload) -> Upload:
    row = ledger.fresh(row)
    ledger.change(row, state=UploadState.READING, account=ledger.actor.account_id, message="")
    return row


def _held(row: Upload, states: Sequence[UploadState]) -> tuple[Staged, dict[str, Any]]:
    """The file of an upload that is in one of these states, and its facts. Raises RuleBroken, Conflict."""
    staged = Staged(row.staged)
    if row.state not in states:
        raise _too_late(row)
    if staged.gone():
        raise Conflict(f"“{row.file_name}”已被取消，请重新上传")
    facts = staged.facts()
    if states is OPEN and "titles" not in facts:
        raise RuleBroken(f"“{row.file_name}”没有读成：{row.message}")
    return staged, facts


def _too_late(row: Upload) -> RuleBroken:
    return RuleBroken(f"“{row.file_name}”{UploadState(row.state).label}，现在不能改；请稍后看结果")


def _put(cells: Sequence, texts: Mapping[int, str]) -> list:
    changed = [*cells, *[""] * (max(texts, default=-1) + 1 - len(cells))]
    for place, text in texts.items():
        changed[place] = text
    return changed
