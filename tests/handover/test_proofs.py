"""Questions 20 and 39 of the users: pictures, and what counts as proof; and the paper of a child from elsewhere."""

from io import BytesIO

from aid.ledger import writing
from aid.permissions import Permission
from aid.rules.pictures import lacks_proof
from models import Beneficiary, Proof, db
from tests.admin.conftest import app, visit
from tests.aid.pictures.papers import from_a_telephone, opened, paper

__all__ = ["app", "visit"]
KINDS = ("扶贫手册", "系统截图", "村镇证明", "县级部门证明", "低保证", "残疾证", "其他")


def add(visitor, child, *contents: bytes, kind: str = "handbook") -> str:
    """The check page of a child after a school sent these files as papers of a kind."""
    page = f"/check/row/?id={child.id}"
    files = [(BytesIO(content), f"{number}.jpg") for number, content in enumerate(contents)]
    values = {"id": child.id, "kind": kind, "back": page, "files": files}
    return visitor.post("/proof/add/", values, content_type="multipart/form-data", follow_redirects=True).text


def kept(child) -> list[Proof]:
    with db.connection_context():
        return list(Proof.select().where(Proof.beneficiary == child).order_by(Proof.id))


def test_question_20_a_school_adds_several_pictures_and_sees_them_small_and_large(visit, world):
    child, school = world.children["a1"], visit("a")
    shown = add(school, child, paper(), from_a_telephone(), b"\x89PNG", paper() + b"\0" * 2**21)
    assert [sentence for sentence in ("这是 PNG 图片", "超过 2 MB") if sentence not in shown] == []
    assert len(kept(child)) == 2
    for proof in kept(child):
        assert f"/proof/thumbnail/{proof.file}" in shown
        assert f"/proof/picture/{proof.file}" in school.get(f"/proof/details/?id={proof.id}").text
        for page in ("picture", "thumbnail"):
            with school.get(f"/proof/{page}/{proof.file}") as answer:
                assert not opened(answer.data).getexif()
            assert visit("b").get(f"/proof/{page}/{proof.file}").status_code == 404


def test_question_39_each_kind_of_paper_that_counts_can_be_said(visit, world):
    school, child = visit("a"), world.children["a1"]
    page = school.get(f"/check/row/?id={child.id}").text
    for number, label in enumerate(KINDS):
        code = page.partition(f">{label}</option>")[0].rpartition('value="')[2].rstrip('"')
        add(school, child, paper(320 + 10 * number), kind=code)
    assert [str(proof) for proof in kept(child)] == list(KINDS)


def test_a_child_from_elsewhere_has_its_proof_as_questions_11_and_29_want(visit, world):
    away = world.children["away"]  # its household is in the next county
    add(visit("far"), away, paper())
    assert len(kept(away)) == 1
    assert not lacks_proof(wanted=True, proofs=len(kept(away)))
    for who in ("far", "other_county", "county"):  # the school, its county, and the county of the household
        assert "1 张" in visit(who).get("/beneficiary/?has_proof=1").text
    assert visit("a").get(f"/proof/of/?id={away.id}").status_code == 404


def test_question_11_a_supplemented_child_off_the_register_is_asked_for_a_proof(visit, world):
    child = world.children["a1"]
    page = f"/check/row/?id={child.id}"
    assert "请补交能说明家庭困难的材料" not in visit("a").get(page).text
    with db.connection_context(), writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change_where(Beneficiary, Beneficiary.id == child.id, source="supplement", register_person=None)
    assert "请补交能说明家庭困难的材料" in visit("a").get(page).text
