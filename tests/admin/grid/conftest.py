"""What the tests of a grid's routes share: a script of the page, as far as it asks in JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.admin.conftest import TOKEN, Visitor

GESTURE = "0123456789abcdef0123456789abcde"  # and one more letter for each gesture of a test


@dataclass
class Script:
    """Somebody's open grid: asks its routes in JSON, with the token of their page."""

    visitor: Visitor
    base: str
    token: str

    def post(self, path: str, **body: Any) -> TestResponse:
        return self.visitor.client.post(f"{self.base}{path}", json=body, headers={"X-CSRFToken": self.token})

    def ask(self, path: str, **body: Any) -> Any:
        answer = self.post(path, **body)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def save(self, *rows: list[Any], gesture: str = f"{GESTURE}0", **more: Any) -> TestResponse:
        return self.post("save", gesture=gesture, rows=list(rows), **more)


@pytest.fixture
def script(visit) -> Callable[..., Script]:
    """The script of a table's grid in the hands of one of the world's actors."""

    def of(who: str, table: str = "check") -> Script:
        visitor = visit(who)
        return Script(visitor, f"/{table}/grid/", TOKEN.search(visitor.get("/password").text)[1])

    return of
