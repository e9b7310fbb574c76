"""A hundred random sequences of gestures in the browser give the same rows as a plain Python model of the table."""

import os
import random
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from models import Beneficiary, Operation
from tests.browser.grid.conftest import Home, copy_database
from tests.browser.grid.gestures import Sheet, operations, tabs

SEED = int(os.environ.get("SEED") or random.randrange(10**6))
FIRST, TALL = 5, 6  # the line of 甲000, and how many lines are played with
COLUMNS = ("class_name", "nation", "remark")  # the frozen border is behind the first
LAYOUT = """(names) => {
  const { layout } = document.querySelector("[data-grid]").grid;
  const others = layout.all.map((column) => column.name).filter((name) => !names.includes(name));
  const columns = [...names.map((name) => ({ name })), ...others.map((name) => ({ name, hidden: true }))];
  layout.use({ columns, frozen: 1 }); }"""
WITHIN = """(work) => {
  const { grid } = document.querySelector("[data-grid]");
  const state = () => JSON.stringify({
    editing: grid.editor.editing, queue: grid.saving.queue.length, busy: grid.saving.busy, status: grid.saving.lost,
    dialog: document.querySelector("[data-dialog]")?.innerText, focus: document.activeElement?.outerHTML.slice(0, 99),
    pending: [...grid.store.pending].map(([id, marks]) => [id, [...marks]]),
  });
  const late = new Promise((_, no) => setTimeout(() => no(new Error(`the grid does not rest: ${state()}`)), 20000));
  return Promise.race([work(grid), late]); }"""
REOPEN = f"""() => ({WITHIN})(async (grid) => {{
  await grid.steps.stepping;
  await grid.saving.idle();
  await grid.reopen(); }})"""
STEPPED = f"() => ({WITHIN})((grid) => grid.steps.stepping ?? Promise.resolve())"
REST = f"""() => ({WITHIN})(async (grid) => {{
  await grid.steps.stepping;
  await grid.saving.idle();
  return [grid.store.unsaved, document.querySelector(".bubble").hidden]; }})"""
SHOWN = """([first, tall, names]) => {
  const { grid } = document.querySelector("[data-grid]");
  const texts = (line) => names.map((name) => grid.cells.text(line, grid.layout.at(name)));
  return Array.from({ length: tall }, (_, down) => texts(first + down));
}"""

lines, cols = st.integers(0, TALL - 1), st.integers(0, len(COLUMNS) - 1)
words = st.sampled_from(["", "甲", "乙丙", "b", '"', "3班", "汉族"])
filled = words.filter(bool)
tables = st.integers(1, 3).flatmap(
    lambda wide: st.lists(st.lists(words, min_size=wide, max_size=wide), min_size=1, max_size=4)
)
gestures = st.one_of(
    st.tuples(st.just("type"), lines, cols, filled),
    st.tuples(st.just("append"), lines, cols, filled),
    st.tuples(st.just("paste"), lines, cols, lines, cols, tables),
    st.tuples(st.just("fill"), lines, cols, lines, cols),
    st.tuples(st.just("clear"), lines, cols, lines, cols),
    st.tuples(st.just("move"), st.sampled_from(["ArrowDown", "ArrowUp", "Tab", "Shift+ArrowRight", "Escape"])),
    st.just(("undo",)),
    st.just(("undo",)),
    st.just(("redo",)),
)


