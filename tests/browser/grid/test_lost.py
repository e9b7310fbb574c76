"""The connection lost, the server killed, the session ended: nothing is lost, nothing is written twice."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from aid import dialect
from aid.rules.passwords import hashed
from models import Account, Beneficiary, Change, Operation, Session, db
from models import now as moment
from tests.browser.conftest import knock
from tests.browser.grid.conftest import Home, copy_database, signed_in
from tests.browser.grid.gestures import Sheet, open_grid, operations, tabs, texts
from tests.serving import wait_for
from tests.source import ROOT

FIRST, TALL = 5, 500  # the line of 甲000, and so many rows are pasted
WIDE = ("name", "grade", "class_name", "sex", "birth_date", "nation", "boards", "roll_status")
TAKEN_AWAY = ("id_number", "school")
KILLS = 4
LOST = "连接中断，正在重试；没有保存的都还在"
BACK = 30_000  # milliseconds in which a server is back on a busy machine


class Mortal:
    """A server that can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.address = folder, f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "DATA_DIR": str(self.folder), "PORT": str(self.port)}
        command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
        wait_for(f"{self.address}/sign-in")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def mortal(home: Home, tmp_path: Path) -> Iterator[Mortal]:
    """A server of one's own over a copy of the county; the database is open."""
    copy_database(home.kept, tmp_path / "zhuxue.sqlite3")
    dialect.open_database("", tmp_path / "zhuxue.sqlite3")
    server = Mortal(tmp_path)
    with db.connection_context():
        yield server
    server.kill()


@pytest.fixture
def at_home(browser: Browser, mortal: Mortal) -> Iterator[Callable[..., Sheet]]:
    """Open the county's list on it."""
    context = signed_in(browser, mortal.folder, mortal.address, key="county")
    yield lambda **words: open_grid(context.new_page(), "beneficiary", **words)
    context.close()


def many_cells(seed: int) -> list[list[str]]:
    """TALL × 8 texts, each different from what stands there and from another seed's."""
    day = f"{10 + seed}"
    return [
        [
            f"乙{seed}{n:03}",
            f"{seed}年级",
            f"{n}班",
            "男女"[seed % 2],
            f"2017-01-{day}",
            f"族{seed}",
            "是否"[seed % 2],
            word,
        ]
        for n in range(TALL)
        for word in (("休学", "转出", "毕业")[seed % 3],)
    ]


LOAD = """async () => {
  const { grid } = document.querySelector("[data-grid]");
  for (let tries = 0; tries < 50; tries += 1) {
    try { return await grid.store.load(0, 600); } catch { await new Promise((done) => setTimeout(done, 100)); }
  }
}"""


def paste_many(sheet: Sheet, seed: int) -> None:
    """Paste them as one block: two columns that may not change stand in between, and are put out of sight."""
    hide = "(names) => names.forEach((n) => document.querySelector('[data-grid]').grid.layout.show(n, false))"
    sheet.page.evaluate(hide, list(TAKEN_AWAY))
    sheet.page.evaluate(LOAD)  # a server that was started again has forgotten the grid: it is opened anew meanwhile
    sheet.stand(FIRST, "name")
    sheet.paste(tabs(many_cells(seed)))


def written(seed: int) -> bool:
    cells = many_cells(seed)
    rows = zip(texts("name", count=TALL), texts("class_name", count=TALL), texts("nation", count=TALL), strict=True)
    return list(rows) == [(row[0], row[2], row[5]) for row in cells]


def test_a_server_killed_in_the_middle_of_a_paste_loses_and_doubles_nothing(mortal, at_home):
    sheet, rng = at_home(), random.Random(4)
    delays = [0.0, *(rng.uniform(0, 0.8) for _ in range(KILLS - 1))]
    print("killed after", delays)
    for seed, delay in enumerate(delays):
        paste_many(sheet, seed)
        time.sleep(delay)
        mortal.kill()
        mortal.start()
        expect(sheet.status).to_have_text("已全部保存", timeout=BACK)
        assert written(seed)
        assert [operation.rows for operation in operations()] == [TALL] * (seed + 1)
        assert Change.select().where(Change.operation == operations()[-1]).count() == TALL
        sheet.shows(FIRST + 1, name=f"乙{seed}001", grade=f"{seed}年级")


