"""T01–T14 of the security plan over HTTP alone: other people's rows, roles, fields nobody offered."""

import io
import re
from time import sleep

import openpyxl
import pytest

from tests.admin.test_shell import ENTER
from tests.aid.imports.sheets import row, titles, write
from tests.outside.conftest import LINK, letters

OPTION = re.compile(r"<option[^>]*>([^<]*)<")


def leaks(text: str, foreign: list[str], *, but: str = "") -> list[str]:
    return [word for word in foreign if word in text and word != but]


def lists(crawled: dict[str, str]) -> list[str]:
    return [path for path in crawled if "?" not in path and "/export/csv" in crawled[path]]


def test_t01_no_list_filter_search_sort_or_page_shows_a_foreign_row(visit, place, crawled, foreign):
    school, number = visit("a"), place.world.children["b1"].id_number
    for path in lists(crawled):
        asked = ["?all=1", *(f"?page={n}" for n in (0, 1, 2, 99999)), "?page_size=100000&limit=100000", "?search=张敏"]
        asked += [f"?sort={name}" for name in re.findall(r"[?&;]sort=(-?[\w.]+)", crawled[path])]
        asked += [f"?{name}=%" for name in re.findall(r'<(?:input|select)[^>]* name="([\w.]+)"', crawled[path])]
        for words in asked:
            answer = school.get(path + words)
            assert answer.status_code in (200, 403), path + words
            assert not leaks(answer.text, foreign, but="张敏" if "search" in words else ""), path + words
        found = school.post(path, {"search": number})
        assert not leaks(found.text, foreign, but=number), path


def test_t02_no_details_or_form_of_a_foreign_row_opens(visit, place, crawled, foreign):
    school, keys = visit("a"), [place.world.children[key].id for key in ("b1", "c1", "far1")]
    pages = {path.partition("?")[0] for path in crawled if "?id=" in path or "&id=" in path}
    assert "/check/row/" in pages
    for page in pages:
        for words in [*(f"?id={key}" for key in keys), f"?id={keys[0]}&modal=1", f"?id={keys[0]}&id={keys[1]}"]:
            answer = school.get(page + words)
            assert answer.status_code in (403, 404) or not leaks(answer.text, foreign), page + words
    for key in keys:
        assert school.get(f"/check/row/?id={key}").status_code == 404


@pytest.mark.parametrize("step", ["confirm", "invalid", "reopen", "restore"])
def test_t03_no_form_changes_a_foreign_row(visit, place, as_is, step):
    before, child, own = as_is(), place.world.children["b1"], place.world.children["a1"]
    form = {"do": step, "version": child.version, "name": "改", "grade": "x", "reason": "elsewhere", "id": child.id}
    assert visit("a").post(f"/check/row/?id={child.id}", form).status_code == 404
    visit("a").post(f"/check/row/?id={own.id}", form | {"do": "nothing"})
    assert as_is() == before


def test_t04_there_is_no_inline_editing_past_the_forms(visit, place, crawled, as_is):
    before, child = as_is(), place.world.children["b1"]
    for path in lists(crawled):
        answer = visit("a").post(f"{path}ajax/update/", {"list_form_pk": child.id, "name": "改"})
        assert answer.status_code in (404, 405), path
    assert as_is() == before


def test_t05_an_action_on_own_and_foreign_rows_together_is_refused(visit, place, as_is):
    before = as_is()
    rows = [f"{place.world.children[key].id}:1" for key in ("a2", "b1")]
    for action in ("confirm", "invalid", "reopen", "restore"):
        form = {"row": rows, "confirmed": 1, "answer-reason": "elsewhere", "answer-remark": ""}
        assert visit("a").post(f"/check/bulk/{action}", form).status_code in (403, 404), action
    own = visit("county").get(f"/check/row/?id={place.world.children['a2'].id}").text
    assert "未核对" in own
    assert as_is() == before


def test_t06_lookups_offer_ones_own_and_few(visit, crawled, foreign):
    names = {path: re.findall(r'data-lookup="([^"]+)"', page) for path, page in crawled.items()}
    addresses = {address for found in names.values() for address in found}
    assert len(addresses) > 3
    for address in addresses:
        for words in ("", "?q=", "?q=&limit=1000000", "?q=&offset=-1", "?query=德安"):
            answer = visit("a").get(address + words)
            assert answer.status_code in (200, 403), address
            if answer.status_code == 200:
                assert len(answer.json()["found"]) <= 50
                assert not leaks(letters(answer), foreign), address


