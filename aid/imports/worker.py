"""Takes in what was handed in, one sheet after the other, beside the requests of everybody else.

The table of uploads is the queue: what is queued there is carried out in the order of its upload, also after a
restart. What a killed server had begun is told as not imported; nothing of it was written, for it is one transaction.
"""

import logging
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import peewee as pw

from aid.errors import AidError
from aid.imports.staged import Staged
from aid.imports.uploads import carry_out, gesture_of
from aid.ledger import writing
from aid.operations.accounts import actor_of
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor, visible
from models import Operation, Upload, UploadState, db

logger = logging.getLogger(__name__)
OFTEN = 0.3  # seconds between two words on how far it is
NAP = 2  # seconds after which the queue is looked at though nobody has called
STOPPED = "服务器中途停止，没有写入任何内容；可以再次导入"


class Worker:
    """One thread; `start` it with the server. `wake` it when something was handed in."""

    def __init__(self) -> None:
        self._called = threading.Event()
        self._thread = threading.Thread(target=self._work, name="imports", daemon=True)

    def start(self) -> None:
        with db.connection_context():
            settle_begun()
        self._thread.start()

    def wake(self) -> None:
        self._called.set()

    def _work(self) -> None:
        while True:
            self._called.wait(NAP)
            self._called.clear()
            with db.connection_context():
                while (row := _next()) is not None:
                    take_in(row)


def take_in(row: Upload) -> None:
    """Carry out one upload and say in its row what came of it."""
    staged = Staged(row.staged)
    actor = SYSTEM if row.account is None else actor_of(row.account)
    staged.say(progress=["开始", 0, row.rows])
    # A pool of one, for its `exception`: whatever goes wrong is put on record, and the next sheet is not kept waiting.
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(_carried_out, actor, row, staged)
    fault = done.exception()
    if fault is None:
        settle(row, UploadState.DONE, operation=done.result())
    elif isinstance(fault, AidError):
        settle(row, UploadState.FAILED, message=str(fault))
    else:
        number = secrets.token_hex(4)
        logger.error("import of upload %s, error %s", row.id, number, exc_info=fault)
        settle(row, UploadState.FAILED, message=f"程序出错（编号 {number}），没有写入任何内容；请把编号告诉管理员")


def _carried_out(actor: Actor, row: Upload, staged: Staged) -> int | None:
    last = [0.0]

    def watch(doing: str, done: int, of: int) -> None:
        if monotonic() - last[0] >= OFTEN:
            last[0] = monotonic()
            staged.say(progress=[doing, done, of])

    with db.connection_context():
        return carry_out(actor, row, watch).operation_id


def settle(row: Upload, state: UploadState, *, operation: int | None = None, message: str = "") -> None:
    """Say in the upload's row what came of it; a file that has come in is not kept a second time."""
    with writing(SYSTEM, Permission.IMPORT_SETTLE, undoable=False) as ledger:
        ledger.change(row, state=state, operation=operation, message=message[: Upload.message.max_length])
        ledger.say(f"{row.file_name}：{state.label}")
    if state == UploadState.DONE:
        Staged(row.staged).remove()


def settle_begun() -> None:
    """At the start of a server: what one that was killed had under way has either come in whole or not at all, and
    files that belong to no upload go."""
    kept = {staged for (staged,) in visible(Upload, SYSTEM.scope).select(Upload.staged).tuples()}
    for staged in Staged.all():
        if staged.name not in kept:
            staged.remove()
    for row in list(_queued()):
        written = visible(Operation, SYSTEM.scope).where(Operation.gesture == gesture_of(row)).get_or_none()
        if written is not None:
            settle(row, UploadState.DONE, operation=written.id)
        elif Staged(row.staged).gone() or "progress" in Staged(row.staged).facts():
            settle(row, UploadState.FAILED, message=STOPPED)


def _next() -> Upload | None:
    return _queued().first()


def _queued() -> pw.ModelSelect:
    queued = visible(Upload, SYSTEM.scope).where(Upload.state == UploadState.QUEUED)
    return queued.order_by(Upload.at, Upload.id)


WORKER = Worker()
