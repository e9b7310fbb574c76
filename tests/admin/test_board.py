"""进度看板 through HTTP: every figure leads to as many rows, every bar a level down, and whom it lets in."""

import csv
import re
from html import unescape

import pytest

from admin.beneficiaries import BeneficiaryView
from admin.listing import Listing
from admin.measures import values
from aid.errors import RuleBroken
from aid.ledger import writing
from aid.operations.checking import confirm, mark_invalid, reopen
from aid.operations.history import undo
from aid.operations.submissions import hand_in
from aid.permissions import Permission
from codes import InvalidReason
from models import Beneficiary, Operation, Organisation, db
from tests.aid.conftest import queries

__all__ = ["queries"]

FIGURE = re.compile(r'<(?:dd|td[^>]*)><a href="(/(?:beneficiary|late_schools)/[^"]*)">([\d,]+)')
BAR = re.compile(r'<a href="([^"]*)" aria-label="([^"]*)">')


@pytest.fixture
def busy(world, app):
    """Some of everything: checked, invalid, handed in, supplements, and a senior high in no township."""
    with db.connection_context():
        confirm(world.actors["a"], world.children["a1"])
        mark_invalid(world.actors["a"], world.children["a2"], reason=InvalidReason.GRADUATED)
        shown_at = Operation.select().order_by(Operation.id.desc()).first().id
        hand_in(world.actors["a"], world.organisations["a"], shown_at=shown_at, expected=2)
        with writing(world.actors["county"], Permission.ORGANISATION_WRITE) as ledger:
            senior = {"code": "360426000099", "name": "德安县第一中学", "kind": "school", "stage": "senior"}
            senior = ledger.add(Organisation, region=world.regions["county"], **senior)
        with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
            values = {"id_number": "", "hardship": "lifted", "home_region": world.regions["village"]}
            for school, name in ((senior, "高一"), (world.organisations["c"], "补一")):
                ledger.add(Beneficiary, school=school, name=name, source="supplement", **values)
    return world


def shown(visitor, url: str = "/board/") -> str:
    answer = visitor.get(url)
    assert answer.status_code == 200, url
    return unescape(answer.text)


def bars(page: str) -> dict[str, str]:
    return {told: url for url, told in BAR.findall(page) if "%" in told}


@pytest.mark.parametrize(
    ("who", "url"),
    [
        ("province", "/board/"),
        ("city", "/board/"),
        ("county", "/board/"),
        ("county", "/board/?place=360426100000"),
        ("county", "/board/?place=360426000000&own=1"),
        ("town", "/board/"),
    ],
)
def test_every_figure_leads_to_as_many_rows(busy, visit, who, url):
    visitor = visit(who)
    found = set(FIGURE.findall(shown(visitor, url)))
    assert len(found) >= 6
    wrong = [(to, count) for to, count in found if f"共 {count} 条" not in visitor.get(to).text]
    assert wrong == []


def test_the_head_tells_the_whole_and_the_bars_its_parts(busy, visit):
    page = shown(visit("county"))
    head = re.findall(r"<dt>([^<]+)</dt><dd>(?:<a [^>]*>)?([^<]+)<", page)
    assert dict(head) == {
        "名单人数": "6",
        "已核对": "1",
        "未核对": "4",
        "无效": "1",
        "补录": "2",
        "已上报 / 应上报学校": "1 / 4",
        "进度": "33.3%",
    }
    names = list(bars(page))
    assert names[:3] == ["聂桥镇 0.0%（0/2）", "县直 0.0%（0/1）", "蒲亭镇 66.7%（2/3）"]
    assert names[3:] == [
        "聂桥镇小学（小学） 0.0%（0/2）",
        "第一中学（普高） 0.0%（0/1）",
        "蒲亭镇初级中学（初中） 0.0%（0/1）",
        "蒲亭镇小学（小学） 100.0%（2/2）",
    ]


def test_bars_may_stand_by_their_names(busy, visit):
    names = [told.split(" ")[0] for told in bars(shown(visit("county"), "/board/?order=name"))]
    assert names[:3] == ["聂桥镇", "蒲亭镇", "县直"]


