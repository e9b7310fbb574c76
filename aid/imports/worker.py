"""Looks at what was uploaded and takes in what was handed in, one sheet after the other, beside everybody's requests.

The table of uploads is the queue: what is to be done there is done in the order of its upload, also after a restart.
What a killed server had begun to take in is told as not imported; nothing of it was written, for it is one transaction.
What it had begun to look at is looked at again.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee as pw

from aid.attempts import Background, attempted, why_not
from aid.errors import Conflict, OutOfScope
from aid.imports.looking import Watch, look
from aid.imports.staged import Staged
from aid.imports.uploads import carry_out, gesture_of, receive
from aid.ledger import writing
from aid.operations.accounts import actor_of
from aid.own_columns import held
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor, visible
from models import Operation, Upload, UploadState, db

logger = logging.getLogger(__name__)
FEW = 5000  # rows of a sheet that is looked at again while whoever corrects it waits
STOPPED = "服务器中途停止，没有写入任何内容；可以再次导入"
Progress = tuple[str, int, int]


class Worker:
    """One thread; `start` it with the server. `wake` it when there is something to do."""

    def __init__(self) -> None:
        self._background = Background("imports", self._all_of_it)
        self._lock = threading.Lock()
        self._under_way: dict[str, Progress] = {}

    def start(self) -> None:
        with db.connection_context():
            settle_begun()
        self._background.start()

    def wake(self) -> None:
        self._background.wake()

    def progress(self, row: Upload) -> Progress:
        """What is being done with an upload, how many rows, of how many; 0 where nobody knows."""
        return self._under_way.get(row.staged, ("排队", 0, row.rows))

    def look_soon(self, row: Upload) -> Upload:
        """Have an upload looked at: a small one at once, a large one by the thread. Return it as it is then."""
        if row.rows <= FEW and not Staged(row.staged).source.exists():
            self.handle(row)
        else:
            self.wake()
        return _again(row) or row

    def handle(self, row: Upload) -> None:
        """Do what is to be done with an upload, unless another thread is at it or has done it."""
        with self._claimed(row) as claimed, held():
            if not claimed:
                return
            fresh = _again(row)
            if fresh is not None and fresh.state in HANDLED:
                HANDLED[fresh.state](fresh, lambda *told: self._under_way.update({row.staged: told}))

    @contextmanager
    def _claimed(self, row: Upload) -> Iterator[bool]:
        with self._lock:
            claimed = row.staged not in self._under_way
            if claimed:
                self._under_way[row.staged] = ("开始", 0, row.rows)
        try:
            yield claimed
        finally:
            if claimed:
                del self._under_way[row.staged]

    def _all_of_it(self) -> None:
        for row in list(_queued()):
            self.handle(row)


def upload(actor: Actor, kind: str, path: Path, *, file_name: str, batch: str = "") -> Upload:
    """Receive a file (aid.imports.uploads) and have it looked at. Raises NotAllowed, BadSheet."""
    return WORKER.look_soon(receive(actor, kind, path, file_name=file_name, batch=batch))


def take_in(row: Upload, watch: Watch = lambda *_: None) -> None:
    """Carry out one upload and say in its row what came of it."""
    Staged(row.staged).say(begun=True)
    _settle_what_comes(row, lambda actor: _taken_in(actor, row, watch))


def look_at(row: Upload, watch: Watch = lambda *_: None) -> None:
    """Find out what would become of one upload, and say it in its row."""
    _settle_what_comes(row, lambda actor: look(actor, row, watch))


def _taken_in(actor: Actor, row: Upload, watch: Watch) -> dict[str, Any]:
    return {"state": UploadState.DONE, "operation": carry_out(actor, row, watch).operation_id, "message": ""}


def _settle_what_comes(row: Upload, work: Callable[[Actor], dict[str, Any]]) -> None:
    outcome = attempted(lambda: work(SYSTEM if row.account is None else actor_of(row.account)))
    if fault := outcome.exception():
        settle(row, state=UploadState.FAILED, message=why_not(fault, f"upload {row.id}"))
    else:
        settle(row, **outcome.result())


def settle(row: Upload, **values: Any) -> None:
    """Say in the upload's row what came of it; a file that has come in is not kept a second time. One that was
    cancelled meanwhile is left alone."""
    values["message"] = values.get("message", "")[: Upload.message.max_length]
    try:
        with writing(SYSTEM, Permission.IMPORT_SETTLE, undoable=False) as ledger:
            ledger.change(row, **values)
            ledger.say(f"{row.file_name}：{values['state'].label}")
    except (OutOfScope, Conflict) as gone:
        logger.info("upload %s was cancelled while it was looked at: %s", row.id, gone)
        return
    if values["state"] == UploadState.DONE:
        Staged(row.staged).remove()


HANDLED = {UploadState.READING: look_at, UploadState.QUEUED: take_in}


def settle_begun() -> None:
    """At the start of a server: what one that was killed had begun to take in has either come in whole or not at all,
    and files that belong to no upload, or to one that has come in, go."""
    waiting = visible(Upload, SYSTEM.scope).where(Upload.state != UploadState.DONE)
    kept = {staged for (staged,) in waiting.select(Upload.staged).tuples()}
    for staged in Staged.all():
        if staged.name not in kept:
            staged.remove()
    for row in list(_queued()):
        staged = Staged(row.staged)
        written = visible(Operation, SYSTEM.scope).where(Operation.gesture == gesture_of(row)).get_or_none()
        if written is not None:
            settle(row, state=UploadState.DONE, operation=written.id)
        elif staged.gone() or (row.state == UploadState.QUEUED and staged.facts().get("begun")):
            settle(row, state=UploadState.FAILED, message=STOPPED)


def _again(row: Upload) -> Upload | None:
    """The upload as it is now; none where it was cancelled. Whole server: as the queue."""
    return visible(Upload, SYSTEM.scope).where(Upload.id == row.id).get_or_none()


def _queued() -> pw.ModelSelect:
    queued = visible(Upload, SYSTEM.scope).where(Upload.state.in_(list(HANDLED)))
    return queued.order_by(Upload.at, Upload.id)


WORKER = Worker()
