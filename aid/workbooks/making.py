"""Makes the workbooks that were asked for, one after the other, beside everybody's requests.

The table of them is the queue, also after a restart. What a killed server had begun is told as not made, to be asked
for again; what it had not begun is made.
"""

import logging
import threading
from collections import defaultdict
from typing import Any

import peewee as pw

from aid.attempts import Background, attempted, why_not
from aid.errors import Conflict, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.accounts import account_called, actor_of
from aid.permissions import Permission
from aid.scope import SYSTEM, visible
from aid.workbooks import Watch, store, write_workbook
from models import MadeWorkbook, MakingState, db, now

logger = logging.getLogger(__name__)
SOON = 2  # seconds that whoever asks is kept waiting for the file itself
STOPPED = "服务器中途停止，没有生成；请再生成一次"
Progress = tuple[str, int]


class Maker:
    """One thread; `start` it with the server."""

    def __init__(self) -> None:
        self._background = Background("workbooks", self._all_of_them)
        self._one_at_a_time = threading.Lock()
        self._told: dict[str, Progress] = {}
        self._over: dict[int, threading.Event] = defaultdict(threading.Event)

    def start(self) -> None:
        with db.connection_context():
            settle_begun()
        self._background.start()

    def progress(self, row: MadeWorkbook) -> Progress:
        """What is being done for a workbook, and how many lines of it are written."""
        return self._told.get(row.file, ("排队", 0))

    def soon(self, row: MadeWorkbook) -> MadeWorkbook:
        """Have a workbook made, and wait a little for it; return it as it is then. Where no server runs, that is where
        there is nobody else to make it, it is made now."""
        if self._background.runs:
            over = self._over[row.id]
            self._background.wake()
            if _waits(_again(row)):
                over.wait(SOON)
        else:
            self.handle(row)
        self._over.pop(row.id, None)
        return _again(row) or row

    def handle(self, row: MadeWorkbook) -> None:
        """Make a workbook, unless that has been done or it is wanted no longer."""
        with self._one_at_a_time:
            fresh = _again(row)
            if _waits(fresh):
                make(fresh, lambda *told: self._told.update({row.file: told}))
                self._told.pop(row.file, None)
        if row.id in self._over:
            self._over[row.id].set()

    def _all_of_them(self) -> None:
        while (row := _queued().first()) is not None:
            self.handle(row)


def make(row: MadeWorkbook, watch: Watch = lambda *_: None) -> None:
    """Make one workbook and say in its row what came of it."""
    outcome = attempted(_made, row, watch)
    if fault := outcome.exception():
        message = why_not(fault, f"workbook {row.id}")[: MadeWorkbook.message.max_length]
        _settle(row, state=MakingState.FAILED, message=message)
    else:
        _settle(row, state=MakingState.DONE, **outcome.result())


def _made(row: MadeWorkbook, watch: Watch) -> dict[str, Any]:
    actor = actor_of(account_called(row.account.login))
    if (actor.scope.prefix, actor.scope.school_id) != (row.prefix, row.school_id):
        raise RuleBroken("申请之后，制表人的管理范围变了，没有生成；请重新生成")
    at = now()
    written = write_workbook(actor, row.slug, store.begin(row.file), at=at, term=row.term, watch=watch)
    return {"at": at, "rows": written.lines, "newest": written.newest, "size": store.on_disk(row.file)}


def _settle(row: MadeWorkbook, **values: Any) -> None:
    """One that was removed meanwhile is left alone, and so is no file without a row."""
    if values["state"] == MakingState.FAILED:
        store.remove(row.file)
    try:
        with writing(SYSTEM, Permission.WORKBOOK_SETTLE, undoable=False) as ledger:
            ledger.change(row, **values)
            ledger.say(f"{row.name}（{row.maker}）：{values['state'].label}")
    except (OutOfScope, Conflict) as gone:
        logger.info("workbook %s was removed while it was made: %s", row.id, gone)
        store.remove(row.file)


def settle_begun() -> None:
    """At the start of a server: what one that was killed had begun is told as not made, and files without a row go."""
    for row in list(_queued()):
        if store.path_of(row.file).exists():
            _settle(row, state=MakingState.FAILED, message=STOPPED)
    kept = {file for (file,) in visible(MadeWorkbook, SYSTEM.scope).select(MadeWorkbook.file).tuples()}
    for name in store.names() - kept:
        store.remove(name)


def _again(row: MadeWorkbook) -> MadeWorkbook | None:
    """The row as it is now; none where it was removed. Whole server: as the queue."""
    return visible(MadeWorkbook, SYSTEM.scope).where(MadeWorkbook.id == row.id).get_or_none()


def _waits(row: MadeWorkbook | None) -> bool:
    return row is not None and row.state == MakingState.QUEUED


def _queued() -> pw.ModelSelect:
    queued = visible(MadeWorkbook, SYSTEM.scope).where(MadeWorkbook.state == MakingState.QUEUED)
    return queued.order_by(MadeWorkbook.at, MadeWorkbook.id)


MAKER = Maker()
