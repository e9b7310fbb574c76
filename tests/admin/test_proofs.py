"""The papers of a child through HTTP: added, shown, counted in lists, removed, and seen by nobody else."""

import re
from io import BytesIO

import pytest

from aid.operations.proofs import add_proof
from aid.pictures import store
from codes import ProofKind
from models import Proof, db
from tests.aid.conftest import queries
from tests.aid.pictures.papers import opened, paper, saved

__all__ = ["queries"]
PICTURE = re.compile(r"/proof/thumbnail/(\w{32})")


def added(visitor, child, *files: tuple[bytes, str], kind: str = "handbook"):
    """The child's page after these files were sent from it."""
    page = f"/beneficiary/details/?id={child.id}"
    sent = [(BytesIO(content), name) for content, name in files]
    values = {"id": child.id, "kind": kind, "note": "", "back": page, "files": sent}
    return visitor.post("/proof/add/", values, content_type="multipart/form-data", follow_redirects=True)


@pytest.fixture
def proof(app, world) -> Proof:
    """A handbook of a1."""
    with db.connection_context():
        return add_proof(world.actors["a"], world.children["a1"], paper(), kind=ProofKind.HANDBOOK)


def test_several_are_added_at_once_and_each_that_is_refused_says_why(visit, world):
    files = [(paper(), "手册.jpg"), (saved("PNG"), "截图.jpg"), (paper(), "又一份.jpg"), (paper(330), "x" * 300)]
    shown = added(visit("a"), world.children["a1"], *files).text
    assert shown.count("：已添加为扶贫手册") == 2
    assert "截图.jpg：这是 PNG 图片" in shown
    assert "又一份.jpg：这张图片已经添加过" in shown
    assert len(PICTURE.findall(shown)) == 2


@pytest.mark.parametrize("name", ["../../x.jpg", "..\\x", "con.jpg", "证明.jpg", ".jpg", "a\u202egpj.exe", "<i>.png"])
def test_a_name_is_never_used_and_never_believed(visit, world, name, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}
    answer = added(visit("a"), world.children["a1"], (paper(), name))
    assert "已添加为扶贫手册" in answer.text
    assert "<i>" not in answer.text
    with db.connection_context():
        kept = Proof.get().file
    assert {path.name for path in (tmp_path / "proofs").iterdir()} == {f"{kept}.jpg", f"{kept}.small.jpg"}
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("kind", "files", "told"),
    [("", [(paper(), "a.jpg")], "请先选择是哪一类证明材料"), ("handbook", [], "请选择要添加的图片")],
)
def test_what_is_missing_in_the_form_is_said(visit, world, kind, files, told):
    assert told in added(visit("a"), world.children["a1"], *files, kind=kind).text


def test_a_picture_is_sent_as_what_it_is_and_kept_by_nobody_on_the_way(visit, proof):
    for page in ("picture", "thumbnail"):
        with visit("a").get(f"/proof/{page}/{proof.file}") as answer:
            headers = answer.headers
            assert opened(answer.data).format == "JPEG"
        assert headers["Content-Type"] == "image/jpeg"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Content-Disposition"].startswith("inline;")
    with visit("a").get(f"/proof/picture/{proof.file}?keep=1") as kept:
        assert kept.headers["Content-Disposition"].startswith("attachment;")
        assert "filename*=UTF-8''%E7%8E%8B%E8%8A%B3_" in kept.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        *((who, 200) for who in ("a", "county", "town", "city", "province")),
        *((who, 404) for who in ("b", "c", "far", "other_county")),
        ("auditor", 403),
        ("nobody", 302),
    ],
)
def test_a_picture_is_seen_by_whoever_sees_the_child(visit, proof, who, code):
    for page in (f"picture/{proof.file}", f"thumbnail/{proof.file}", f"details/?id={proof.id}"):
        with visit(who).get(f"/proof/{page}") as answer:
            assert answer.status_code == code, page
            if code == 302:
                assert answer.location.startswith("/sign-in")
    assert visit(who).get(f"/proof/of/?id={proof.beneficiary_id}").status_code == code


@pytest.mark.parametrize("file", ["0" * 32, "..%2fsecret_key", "secret_key", "x.jpg", "%00"])
def test_no_path_leads_to_a_file(visit, proof, file):
    assert visit("county").get(f"/proof/picture/{file}").status_code == (400 if file == "%00" else 404)
    assert visit("county").get(f"/static/../proofs/{proof.file}.jpg").status_code == 404


def test_a_removed_picture_is_not_to_be_had_and_comes_back_by_undo(visit, world, proof):
    visitor, page = visit("a"), f"/check/row/?id={proof.beneficiary_id}"
    values = {"id": proof.id, "version": proof.version, "back": page}
    shown = visitor.post("/proof/remove/", values, follow_redirects=True).text
    assert "王芳：已移除扶贫手册" in shown
    assert visitor.get(f"/proof/picture/{proof.file}").status_code == 404
    undo = re.search(r"/operation/undo/\d+", shown)[0]
    assert "已撤销操作" in visitor.post(undo, {"back": page}, follow_redirects=True).text
    with visitor.get(f"/proof/picture/{proof.file}") as answer:
        assert answer.status_code == 200