def test_t07_forms_offer_no_foreign_choice_and_take_none(visit, place, foreign):
    child, b = place.world.children["a1"], place.world.organisations["b"]
    page = visit("a").get(f"/check/row/?id={child.id}").text
    assert not leaks("".join(OPTION.findall(page)), foreign)
    visit("a").post(f"/check/row/?id={child.id}", {"do": "nothing", "school": b.id, "school_id": b.id})
    assert b.name not in visit("a").get(f"/check/row/?id={child.id}").text


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_t08_exports_keep_to_the_scope_and_are_on_record(visit, crawled, foreign):
    for path in lists(crawled):
        for kind in ("csv", "xlsx"):
            answer = visit("a").get(f"{path}export/{kind}?all=1&page=7")
            assert answer.status_code in (200, 403), path
            if answer.status_code == 200:
                text = answer.content.decode("utf-8-sig") if kind == "csv" else cells(answer.content)
                assert not leaks(text, foreign), path
            assert visit("nobody").get(f"{path}export/{kind}").status_code == 302
    own, county = (visit(who).post("/workbooks/make/school-progress").headers["Location"] for who in ("a", "county"))
    own, county = (f"/workbooks/download/{place.partition('wanted=')[2]}.xlsx" for place in (own, county))
    assert not leaks(cells(visit("a").get(own).content), foreign)
    assert [visit(who).get(county).status_code for who in ("a", "town", "auditor", "nobody")] == [404, 404, 403, 302]
    assert visit("auditor").post("/workbooks/make/school-progress").status_code == 403
    assert "导出资助对象（csv）" in visit("auditor").get("/operation/?action=event:export").text


def cells(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_t10_a_school_imports_no_roll(visit):
    assert 'value="roll"' not in visit("a").get("/import_run/new/").text
    assert visit("a").post("/import_run/new/", {"kind": "roll"}, files={"file": b"PK"}).status_code == 422


def test_t10_a_school_supplements_for_no_other_and_learns_nothing_of_it(visit, place, foreign, tmp_path):
    theirs, ours = place.world.organisations["b"].code, place.world.organisations["a"].code
    listed = {"姓名": "某人", "身份证号": place.world.children["b1"].id_number, "学校编码": ours}
    lines = [row("supplement", cells) for cells in ({"学校编码": theirs}, listed)]
    sheet = write(tmp_path / "b.xlsx", [titles("supplement"), *lines]).read_bytes()
    answer = visit("a").post("/import_run/new/", {"kind": "supplement"}, files={"file": ("b.xlsx", sheet)})
    key = answer.headers["Location"].rpartition("=")[2]
    while visit("a").get(f"/upload/progress/{key}").json()["state"] == "reading":
        sleep(0.1)
    page = visit("a").get(f"/upload/details/?id={key}&fate=held").text
    assert "不是本校的编码；只能给本校补录" in page
    assert "已在别处的名单上" in page
    assert [word for word in foreign if word in page and word not in listed.values()] == ["张敏"]  # by the register
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert visit("a").post("/upload/cancel/", {"id": key, "version": version}).status_code == 302


def test_t11_a_taken_login_is_told_alike_wherever_it_is(visit, place):
    form = {"organisation": place.world.organisations["a"].code, "role": "school", "name": "某人"}
    told = {visit("county").post("/account/new/", form | {"login": login}).text for login in ("user.b", "user.victim")}
    said = {re.search(r'role="alert"><span>([^<]*)<', text)[1] for text in told}
    assert {re.sub(r"[\w.]+ 已", "已", sentence) for sentence in said} == {"登录名 已有人使用，请换一个"}
    assert "UNIQUE" not in "".join(told)


@pytest.mark.parametrize("who", ["a", "town", "city", "auditor", "county"])
def test_t12_every_page_found_from_outside_matches_the_written_matrix(visit, crawled, who):
    wrong = []
    for path in crawled:
        view = path.strip("/").partition("/")[0].partition("?")[0] or "admin"
        if view not in ENTER:
            continue
        status = visit(who).get(path).status_code
        if (status == 403) and who in ENTER[view] and path.rstrip("/").count("/") == 1:
            wrong.append((path, status))
        if status not in (403, 404) and who not in ENTER[view]:
            wrong.append((path, status))
    assert wrong == []


def test_t13_nobody_raises_themselves(visit, place):
    visit("leaver")  # signing in is on record
    before = visit("county").get("/account/?search=leaver").text
    more = {"role": "county", "organisation": "1", "status": "open", "must_change": "", "password_hash": "x"}
    visit("leaver").post("/password", more | {"old": "wrong password", "new": "x", "again": "x"})
    visit("leaver").post(f"/check/row/?id={place.world.children['a1'].id}", more | {"do": "nothing"})
    after = visit("county").get("/account/?search=leaver").text
    assert after.partition("<tbody>")[2] == before.partition("<tbody>")[2]
    assert visit("leaver").get("/account/").status_code == 403


def test_t14_fields_that_no_form_of_ones_own_has_change_nothing(visit, place, crawled):
    names = {name for page in crawled.values() for name in re.findall(r'name="([\w.-]+)"', page)}
    child = place.world.children["a1"]
    values = dict.fromkeys(names - {"csrf_token", "do", "version", "name", "grade"}, "1")
    before = facts(visit("county").get(f"/beneficiary/details/?id={child.id}").text)
    visit("a").post(f"/check/row/?id={child.id}", values | {"do": "invalid", "reason": "", "version": 1})
    after = facts(visit("county").get(f"/beneficiary/details/?id={child.id}").text)
    assert {name: value for name, value in after.items() if before[name] != value} == {}


def facts(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]*)</dd>", page))


def test_every_link_of_a_page_is_on_this_server(crawled):
    assert not [link for page in crawled.values() for link in re.findall(r'(?:href|src|action)="(https?:[^"]*)"', page)]
    assert all(link.startswith("/") for page in crawled.values() for link in LINK.findall(page))
