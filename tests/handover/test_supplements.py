"""Supplements, as their users ask for them: questions 3, 4, 7, 8, 11, 19, 22 and 29 of DOMAIN.md part 3."""

import re
from html import unescape

import pytest

from aid.ledger import writing
from aid.operations.proofs import add_proof
from aid.permissions import Permission
from codes import ProofKind
from models import Beneficiary, Organisation, db
from tests.admin.test_imports import taken_in
from tests.aid.imports.sheets import id_number, row, titles, write
from tests.aid.operations.supplementing import CHILD, number, on_register, on_roll
from tests.aid.pictures.papers import paper

NEW = "/supplement/new/"


def supplemented() -> list[Beneficiary]:
    with db.connection_context():
        rows = Beneficiary.select().where(Beneficiary.source == "supplement").order_by(Beneficiary.id)
        return [Beneficiary.get_by_id(row.id) for row in rows]


def send(visitor, **told: str) -> str:
    """Send the page in, and return what the next page says."""
    values = CHILD | told
    answer = visitor.post(NEW, {**values, "do": "save"}, page=NEW)
    page = visitor.get(answer.location) if answer.status_code == 302 else answer
    return unescape(re.sub(r"<[^>]+>", " ", page.text))


def known(visitor, id_number: str) -> dict:
    """What the script of the page is told of a number."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get(NEW).text)[1]
    headers = {"X-CSRFToken": token}
    return visitor.client.post("/supplement/known/", json={"id_number": id_number}, headers=headers).json


@pytest.fixture
def registered(world) -> None:
    on_register(world, CHILD["id_number"])
    on_roll(world, CHILD["id_number"], "a")


def test_question_03_one_by_one_the_page_fills_itself_from_register_and_roll(registered, visit):
    found = known(visit("a"), CHILD["id_number"])
    filled = {"name": "赵小满", "hardship": "lifted", "grade": "二年级", "class_name": "2班", "school": ""}
    assert found["values"] == filled | {"home": "石门村 360426100200"}
    assert "已补录 赵小满" in send(visit("a"), **found["values"])
    assert [one.enrolment_id is None for one in supplemented()] == [False]


def test_question_03_without_script_a_button_fills_the_page(registered, visit):
    page = visit("a").post(NEW, {"id_number": CHILD["id_number"], "do": "look"}, page=NEW).text
    assert 'value="赵小满"' in page
    assert 'value="石门村 360426100200"' in page
    assert "本县名册上有：脱贫户" in page


def test_question_03_in_bulk_a_school_sends_a_sheet_and_reads_its_faults_by_row(visit, tmp_path):
    rows = [row("supplement", {"学校编码": ""}), row("supplement", {"身份证号": "", "姓名": "无号"})]
    sheet = write(tmp_path / "b.xlsx", [titles("supplement"), *rows]).read_bytes()
    visitor = visit("a")
    key = taken_in(visitor, sheet, kind="guess", name="补录.xlsx")
    assert "已导入：新增 1，更新 0，未变 0，退回 1。" in visitor.get(f"/upload/details/?id={key}").text
    assert "没有填写；确实没有的，补录原因请选“无身份证号”" in visitor.get("/held_row/").text
    assert "钱多" in visitor.get("/supplement/").text


def test_question_03_a_sheet_is_taken_back_like_any_operation(visit, tmp_path):
    visitor, sheet = visit("a"), write(tmp_path / "b.xlsx", [titles("supplement"), row("supplement")])
    taken_in(visitor, sheet.read_bytes(), kind="supplement")
    undo = re.search(r'action="(/operation/undo/\d+)"', visitor.get("/operation/").text)[1]
    assert visitor.post(undo).status_code == 302
    assert supplemented() == []


def test_question_04_a_child_without_roll_entry_is_supplemented_with_the_reason(world, visit):
    with db.connection_context():
        on_register(world, CHILD["id_number"])
    assert "本县学籍名册上没有" in [one["text"] for one in known(visit("a"), CHILD["id_number"])["told"]]
    assert "已补录 赵小满" in send(visit("a"), reason="not_on_roll")
    assert "没有填写" in send(visit("a"), id_number=number(305), reason="")


def test_question_07_a_child_without_number_is_supplemented_and_listed_apart(visit):
    for name in ("甲生", "乙生"):
        assert f"已补录 {name}" in send(visit("a"), name=name, id_number="", reason="no_number")
    send(visit("a"))
    apart = visit("a").get("/supplement/?supplement_reason=no_number").text
    assert [name in apart for name in ("甲生", "乙生", "赵小满")] == [True, True, False]
    assert "没有重复的记录" in visit("county").get("/duplicates/").text
    assert "没有填写" in send(visit("a"), id_number="")


@pytest.mark.parametrize("hardship", ["low_income", "disabled", "orphan"])
def test_question_08_the_poor_who_are_not_registered_of_any_kind(visit, hardship):
    assert "不在本县名册上，请补交困难证明材料" in send(visit("a"), hardship=hardship, reason="not_registered")
    assert visit("a").get(f"/supplement/?hardship={hardship}").text.count("赵小满") >= 1


@pytest.mark.parametrize(("stage", "grade"), [("preschool", "大班"), ("senior", "高二"), ("vocational", "中职一")])
def test_question_08_of_any_stage(world, visit, stage, grade):
    with db.connection_context(), writing(world.actors["county"], Permission.ORGANISATION_WRITE) as ledger:
        place = {"kind": "school", "stage": stage, "region": world.regions["town"]}
        ledger.add(Organisation, code="360426000009", name="另一所学校", **place)
    assert "已补录 赵小满：另一所学校" in send(visit("county"), school="360426000009", grade=grade)


def from_elsewhere(visit, home: str) -> None:
    """Supplement a child whose household is there; a proof is asked for, on the page and in the child's."""
    told = [one["text"] for one in known(visit("a"), CHILD["id_number"])["told"]]
    assert "本县名册上没有：外地户籍或未建档的，须补交困难证明材料" in told
    assert "请补交困难证明材料" in send(visit("a"), home=home, reason="from_elsewhere")
    [one] = supplemented()
    with db.connection_context():
        assert one.home_region.code == home
    assert "请补交能说明家庭困难的材料" in visit("a").get(f"/check/row/?id={one.id}").text