def test_one_goes_down_from_the_city_to_the_rows_of_a_school(busy, visit):
    visitor = visit("city")
    page = shown(visitor, "/board/?days=30&order=name")
    for beginning in ("德安县 ", "蒲亭镇 ", "蒲亭镇小学"):
        [url] = [url for told, url in bars(page).items() if told.startswith(beginning)]
        assert url.startswith("/beneficiary/") or ("days=30" in url and "order=name" in url)
        page = shown(visitor, url)
    assert "共 2 条" in page


def test_days_are_those_that_are_asked_for(busy, visit):
    visitor = visit("county")
    for days, rows in (("14", 14), ("30", 30), ("nonsense", 14)):
        assert len(re.findall(r"<td>\d{4}-\d\d-\d\d</td>", shown(visitor, f"/board/?days={days}"))) == rows
    page = shown(visitor, "/board/?days=year")
    assert re.search(r"\d{4}-09-01 至 .*共 2 人", page)
    assert "德安县每天核对人数" in page


def day_of(page: str) -> str:
    """Where the newest day leads that has anything to show."""
    return re.search(r'<td>[\d-]+</td><td class="figure"><a href="([^"]*)">', page)[1]


def test_a_day_leads_to_the_rows_that_were_checked_on_it_which_may_be_narrowed(busy, visit):
    visitor = visit("county")
    page = shown(visitor)
    url = day_of(page)
    assert re.search(r'<a href="([^"]*)" aria-label="[\d-]+ 2 人">', page)[1] == url
    listed = shown(visitor, url)
    assert ("共 2 条" in listed, "王芳" in listed, "李强" in listed) == (True, True, True)
    assert re.search(r'type="date" name="checked_on" value="\d{4}-\d\d-\d\d"', listed)
    assert "共 1 条" in shown(visitor, f"{url}&state=invalid")
    assert "checked_on" not in shown(visitor, "/beneficiary/")
    opened = shown(visitor, url.replace("/beneficiary/", "/beneficiary/grid/"))
    assert ("checked_on" in opened, '"total": 2' in opened) == (True, True)
    told = visitor.get(url.replace("/beneficiary/", "/beneficiary/export/csv")).data.decode("utf-8-sig")
    assert len(told.splitlines()) == 3


def test_a_day_has_its_rows_after_they_were_opened_again_and_not_after_an_undo(busy, visit):
    visitor = visit("county")
    with db.connection_context():
        confirm(busy.actors["b"], busy.children["b1"])
        reopen(busy.actors["b"], Beneficiary.get_by_id(busy.children["b1"].id))
    assert "共 3 条" in shown(visitor, day_of(shown(visitor)))
    with db.connection_context():
        for _ in range(2):
            undo(
                busy.actors["b"],
                Operation.select()
                .where(~Operation.undone, Operation.undoes.is_null())
                .order_by(Operation.id.desc())
                .first(),
            )
    assert "共 2 条" in shown(visitor, day_of(shown(visitor)))


@pytest.mark.parametrize(("who", "rows"), [("city", 2), ("a", 2), ("b", 0), ("town", 2), ("other_county", 0)])
def test_a_day_shows_nobody_more_rows_than_they_read(busy, visit, who, rows):
    day = re.search(r"checked_on=([\d-]+)", day_of(shown(visit("county"))))[1]
    assert f"共 {rows} 条" in shown(visit(who), f"/beneficiary/?checked_on={day}")


@pytest.mark.parametrize("word", ["2026-02-30", "x", "2026-01-01|x", "-", "0001-01-01"])
def test_a_day_that_is_none_has_no_rows(busy, visit, word):
    assert "共 0 条" in shown(visit("county"), f"/beneficiary/?checked_on={word}")


def test_a_place_without_rows_says_so(busy, visit):
    assert "这里还没有名单" in shown(visit("county"), "/board/?place=360426199000")


