"""What a clerk does to a grid in the browser, and what the database then holds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from models import Beneficiary, Operation, Row

ALL_SAVED = "已全部保存"
PASTE = """([text, html]) => {
  const carried = new DataTransfer();
  carried.setData("text/plain", text);
  if (html) carried.setData("text/html", html);
  const field = document.querySelector("[data-field]");
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
}"""
COPY = """(kind) => {
  const carried = new DataTransfer();
  const field = document.querySelector("[data-field]");
  field.dispatchEvent(new ClipboardEvent(kind, { clipboardData: carried, bubbles: true, cancelable: true }));
  return [carried.getData("text/plain"), carried.getData("text/html")];
}"""
STAND = """([line, column, endLine, endColumn]) => {
  const { grid } = document.querySelector("[data-grid]");
  grid.stand(line, grid.layout.at(column));
  if (endColumn) grid.stand(endLine, grid.layout.at(endColumn), true);
}"""


@dataclass(frozen=True)
class Sheet:
    """A grid on a page. Lines count from 0, columns go by name."""

    page: Page
    table: str

    # -- looking ------------------------------------------------------------------------------

    @property
    def root(self) -> Locator:
        return self.page.locator("[data-grid]")

    @property
    def field(self) -> Locator:
        return self.page.locator("[data-field]")

    @property
    def status(self) -> Locator:
        return self.page.locator("[data-status]")

    @property
    def note(self) -> Locator:
        return self.page.locator("[data-note]")

    @property
    def bubble(self) -> Locator:
        return self.page.locator(".bubble")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("[data-dialog]")

    @property
    def choices(self) -> Locator:
        return self.page.locator("#choice-list [role=option]")

    def cell(self, line: int, column: str) -> Locator:
        return self.page.locator(f'[role=row][aria-rowindex="{line + 2}"] > [data-column="{column}"]')

    def line_of(self, name: str) -> int:
        """The line in sight on which a name stands."""
        named = self.page.locator('[role=gridcell][data-column="name"]').filter(has_text=name).first
        return int(named.evaluate("cell => cell.parentElement.dataset.line"))

    def shows(self, line: int, **texts: str) -> None:
        """Wait until the cells of a line show these texts."""
        for column, text in texts.items():
            expect(self.cell(line, column)).to_have_text(text)

    def at(self) -> tuple[int, str]:
        """Where one stands."""
        line, column = self.page.evaluate(
            "() => { const { selection } = document.querySelector('[data-grid]').grid;"
            " return [selection.line, selection.column.name]; }"
        )
        return line, column

    # -- doing --------------------------------------------------------------------------------

    def stand(self, line: int, column: str, end_line: int | None = None, end_column: str | None = None) -> None:
        """Stand on a cell, or draw a range from it."""
        end = column if end_column is None and end_line is not None else end_column
        self.page.evaluate(STAND, [line, column, end_line, end])

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def write(self, line: int, column: str, text: str) -> None:
        """Type a text over a cell and go on, as a clerk does."""
        self.stand(line, column)
        self.write_on(text)

    def write_on(self, text: str) -> None:
        """Type on where one is, and end the edit."""
        self.type(text)
        self.press("Enter")

    def paste(self, text: str, html: str = "") -> None:
        self.page.evaluate(PASTE, [text, html])

    def copied(self, kind: str = "copy") -> tuple[str, str]:
        """What Ctrl+C puts on the clipboard, plain and as a web page; or Ctrl+X."""
        plain, html = self.page.evaluate(COPY, kind)
        return plain, html

    def answer(self, name: str) -> None:
        """Answer the question that is asked."""
        self.dialog.get_by_role("button", name=name).click()

    def saved(self) -> None:
        """Wait until everything is saved."""
        expect(self.status).to_have_text(ALL_SAVED)

    def step(self, key: str) -> dict[str, Any]:
        """Undo or redo by key, to the end; return what the server answered."""
        with self.page.expect_response("**/grid/step") as answer:
            self.press(key)
        told = answer.value.json()
        self.page.wait_for_function("() => !document.querySelector('[data-grid]').grid.live.asking")
        return told

    def composing(self, text: str, *, steps: Sequence[str] = ()) -> None:
        """Write with an input method: the letters while it composes, then the text that was chosen."""
        keyboard = self.page.context.new_cdp_session(self.page)
        for letters in steps or (text,):
            at = {"selectionStart": len(letters), "selectionEnd": len(letters)}
            keyboard.send("Input.imeSetComposition", {"text": letters, **at})
        keyboard.send("Input.insertText", {"text": text})
        keyboard.detach()


def open_grid(page: Page, table: str, **words: str) -> Sheet:
    """Go to a table's grid and wait for its first rows."""
    page.goto(f"/{table}/grid/?{urlencode(words)}")
    page.locator('[data-grid] [role=row][aria-rowindex="2"]').wait_for()
    return Sheet(page, table)


# -- what the database holds ------------------------------------------------------------------


def now(row: Row) -> Any:
    """The row as it stands in the database. The database must be open."""
    return type(row).get_by_id(row.id)


def texts(column: str, *, first: str = "甲000", count: int = 1) -> list[Any]:
    """A column of the many children, from the one who was called `first` at the start."""
    number = int(first[1:])
    keys = [f"K{n:03}" for n in range(number, number + count)]
    found = dict(Beneficiary.select(Beneficiary.id_number, getattr(Beneficiary, column)).tuples())
    return [found[key] for key in keys]


def operations() -> list[Operation]:
    """What was done in grids, oldest first."""
    return list(Operation.select().where(Operation.gesture.is_null(False)).order_by(Operation.id))


def tabs(rows: Sequence[Sequence[str]]) -> str:
    """Rows as Excel puts them on the clipboard."""
    return "".join("\t".join(row) + "\r\n" for row in rows)


def spoken(sheet: Sheet) -> str:
    """Everything the page shows of its grid, for a failed assertion."""
    return json.dumps(sheet.root.inner_text(), ensure_ascii=False)
