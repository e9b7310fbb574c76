"""Counting what a question costs."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.statements.append(str(record.msg))


@pytest.fixture
def queries() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with queries() as seen:` fills `seen` with the statements sent to the database meanwhile."""

    @contextmanager
    def listen() -> Iterator[list[str]]:
        logger, heard = logging.getLogger("peewee"), Heard()
        level = logger.level
        logger.addHandler(heard)
        logger.setLevel(logging.DEBUG)
        try:
            yield heard.statements
        finally:
            logger.removeHandler(heard)
            logger.setLevel(level)

    return listen