def test_while_the_server_is_away_the_page_says_so_and_keeps_what_is_typed(mortal, at_home):
    sheet = at_home()
    mortal.kill()
    sheet.write(FIRST, "class_name", "5班")
    sheet.write(FIRST + 1, "class_name", "6班")
    expect(sheet.status).to_have_text(LOST)
    sheet.shows(FIRST, class_name="5班")
    assert "waiting" in sheet.cell(FIRST + 1, "class_name").get_attribute("class")
    assert texts("class_name", count=2) == ["0班", "1班"]
    mortal.start()
    expect(sheet.status).to_have_text("已全部保存", timeout=BACK)
    assert texts("class_name", count=2) == ["5班", "6班"]
    assert len(operations()) == 2
    sheet.step("Control+z")
    assert texts("class_name", count=2) == ["5班", "1班"]


def test_what_is_being_typed_while_the_server_restarts_goes_into_its_own_row(mortal, at_home):
    sheet = at_home(sort="name")
    line = sheet.line_of("甲000")
    sheet.stand(line, "class_name")
    sheet.type("5")
    mortal.kill()
    Beneficiary.update(name="一").where(Beneficiary.name == "甲599").execute()  # comes first from now on
    mortal.start()
    with sheet.page.expect_response(lambda answer: "since" in answer.url and answer.status != 200):
        Operation.create(actor="x", action="x")
    sheet.type("班")
    with sheet.page.expect_response("**/grid/open"):
        sheet.press("Enter")
    sheet.saved()
    assert texts("class_name", count=2) == ["5班", "1班"]
    sheet.shows(line + 1, name="甲000")
    assert sheet.at() == (line + 2, "class_name")


def test_an_answer_that_was_lost_is_asked_for_again_and_not_written_again(sheet):
    lost = []

    def lose(route) -> None:
        route.fetch()
        lost.append(route.request)
        route.abort()

    sheet.page.route("**/grid/save", lose, times=1)
    sheet.write(FIRST, "class_name", "5班")
    expect(sheet.status).to_have_text(LOST)
    sheet.saved()
    assert len(lost) == 1
    assert texts("class_name") == ["5班"]
    assert len(operations()) == 1
    sheet.write(FIRST, "class_name", "6班")
    sheet.saved()
    assert texts("class_name") == ["6班"]


def test_what_was_typed_is_not_saved_in_the_name_of_somebody_else_who_signs_in(mortal, at_home):
    Account.update(password_hash=hashed("核对学生用的密码2026")).where(Account.login << ["county", "a"]).execute()
    sheet = at_home()
    Session.update(ended=moment()).execute()
    sheet.write(FIRST, "class_name", "5班")
    expect(sheet.status).to_have_text("登录已失效。请在新窗口登录后回到这里，没有保存的会接着保存。")
    other = sheet.page.context.new_page()
    knock(other, "a", "核对学生用的密码2026")
    expect(other.get_by_text("退出")).to_be_visible()
    expect(sheet.cell(FIRST, "class_name")).to_have_attribute("aria-invalid", "true")
    assert texts("class_name") == ["0班"]


def test_what_was_typed_is_saved_after_the_same_person_signed_in_again(mortal, at_home):
    Account.update(password_hash=hashed("核对学生用的密码2026")).where(Account.login == "county").execute()
    sheet = at_home()
    Session.update(ended=moment()).execute()
    sheet.write(FIRST, "class_name", "5班")
    expect(sheet.status).to_contain_text("登录已失效")
    other = sheet.page.context.new_page()
    knock(other, "county", "核对学生用的密码2026")
    expect(sheet.status).to_have_text("已全部保存", timeout=BACK)
    assert texts("class_name") == ["5班"]
    assert len(operations()) == 1
