"""The history for the auditor: exports and refusals on record, filters, its own export, and no way to alter it."""

import csv
import io

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from codes import Event
from models import Operation, Region, Result, db


def on_record(event: Event) -> list[Operation]:
    with db.connection_context():
        return list(Operation.select().where(Operation.action == event).order_by(Operation.id))


@pytest.mark.parametrize(
    ("url", "what", "rows"),
    [
        ("/beneficiary/export/csv", "导出资助对象（csv）", 2),
        ("/beneficiary/export/xlsx", "导出资助对象（xlsx）", 2),
        ("/beneficiary/export/csv?search=王芳", "导出资助对象（csv）", 1),
    ],
)
def test_every_export_is_on_record_with_its_rows(visit, url, what, rows):
    assert visit("a").get(url).status_code == 200
    [done] = on_record(Event.EXPORT)
    assert (done.actor, done.sentence, done.rows, done.address) == ("a", what, rows, "127.0.0.1")


def test_an_error_sheet_is_an_export_too(app, visit, world):
    visit("county").get("/import_run/errors/1.xlsx")
    assert [done.rows for done in on_record(Event.EXPORT)] == [1]


def test_an_export_that_was_refused_is_no_export(visit):
    assert visit("a").get("/beneficiary/export/pdf").status_code == 422
    assert on_record(Event.EXPORT) == []


@pytest.mark.parametrize(
    ("url", "code", "told"),
    [
        ("/account/", 403, "被拒（403）：GET /account/"),
        ("/check/row/?id=999", 404, "被拒（404）：GET /check/row/ 编号 999"),
        ("/check/row/?id=360426200908300016X", 404, "被拒（404）：GET /check/row/"),
    ],
)
def test_every_refused_page_is_on_record_without_what_was_typed(visit, url, code, told):
    assert visit("a").get(url).status_code == code
    [done] = on_record(Event.REFUSAL)
    assert (done.actor, done.sentence, done.result) == ("a", told, Result.REFUSED)


def test_a_forged_form_is_on_record(visit):
    assert visit("a").client.post("/check/bulk/confirm", data={"row": "1:1"}).status_code == 400
    [done] = on_record(Event.REFUSAL)
    assert done.sentence == "被拒（400）：POST /check/bulk/confirm"


def test_who_is_not_signed_in_and_what_is_no_page_fill_no_record(visit):
    visit("nobody").get("/account/")
    visit("a").get("/no-such-page")
    visit("a").get("/static/nothing.css")
    assert on_record(Event.REFUSAL) == []


def test_the_auditor_filters_the_record_and_takes_it_along(visit, world):
    visit("a").get("/account/")
    visit("far").get("/account/")
    visit("county").get("/beneficiary/export/csv")
    auditor = visit("auditor")
    refusals = auditor.get("/operation/?result=refused").text
    assert "被拒（403）：GET /account/" in refusals
    assert "导出资助对象" not in refusals
    sheet = auditor.get(f"/operation/export/csv?action={Event.EXPORT.value}").get_data().decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(sheet))
    assert (line["内容"], line["记录数"], line["结果"]) == ("导出资助对象（csv）", "5", "完成")


def test_another_countys_record_is_not_the_auditors(visit):
    visit("far").get("/account/")
    assert "被拒" not in visit("auditor").get("/operation/?result=refused").text.partition("<tbody>")[2]


@pytest.mark.parametrize("who", ["auditor", "county", "a"])
def test_nobody_alters_the_record(app, visit, who):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(("/operation/", "/change/"))]
    writing = {rule.rule for rule in rules if "POST" in rule.methods} - {
        *("/operation/export/<ending>", "/change/export/<ending>")
    }
    assert {rule for rule in writing if "/grid/" not in rule} == {
        "/operation/",
        "/change/",
        "/operation/undo/<id>",
        "/operation/bulk/<action_name>",
    } | {"/change/bulk/<action_name>"}
    with db.connection_context():
        before = list(Operation.select().dicts())
    visitor = visit(who)
    for rule in writing - {"/operation/undo/<id>"}:
        url = rule.replace("<action_name>", "delete")
        visitor.post(url, {"row": "1:1", "confirmed": 1, "sentence": "没有这回事"})
    with db.connection_context():
        kept = Operation.select().where(Operation.action != Event.REFUSAL)
        assert list(kept.dicts()) == before


def test_rows_that_an_undo_leaves_are_named_as_far_as_a_message_holds_them(app, visit, world):
    codes = [f"3604262{n:02}000" for n in range(13)]
    own = Region.code.in_(codes)
    with db.connection_context():
        county = world.actors["county"]
        with writing(county, Permission.REGION_WRITE) as ledger:
            ledger.add_many(Region, ["code", "name", "level"], [(code, "旧名", "township") for code in codes])
        with writing(county, Permission.REGION_WRITE) as ledger:
            ledger.change_where(Region, own, name="新名")
        with writing(county, Permission.REGION_WRITE) as later:
            later.change_where(Region, own & (Region.code != codes[0]), name="又改了")
    answer = visit("county").post(f"/operation/undo/{ledger.operation.id}", follow_redirects=True).text
    assert "恢复 1 条" in answer
    assert answer.count("行政区划“又改了”之后已被 county（") == 10
    assert "另有 2 条记录之后也已改动，未撤销" in answer