def test_question_11_a_child_from_another_county_is_supplemented_and_a_proof_is_asked_for(visit):
    from_elsewhere(visit, "360425100000")


def test_question_29_a_child_from_another_province_is_supplemented_and_a_proof_is_asked_for(visit):
    from_elsewhere(visit, "510104001000")


def test_question_19_in_school_and_not_on_the_roll_it_is_the_schools_own_list(visit):
    assert "已核对（未更新）" in send(visit("a"))
    assert "赵小满" in visit("a").get("/check/?all=1").text
    assert "赵小满" not in visit("b").get("/check/?all=1").text
    assert "赵小满" in visit("county").get("/beneficiary/").text


def test_question_22_who_studies_outside_the_province_is_kept_by_the_county(visit):
    told = {"reason": "outside", "outside_school": "成都市第七中学", "outside_stage": "senior"}
    assert "省外就读的学生由县资助中心自己补录，请报给县里" in send(visit("a"), **told)
    assert supplemented() == []
    assert "已补录 赵小满：成都市第七中学" in send(visit("county"), **told)
    [one] = supplemented()
    assert "成都市第七中学" in visit("county").get("/supplement/?supplement_reason=outside").text
    assert visit("a").get(f"/beneficiary/details/?id={one.id}").status_code == 404


# -- a child who is on a list already ------------------------------------------