@dataclass
class Model:
    """The rows as they should be, and what can be taken back or brought again, each as (cell, before, after)."""

    rows: list[list[str]]
    done: list[dict] = field(default_factory=list)
    undone: list[dict] = field(default_factory=list)
    gestures: int = 0
    steps: int = 0

    def put(self, cells: dict[tuple[int, int], str]) -> None:
        changed = {at: (self.rows[at[0]][at[1]], text) for at, text in cells.items()}
        changed = {at: pair for at, pair in changed.items() if pair[0] != pair[1]}
        if changed:
            self.done.append(changed)
            self.undone.clear()
            self.gestures += 1
            self.become(changed, 1)

    def become(self, changed: dict, which: int) -> None:
        for (line, col), pair in changed.items():
            self.rows[line][col] = pair[which]

    def back(self, source: list[dict], target: list[dict], which: int) -> None:
        if source:
            self.become(source[-1], which)
            target.append(source.pop())
            self.steps += 1

    # -- the gestures ---------------------------------------------------------------------

    def type(self, line: int, col: int, text: str) -> None:
        self.put({(line, col): text})

    def append(self, line: int, col: int, text: str) -> None:
        self.put({(line, col): self.rows[line][col] + text})

    def paste(self, line: int, col: int, end_line: int, end_col: int, table: list[list[str]]) -> None:
        (top, bottom), (left, right) = sorted((line, end_line)), sorted((col, end_col))
        tall, wide = len(table), len(table[0])
        down, across = (max(1, (b - a + 1) // n) * n for a, b, n in ((top, bottom, tall), (left, right, wide)))
        self.put(
            {
                (top + n, left + m): table[n % tall][m % wide]
                for n in range(down)
                for m in range(across)
                if left + m < len(COLUMNS)
            }
        )

    def fill(self, line: int, col: int, end_line: int, end_col: int) -> None:
        (top, bottom), (left, right) = sorted((line, end_line)), sorted((col, end_col))
        source = top if top < bottom else top - 1
        targets = range(top + 1, bottom + 1) if top < bottom else [top]
        self.put({(n, m): self.rows[source][m] for n in targets for m in range(left, right + 1)})

    def clear(self, line: int, col: int, end_line: int, end_col: int) -> None:
        (top, bottom), (left, right) = sorted((line, end_line)), sorted((col, end_col))
        self.put({(n, m): "" for n in range(top, bottom + 1) for m in range(left, right + 1)})

    def move(self, key: str) -> None:
        pass

    def undo(self) -> None:
        self.back(self.done, self.undone, 0)

    def redo(self) -> None:
        self.back(self.undone, self.done, 1)


class Clerk:
    """The same gestures by a clerk's keys and clipboard."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def type(self, line: int, col: int, text: str) -> None:
        self.sheet.write(FIRST + line, COLUMNS[col], text)

    def append(self, line: int, col: int, text: str) -> None:
        self.sheet.stand(FIRST + line, COLUMNS[col])
        self.sheet.press("F2")
        self.sheet.write_on(text)

    def range(self, line: int, col: int, end_line: int, end_col: int) -> None:
        self.sheet.stand(FIRST + line, COLUMNS[col], FIRST + end_line, COLUMNS[end_col])

    def paste(self, line: int, col: int, end_line: int, end_col: int, table: list[list[str]]) -> None:
        self.range(line, col, end_line, end_col)
        self.sheet.paste(tabs([['"' + text.replace('"', '""') + '"' for text in row] for row in table]))

    def fill(self, *place: int) -> None:
        self.range(*place)
        self.sheet.press("Control+d")

    def clear(self, *place: int) -> None:
        self.range(*place)
        self.sheet.press("Delete")

    def move(self, key: str) -> None:
        self.sheet.press(key)

    def undo(self) -> None:
        self.sheet.press("Control+z")
        self.sheet.page.evaluate(STEPPED)  # a clerk goes on from what the screen shows

    def redo(self) -> None:
        self.sheet.press("Control+y")
        self.sheet.page.evaluate(STEPPED)


def held() -> list[list[str]]:
    """The lines that are played with, as the database has them, and those around them."""
    names = [f"K{n:03}" for n in range(TALL + 6)]
    chosen = [Beneficiary.id_number, *(getattr(Beneficiary, column) for column in COLUMNS)]
    rows = {key: list(values) for key, *values in Beneficiary.select(*chosen).tuples()}
    return [rows[name] for name in names]


@pytest.fixture
def clerk(sheet: Sheet) -> Clerk:
    sheet.page.evaluate(LAYOUT, list(COLUMNS))
    return Clerk(sheet)


def play(clerk: Clerk, home: Home, sequence: list[tuple[Any, ...]]) -> None:
    copy_database(home.kept, home.path)
    clerk.sheet.page.evaluate(REOPEN)
    model = Model(held())
    for name, *rest in sequence:
        getattr(clerk, name)(*rest)
        getattr(model, name)(*deepcopy(rest))
    unsaved, _ = clerk.sheet.page.evaluate(REST)  # a grid that never rests would hold the whole run
    assert held() == model.rows
    assert clerk.sheet.page.evaluate(SHOWN, [FIRST, TALL + 6, list(COLUMNS)]) == model.rows
    assert unsaved == 0
    assert len(operations()) == model.gestures
    assert Operation.select().where(Operation.undoes.is_null(False)).count() == model.steps


def test_random_gestures_give_the_rows_of_the_model(clerk, home):
    print("SEED =", SEED)

    @seed(SEED)
    @settings(
        max_examples=100,
        deadline=None,
        database=None,
        print_blob=True,
        phases=(Phase.generate,),  # a page that went wrong once would go on to mislead a shorter sequence
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(gestures, min_size=3, max_size=8))
    def each(sequence):
        play(clerk, home, sequence)

    each()
