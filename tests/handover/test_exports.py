"""What goes out of a list, as a county and a school take it: question 18 of DOMAIN.md part 3."""

import csv
import io
import re

import openpyxl
import pytest

from aid.ledger import writing
from aid.permissions import Permission
from models import Enrolment, db
from tests.admin.test_borders import names_on
from tests.aid.operations.deliveries import deliver
from tests.handover.desk import told
from tests.handover.test_checking import check

EXPORTS = re.compile(r'href="(/[^"]*/export/(?:xlsx|csv)[^"]*)"')
TOTAL = re.compile(r"共 ([\d,]+) 条")
FIRST = re.compile(r'<tr>\s*(?:<td class="tick">.*?</td>)?\s*<td[^>]*>(.*?)</td>', re.S)


def first_cells(page: str) -> list[str]:
    """The first column of a list, as it is read."""
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in FIRST.findall(page.partition("<tbody>")[2])]
    return [] if 'class="empty"' in page else [cell.replace("（无）", "") for cell in cells]


def taken_out(visitor, link: str, *, at: int = 0) -> list[str]:
    """The first column, or another, of what a link of export gives, without a line of sums."""
    content = visitor.get(link.replace("&amp;", "&")).data
    if "/export/csv" in link:
        return [line[at] for line in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    head = next(number for number, line in enumerate(lines) if len(line) > 1 and line[1])
    return [str(line[at] or "") for line in lines[head + 1 :] if line[at] != "合计"]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize("who", ["county", "a"])
def test_question_18_every_list_exports_what_it_shows_and_no_more(visit, who):
    visitor, compared = visit(who), 0
    menu = re.findall(r'href="(/\w+/)"', visitor.get("/").text.partition("<nav")[2].partition("</nav>")[0])
    for address in (place + words for place in menu for words in ("", "?search=王&home_region=360426100")):
        page = visitor.get(address).text
        links = EXPORTS.findall(page)
        assert bool(links) == (page.count("<table") > 0 and "/roles/" not in address), address
        for link in links[1:] if "?" in address else links[:1]:  # with a filter as CSV, without one as a workbook
            if address.startswith("/operation/"):  # every export is one more line of the history
                page = visitor.get(address).text
            shown, taken = first_cells(page), taken_out(visitor, link)
            assert (taken[: len(shown)], str(len(taken))) == (shown, TOTAL.search(page)[1]), link
            compared += 1
    assert compared > 40


@pytest.fixture
def something_everywhere(world, app) -> None:
    """A roll that has moved on and a register that has come anew: what is compared on pages of its own."""
    with db.connection_context():
        deliver(world, without=("c1",), a2={"hardship": "orphan"})
        with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
            ledger.change(Enrolment.get_by_id(world.children["a1"].enrolment_id), status="graduated")
            ledger.change(Enrolment.get_by_id(world.children["b1"].enrolment_id), grade="八年级")


@pytest.mark.usefixtures("something_everywhere")
@pytest.mark.parametrize(("place", "at"), [("/deliveries/", 1), ("/roll_changes/", 1)])
def test_question_18_what_is_compared_is_exported_by_tab(visit, place, at):
    visitor, found = visit("county"), []
    tabs = visitor.get(place).text.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    for tab in re.findall(r'href="([^"]+)"', tabs):
        page = visitor.get(tab).text
        links = [link for link in EXPORTS.findall(page) if "?" in link]
        assert [taken_out(visitor, link, at=at) for link in links] == [first_cells(page)] * 2
        found += first_cells(page)
    assert found in (["李强", "陈静"], ["王芳", "张敏"])


def test_question_18_filters_go_along_and_the_scope_holds(visit, world):
    check(visit("a"), world, "a1")
    words = "?state=unchecked&school=德安&sort=-name"
    assert names_on(visit("county").get("/beneficiary/" + words)) == ["陈静", "李强", "张敏"]
    for who, names in (("county", ["陈静", "李强", "张敏"]), ("a", ["李强"]), ("b", ["张敏"]), ("far", [])):
        for link in EXPORTS.findall(visit(who).get("/beneficiary/" + words).text):
            assert taken_out(visit(who), link) == names
    assert "导出资助对象（csv）" in told(visit("county").get("/operation/?action=event:export"))
