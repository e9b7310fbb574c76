"""Work in the background whose end has to be told, whatever it is: a result, a refusal, a fault of the program."""

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from aid.errors import AidError
from models import db

logger = logging.getLogger(__name__)
NAP = 2  # seconds after which there is looked for work though nobody has called


class Background:
    """One thread that does `work` whenever it is woken, and looks for some now and then."""

    def __init__(self, name: str, work: Callable[[], Any]) -> None:
        self._called = threading.Event()
        self._work = work
        self._thread = threading.Thread(target=self._forever, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._called.set()

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    def _forever(self) -> None:
        while True:
            self._called.wait(NAP)
            self._called.clear()
            fault = attempted(self._work).exception()
            if fault is not None:  # of the database: it is tried again later
                logger.error("the queue of %s", self._thread.name, exc_info=fault)


def attempted(work: Callable[..., Any], *given: Any) -> Future:
    """How `work` ended, with a connection to the database of its own: its result, or whatever went wrong."""
    # A pool of one, for its `exception`: whatever goes wrong is put on record, and what waits is not kept waiting.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(db.connection_context()(work), *given)


def why_not(fault: BaseException, what: str) -> str:
    """What a clerk is told of a fault of taking in `what`: a refusal in its own words, any other by a number that the
    log has too."""
    if isinstance(fault, AidError):
        return str(fault)
    number = secrets.token_hex(4)
    logger.error("%s, error %s", what, number, exc_info=fault)
    return f"程序出错（编号 {number}），没有写入任何内容；请把编号告诉管理员"
