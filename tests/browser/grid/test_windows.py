"""100,000 rows: the server sends windows, every row is near, sorting and filtering go over all of them."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from aid import dialect
from aid.editing import Cell, Gesture, RowEdit, save
from aid.ledger import writing
from aid.permissions import Permission
from models import Beneficiary, Enrolment, Operation, db
from tests.browser.grid.conftest import Home, copy_database, signed_in
from tests.browser.grid.gestures import Sheet, open_grid, operations, tabs, texts
from tests.serving import serving

ROWS = 100_000
ROLL = ("name", "id_number", "school", "stage", "grade", "class_name", "status")
HELD = "() => document.querySelector('[data-grid]').grid.store.rows.size"
SAYS = """(line) => {
  const { grid } = document.querySelector("[data-grid]");
  return grid.store.kept(grid.store.rows.get(line), "class_name"); }"""
LOADED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  return [page.responseEnd, page.loadEventEnd, performance.now()]; }"""


@pytest.fixture(scope="session")
def roll(browser: Browser, home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of the county's at a server that holds a long roll; nobody changes it."""
    folder = tmp_path_factory.mktemp("roll")
    path = folder / "zhuxue.sqlite3"
    copy_database(home.kept, path)
    dialect.open_database("", path)
    with db.connection_context(), writing(home.world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        school = home.world.organisations["c"].id
        ledger.add_many(Enrolment, ROLL, (row_of(n, school) for n in range(ROWS)))
    with serving(folder) as address:
        context = signed_in(browser, folder, address, key="county")
        yield context.new_page()
        context.close()


def row_of(number: int, school: int) -> tuple[str, str, int, str, str, str, str]:
    stage, grade = ("primary", "junior")[number % 2], f"{number % 6}年级"
    return f"生{number:06}", f"N{ROWS - number:06}", school, stage, grade, f"{number % 7}班", "present"


@pytest.fixture
def long(roll: Page) -> Sheet:
    return open_grid(roll, "enrolment")


def last_line(sheet: Sheet) -> int:
    return sheet.page.evaluate("() => document.querySelector('[data-grid]').grid.store.total") - 1


def test_opening_asks_for_few_windows_and_draws_few_rows(roll):
    asked = []
    note = lambda request: "/grid/" in request.url and request.method == "POST" and asked.append(request.url)  # noqa: E731
    roll.on("request", note)
    sheet = open_grid(roll, "enrolment")
    print("response, load event, first rows drawn (ms):", roll.evaluate(LOADED))
    expect(roll.locator("[data-count]")).to_have_text("共 100,004 行")
    roll.wait_for_timeout(500)
    roll.remove_listener("request", note)
    assert len(asked) <= 2  # beside the page itself, which brings the first window
    assert roll.locator(".row").count() < 60
    assert roll.evaluate(HELD) <= 300
    sheet.shows(4, name="生000000")


@pytest.mark.parametrize("way", ["end", "jump", "scrollbar"])
def test_the_last_row_is_reached_in_two_gestures(long, way):
    last = last_line(long)
    if way == "end":
        long.press("Control+End")
    elif way == "jump":
        long.press("Control+g")
        long.type(f"{last + 1}\n")
    else:
        long.page.evaluate("() => { const box = document.querySelector('[data-scroller]'); box.scrollTop = 1e9; }")
    long.shows(last, name="生099999", class_name="4班")
    expect(long.cell(last, "name")).to_be_in_viewport()
    assert long.page.evaluate(HELD) <= 600


def test_any_row_in_the_middle_is_reached_by_its_number(long):
    long.press("Control+g")
    long.type("50,004\n")
    long.shows(50_003, name="生049999")
    expect(long.cell(50_003, "name")).to_be_in_viewport()
    long.press("PageUp", "PageUp", "PageDown")
    line, _ = long.at()
    long.shows(line, name=f"生{line - 4:06}")


def test_sorting_goes_over_all_rows(roll):
    sheet = open_grid(roll, "enrolment", sort="-grade,id_number")
    sheet.shows(0, grade="三年级")
    sheet.shows(4, grade="5年级", id_number="N000005")
    sheet.press("Control+End")
    sheet.shows(last_line(sheet), grade="0年级", id_number="N100000")


def test_filtering_and_searching_go_over_all_rows(roll):
    sheet = open_grid(roll, "enrolment", stage="junior", sort="id_number")
    expect(roll.locator("[data-count]")).to_have_text("共 50,001 行")
    sheet.press("Control+f")
    sheet.type("生099\n")
    expect(roll.locator("[data-count]")).to_have_text("共 500 行")
    sheet.shows(0, name="生099999", id_number="N000001")
    sheet.press("Control+End")
    sheet.shows(499, name="生099001")


def test_the_browser_holds_a_bounded_number_of_rows(long):
    load = "([first, last]) => document.querySelector('[data-grid]').grid.store.load(first, last)"
    held = []
    for first in (20_000, 40_000, 60_000, 80_000):
        long.page.evaluate(load, [first, first + 4_999])
        held.append(long.page.evaluate(HELD))
    assert max(held) <= 12_100
    long.stand(82_000, "name")
    long.shows(82_000, name="生081996")
    assert long.page.locator(".row").count() < 60


def test_all_rows_of_a_long_range_are_held_until_it_is_copied(long):
    load = "([first, last]) => document.querySelector('[data-grid]').grid.store.load(first, last)"
    long.page.evaluate(load, [90_000, 92_500])
    assert (
        len(
            long.page.evaluate(
                "async () => { const { store } = document.querySelector('[data-grid]').grid;"
                " await store.load(0, 9899); return [...store.rows.keys()].filter((row) => row < 9900); }"
            )
        )
        == 9900
    )


def test_what_may_not_be_edited_at_all_is_told(long):
    long.stand(0, "grade")
    long.type("x")
    expect(long.bubble).to_have_text("“年级”不能在这里改")
    expect(long.page.locator("[data-undo]")).to_be_disabled()


def test_a_paste_of_500_by_8_cells_is_one_request_and_one_operation(sheet, world):
    columns = ("name", "grade", "class_name", "sex", "birth_date", "nation", "boards", "roll_status")
    hide = "(names) => names.forEach((n) => document.querySelector('[data-grid]').grid.layout.show(n, false))"
    sheet.page.evaluate(hide, ["id_number", "school"])
    sheet.page.evaluate("() => document.querySelector('[data-grid]').grid.store.load(0, 600)")
    asked = []
    sheet.page.on("request", lambda request: asked.append(request.url) if "/grid/save" in request.url else None)
    sheet.stand(5, "name")
    begun = time.perf_counter()
    sheet.paste(tabs([[f"乙{n}", "五年级", f"{n}号", "男", "2017-1-2", "汉族", "是", "休学"] for n in range(500)]))
    sheet.saved()
    whole = time.perf_counter() - begun
    [spent] = sheet.page.evaluate(
        "() => performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/save')).map((e) => e.duration)"
    )
    assert (len(asked), [operation.rows for operation in operations()]) == (1, [500])
    assert operations()[0].sentence == "修改资助对象 500 行 4000 格"
    assert texts("class_name", count=500) == [f"{n}号" for n in range(500)]
    ledger, cells = through_ledger(world), through_save(world, columns)
    told = (
        f"paste {whole:.2f} s, its request {spent / 1000:.2f} s; ledger alone {ledger:.2f} s, aid.editing {cells:.2f} s"
    )
    print(f"500 x 8: {told}; request / ledger {spent / 1000 / ledger:.1f}")


def many() -> list[Beneficiary]:
    return list(Beneficiary.select().where(Beneficiary.name.startswith("乙")).order_by(Beneficiary.id))


def through_ledger(world) -> float:
    """Seconds for the same change of 500 × 8 values by the ledger's own hand."""
    values = {"sex": "female", "birth_date": "2016-01-02", "nation": "回族", "boards": 0, "roll_status": "present"}
    begun = time.perf_counter()
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        changes = {
            row.id: {"name": f"乙乙{n}", "grade": "六年级", "class_name": f"{n}", **values}
            for n, row in enumerate(many())
        }
        ledger.change_many(Beneficiary, changes)
        ledger.say("500 × 8")
    return time.perf_counter() - begun


def through_save(world, columns: tuple[str, ...]) -> float:
    """Seconds for the same again as a gesture, without a browser and a server."""
    cells = ("丙", "四年级", "1班", "男", "2015-1-2", "汉族", "是", "休学")
    edits = [
        RowEdit(
            row.id, row.version, tuple(Cell(column, "", f"{new}") for column, new in zip(columns, cells, strict=True))
        )
        for row in many()
    ]
    begun = time.perf_counter()
    assert save(world.actors["county"], Beneficiary, Gesture("g" * 20, edits)).cells == 4000
    assert Operation.select().count()
    return time.perf_counter() - begun


def test_a_window_that_comes_late_does_not_bring_back_what_was_written_over(sheet):
    late = []
    sheet.page.route("**/grid/rows", lambda route: late.append((route, route.fetch())), times=1)
    sheet.page.evaluate("() => { document.querySelector('[data-grid]').grid.store.fetch(0); }")
    sheet.page.wait_for_function("() => document.querySelector('[data-grid]').grid.store.asked.size")
    while not late:
        sheet.page.wait_for_timeout(20)
    sheet.write(5, "class_name", "9班")
    sheet.saved()
    [(route, answer)] = late
    with sheet.page.expect_response("**/grid/rows"):
        route.fulfill(response=answer)
    sheet.page.wait_for_function("() => !document.querySelector('[data-grid]').grid.store.asked.size")
    assert sheet.page.evaluate(SAYS, 5) == "9班"  # at once: what is asked for every few seconds would put it right