def test_a_school_is_told_that_and_not_where_and_has_to_mean_it(world, visit):
    child = world.children["c1"]
    found = known(visit("a"), child.id_number)
    assert (found["elsewhere"], "聂桥镇小学" in str(found)) == (True, False)
    told = {"id_number": child.id_number, "name": "陈静"}
    assert "还没有补录：这名学生已在别处的名单上" in send(visit("a"), **told)
    assert "已补录 陈静" in send(visit("a"), **told, anyway="y")
    assert "陈静" in visit("county").get("/duplicates/").text


def test_the_county_is_told_where_and_decides(world, visit):
    child = world.children["c1"]
    told = {"id_number": child.id_number, "name": "陈静", "school": "360426000003"}
    assert "已在名单上：德安县聂桥镇小学（小学），未核对" in send(visit("county"), **told)
    assert supplemented() == []
    assert "已补录 陈静" in send(visit("county"), **told, anyway="y")


def test_no_number_stands_in_an_address_and_nonsense_is_told_in_a_sentence(visit):
    assert visit("a").get("/supplement/known/").status_code == 405
    for nonsense in ("", "x" * 5000, "１２３", id_number(3)[:17] + "?"):
        assert known(visit("a"), nonsense)["sentence"].startswith("身份证号")


def test_whoever_only_reads_sees_the_list_and_no_page_to_add_to_it(visit):
    for who in ("city", "town"):
        assert NEW not in visit(who).get("/supplement/").text
        assert visit(who).get(NEW).status_code == 403


def test_numbers_are_not_tried_out_by_the_thousand(visit):
    visitor = visit("far")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get(NEW).text)[1]
    for _ in range(121):
        asked = {"json": {"id_number": ""}, "headers": {"X-CSRFToken": token}}
        answer = visitor.client.post("/supplement/known/", **asked)
    assert (answer.status_code, answer.json["sentence"]) == (429, "一分钟里查得太多了，请稍候再试。")


def test_a_child_entered_by_hand_whom_the_register_brings_later_stays_one_row(world, visit):
    send(visit("a"))
    with db.connection_context():
        on_register(world, CHILD["id_number"]), on_roll(world, CHILD["id_number"], "a")
    county = visit("county")
    answer = county.post("/matching/run", page="/matching/")
    assert "新下发 0 条，补录的 1 条接上名册、学籍，没有另加，核对结果不变" in county.get(answer.location).text
    assert [one.register_person_id is None for one in supplemented()] == [False]


def test_one_who_is_on_ones_own_list_leads_to_its_row_before_and_after_the_refusal(world, visit):
    row = world.children["a1"]
    found = known(visit("a"), row.id_number)["told"]
    assert [one["url"] for one in found if one["url"]] == [f"/check/row/?id={row.id}"]
    refused = visit("a").post(NEW, {**CHILD, "id_number": row.id_number, "do": "save"}, page=NEW).text
    assert "不再补录" in refused
    assert f'<a href="/check/row/?id={row.id}">打开</a>' in refused


def test_who_needs_a_paper_is_led_to_where_it_is_added_and_is_found_without_one(visit):
    visitor = visit("a")
    answer = visitor.post(NEW, {**CHILD, "do": "save"}, page=NEW)
    [one] = supplemented()
    assert f'<a href="/beneficiary/details/?id={one.id}#proofs">现在添加</a>' in visitor.get(answer.location).text
    assert "赵小满" in visitor.get("/supplement/?lacks_proof=1").text
    assert 'class="beside"' not in visitor.get(f"/check/row/?id={one.id}").text  # what the register says: nothing


def test_who_still_lacks_a_paper_is_told_before_handing_in_and_leads_to_the_row(world, visit):
    visitor, told = visit("a"), re.compile(r'href="(/supplement/[^"]*)">(\d+) 个补录的')
    send(visitor)
    [(to, rows)] = told.findall(visitor.get("/submission/new/").text)
    assert (rows, "共 1 条" in visitor.get(unescape(to)).text) == ("1", True)
    with db.connection_context():
        add_proof(world.actors["a"], supplemented()[0], paper(), kind=ProofKind.VILLAGE)
    assert not told.findall(visitor.get("/submission/new/").text)