def test_every_school_of_the_place_goes_out_the_slowest_first(busy, visit):
    visitor = visit("county")
    assert "/board/export/csv?place=360426000000" in shown(visitor)
    heads, *rows = csv.reader(visitor.get("/board/export/csv").data.decode("utf-8-sig").splitlines())
    assert heads == [
        *("学校", "机构编码", "名单人数", "已核对", "未核对", "无效", "补录", "上报", "进度"),
    ]
    assert [row[0] for row in rows] == [
        "德安县聂桥镇小学（小学）",
        "德安县第一中学（普高）",
        "德安县蒲亭镇初级中学（初中）",
        "德安县蒲亭镇小学（小学）",
    ]
    assert rows[-1][1:] == ["360426000003", "2", "1", "0", "1", "0", "已上报", "1.0"]
    town = visitor.get("/board/export/csv?place=360426100000").data.decode("utf-8-sig").splitlines()
    assert len(town) == 3
    assert visitor.get("/board/export/xlsx").data.startswith(b"PK")
    assert visitor.get("/board/export/xlsx?place=360425000000").status_code == 404
    assert visit("a").get("/board/export/csv").status_code == 403
    assert "德安县各校核对进度（csv）" in visitor.get("/operation/").text


@pytest.mark.parametrize("who", ["a", "auditor"])
def test_neither_a_school_nor_an_auditor_comes_in(busy, visit, who):
    visitor = visit(who)
    assert visitor.get("/board/").status_code == 403
    assert "进度看板" not in visitor.get("/").text


@pytest.mark.parametrize(
    ("who", "place"), [("county", "360425000000"), ("county", "360400000000"), ("town", "360426101000"), ("city", "x")]
)
def test_another_place_is_not_there(busy, visit, who, place):
    assert visit(who).get(f"/board/?place={place}").status_code == 404


def test_nothing_of_the_neighbours_is_shown(busy, visit):
    page = shown(visit("county"))
    assert not [word for word in ("永修", "涂埠", "户在本县", "周远") if word in page]


@pytest.mark.parametrize("url", ["/board/", "/board/?days=year", "/board/?place=360426100000"])
def test_a_page_asks_little_of_the_database(busy, visit, queries, url):
    visitor = visit("county")
    visitor.get("/roles/")
    with queries() as shell:
        visitor.get("/roles/")
    with queries() as seen:
        visitor.get(url)
    assert len(seen) - len(shell) <= 6, seen


def test_a_chart_needs_no_style_of_the_page(busy, visit):
    for svg in re.findall(r"<svg .*?</svg>", visit("county").get("/board/").text, re.S):
        assert "style" not in svg
        assert set(re.findall(r' class="([^"]*)"', svg)) == {"drawn"}
        assert {"<title", "<desc"} <= set(re.findall(r"<\w+", svg))


# -- the list's own filter -------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ({"school_township": "蒲亭镇 360426100000"}, {"王芳", "李强", "张敏"}),
        ({"school_county": "360426"}, {"王芳", "李强", "张敏", "陈静"}),
        ({"school_county": "=360426000000"}, set()),
        ({"school_city": "360400000000"}, {"王芳", "李强", "张敏", "陈静", "户在本县"}),
        ({"school_township": "360426100000|360425100000"}, {"王芳", "李强", "张敏", "户在本县"}),
        ({"school_township": "蒲亭镇"}, set()),
        ({"school_township": "-"}, set()),
    ],
)
def test_the_list_is_filtered_by_where_the_school_lies(world, words, names):
    listing = Listing(BeneficiaryView().table, world.actors["county"].scope, words)
    assert {line["name"].text for line in listing.lines_of(listing.keys())} == names


def test_what_is_only_filtered_by_lists_no_values(world):
    with pytest.raises(RuleBroken, match="没有这一列"):
        values(Listing(BeneficiaryView().table, world.actors["county"].scope, {}), "school_township")


def test_the_filter_of_a_place_shows_on_the_page_only_where_it_is_asked(visit):
    visitor = visit("county")
    assert 'name="school_township"' not in visitor.get("/beneficiary/").text
    assert 'value="蒲亭镇 360426100000"' in visitor.get("/beneficiary/?school_township=蒲亭镇 360426100000").text
    found = visitor.get("/beneficiary/lookup/school_township?q=蒲亭").json["found"]
    assert [one["value"] for one in found] == ["蒲亭镇 360426100000"]
    for page in ("grid/", "export/csv"):
        assert visitor.get(f"/beneficiary/{page}?school_township=360426100000").status_code == 200