def test_the_kind_is_corrected_on_the_pictures_page_and_undone(visit, proof):
    visitor, page = visit("a"), f"/proof/details/?id={proof.id}&at=check"
    assert '<option selected value="handbook">' in visitor.get(page).text
    values = {"id": proof.id, "version": proof.version, "kind": "village", "note": "盖章", "back": page}
    shown = visitor.post("/proof/correct/", values, page=page, follow_redirects=True).text
    assert "王芳：已更正为村镇证明" in shown
    assert '<option selected value="village">' in shown
    stale = visitor.post("/proof/correct/", values | {"kind": "other"}, page=page, follow_redirects=True).text
    assert "在您打开之后已被改动" in stale
    undo = re.search(r"/operation/undo/\d+", shown)[0]
    assert "已撤销操作" in visitor.post(undo, {"back": page}, follow_redirects=True).text
    with db.connection_context():
        assert (Proof.get().kind, Proof.get().note) == (ProofKind.HANDBOOK, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [({"kind": "passport"}, 'class="message refused"'), ({"note": "x" * 101}, "备注最多 100 个字")],
)
def test_a_correction_that_is_nonsense_changes_nothing(visit, proof, words, told):
    page = f"/proof/details/?id={proof.id}"
    values = {"id": proof.id, "version": proof.version, "kind": "other", "note": "", "back": page} | words
    assert told in visit("a").post("/proof/correct/", values, page=page, follow_redirects=True).text
    with db.connection_context():
        assert Proof.get().kind == ProofKind.HANDBOOK


@pytest.mark.parametrize("who", ["b", "town", "far"])
def test_who_may_not_adds_and_removes_nothing(visit, world, proof, who):
    with db.connection_context():
        before = Proof.select().count(), Proof.get().version
    visitor, values = visit(who), {"id": proof.id, "version": 1, "back": "/"}
    for place in ("remove", "correct"):
        assert visitor.post(f"/proof/{place}/", values | {"kind": "other"}).status_code in (403, 404)
    form = {"id": world.children["a1"].id, "kind": "handbook", "files": [(BytesIO(paper(330)), "a.jpg")]}
    assert visitor.post("/proof/add/", form, content_type="multipart/form-data").status_code in (403, 404)
    with db.connection_context():
        assert (Proof.select().count(), Proof.get().version) == before


def test_who_may_only_read_is_offered_no_form(visit, proof):
    page = f"/beneficiary/details/?id={proof.beneficiary_id}"
    assert "/proof/add/" in visit("a").get(page).text
    reading = visit("town").get(page).text
    assert PICTURE.search(reading)
    assert "/proof/add/" not in reading
    assert "/proof/remove/" not in reading
    assert "/proof/correct/" in visit("a").get(f"/proof/details/?id={proof.id}").text
    assert "/proof/correct/" not in visit("town").get(f"/proof/details/?id={proof.id}").text


@pytest.mark.parametrize("list_url", ["/beneficiary/", "/check/"])
def test_lists_tell_how_many_and_find_who_has_none(visit, world, proof, list_url):
    visitor = visit("a")
    assert "1 张" in visitor.get(list_url).text
    with_one, without = (visitor.get(f"{list_url}?has_proof={word}").text for word in "10")
    assert ("王芳" in with_one, "李强" in with_one) == (True, False)
    assert ("王芳" in without, "李强" in without) == (False, True)
    ordered = visitor.get(f"{list_url}?sort=-proofs").text
    assert ordered.index("王芳") < ordered.index("李强")
    assert "王芳" not in visitor.get(f"{list_url}?proofs_from=2").text


def test_a_list_asks_no_more_for_it_however_many_there_are(visit, world, proof, queries):
    visitor, counts = visit("county"), []
    for children in ((), ("a2", "b1", "c1")):
        with db.connection_context():
            for key in children:
                add_proof(world.actors["county"], world.children[key], paper(), kind=ProofKind.OTHER)
        with queries() as seen:
            visitor.get("/beneficiary/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_grid_an_export_and_its_figures_know_the_count(visit, proof):
    visitor = visit("a")
    assert "证明材料" in visitor.get("/beneficiary/export/csv").get_data().decode("utf-8-sig")
    asked: dict = {"words": {"has_proof": "1"}}
    sent = {"headers": {"X-CSRFToken": visitor.token()}, "json": asked}
    assert visitor.client.post("/beneficiary/grid/open", **sent).get_json()["total"] == 1
    asked["words"] = {}
    snapshot = visitor.client.post("/beneficiary/grid/open", **sent).get_json()["snapshot"]
    asked |= {"snapshot": snapshot, "from": 0, "count": 9, "columns": ["proofs"], "distinct": ["proofs"]}
    assert visitor.client.post("/beneficiary/grid/totals", **sent).get_json()["columns"] == {"proofs": [2, 2, 1]}
    asked |= {"column": "proofs"}
    found = visitor.client.post("/beneficiary/grid/values", **sent).get_json()
    assert [value[:3] for value in found["values"]] == [["0", "0", 1], ["1", "1", 1]]


def test_a_missing_file_is_said_to_be_missing(visit, proof):
    store.remove(proof.file)
    answer = visit("a").get(f"/proof/picture/{proof.file}")
    assert answer.status_code == 404
    assert "proofs 文件夹" in answer.text


def test_the_list_shows_each_paper_small_and_how_large_it_is(visit, proof):
    page = visit("a").get("/proof/").text
    assert PICTURE.findall(page) == [proof.file]
    assert re.search(r">[\d,]+ KB<", page)
