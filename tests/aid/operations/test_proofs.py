"""Adding and taking away the papers of a child: that it works, what the rules refuse, who may, and whose children."""

from dataclasses import replace

import pytest

from aid.errors import BadPicture, Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.operations.accounts import TOWNSHIPS_MAY
from aid.operations.events import forget
from aid.operations.history import undo
from aid.operations.proofs import (
    add_proof,
    correct_proof,
    has_proof,
    may_add,
    number_of_proofs,
    proofs_of,
    remove_proof,
    tidy_pictures,
)
from aid.pictures import store
from aid.rules.pictures import MOST_OF_A_CHILD
from aid.scope import SYSTEM, visible
from codes import ProofKind
from models import Beneficiary, Operation, Proof, db, now
from tests.aid.pictures.conftest import folder
from tests.aid.pictures.papers import opened, paper, saved

__all__ = ["folder"]
pytestmark = pytest.mark.usefixtures("folder")
HANDBOOK = ProofKind.HANDBOOK


@pytest.fixture
def proof(world) -> Proof:
    """A handbook of a1, added by its school."""
    return add_proof(world.actors["a"], world.children["a1"], paper(), kind=HANDBOOK, note=" 第  3 页 ")


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def long_ago(operations) -> None:
    with db.atomic():
        Operation.update(at=now().replace(year=2000)).where(Operation.id.in_(operations)).execute()


# -- adding ---------------------------------------------------------------------


def test_a_school_adds_a_paper_and_the_history_says_so(world, proof, folder):
    assert (proof.kind, proof.note, proof.added_by, proof.width, proof.height) == (HANDBOOK, "第 3 页", "a", 320, 240)
    kept = store.whole_of(proof.file)
    assert kept.parent == folder
    assert kept.stat().st_size == proof.size
    assert (kept.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert opened(store.thumbnail_of(proof.file).read_bytes()).size == (240, 180)
    assert newest().sentence == "王芳：添加证明材料（扶贫手册）"


def test_the_childs_own_row_stays_as_it_is(world, proof):
    child = world.children["a1"]
    assert Beneficiary.get_by_id(child.id).version == child.version


def test_a_name_tells_nothing(proof):
    assert len(proof.file) == 32
    assert not set(proof.file) - set("0123456789abcdef")


def test_the_same_picture_is_kept_once_for_a_child_and_said_so(world, proof):
    with pytest.raises(RuleBroken, match="已经添加过（扶贫手册，"):
        add_proof(world.actors["county"], world.children["a1"], paper() + b"tail", kind=ProofKind.OTHER)
    assert store.names() == {proof.file}
    other = add_proof(world.actors["a"], world.children["a2"], paper(), kind=HANDBOOK)
    assert store.names() == {proof.file, other.file}


def test_a_child_has_so_many_papers_and_no_more(world, monkeypatch):
    monkeypatch.setattr("aid.operations.proofs.MOST_OF_A_CHILD", 1)
    assert MOST_OF_A_CHILD == 20
    add_proof(world.actors["a"], world.children["a1"], paper(), kind=HANDBOOK)
    with pytest.raises(RuleBroken, match="最多 1 张"):
        add_proof(world.actors["a"], world.children["a1"], paper(330), kind=HANDBOOK)


@pytest.mark.parametrize(("content", "note"), [(saved("PNG"), ""), (b"", ""), (paper(10), "")])
def test_what_is_no_picture_is_refused_and_leaves_nothing(world, content, note):
    before = newest()
    with pytest.raises(BadPicture):
        add_proof(world.actors["a"], world.children["a1"], content, kind=HANDBOOK, note=note)
    assert newest() == before
    assert store.names() == set()


def test_a_note_may_not_be_longer_than_its_column(world):
    with pytest.raises(RuleBroken, match="最多 100 个字"):
        add_proof(world.actors["a"], world.children["a1"], paper(), kind=HANDBOOK, note="字" * 101)


@pytest.mark.parametrize("who", ["province", "city", "town", "auditor"])
def test_adding_and_removing_need_the_permission(world, proof, who):
    with pytest.raises(NotAllowed, match="添加、更正、移除证明材料"):
        add_proof(world.actors[who], world.children["a1"], paper(330), kind=HANDBOOK)
    with pytest.raises(NotAllowed):
        remove_proof(world.actors[who], proof)
    assert not may_add(world.actors[who], world.children["a1"])
    assert Proof.select().count() == 1


@pytest.mark.parametrize(("who", "child"), [("a", "b1"), ("county", "far1"), ("county", "away"), ("b", "a1")])
def test_adding_needs_the_scope(world, who, child):
    with pytest.raises(OutOfScope):
        add_proof(world.actors[who], world.children[child], paper(), kind=HANDBOOK)
    assert not may_add(world.actors[who], world.children[child])
    assert store.names() == set()


def test_a_township_adds_where_its_county_lets_it_check(world):
    town = replace(world.actors["town"], further=TOWNSHIPS_MAY)
    assert add_proof(town, world.children["a1"], paper(), kind=HANDBOOK).added_by == "town"
    with pytest.raises(OutOfScope):
        add_proof(town, world.children["c1"], paper(), kind=HANDBOOK)


# -- calling it right --------------------------------------------------------------


def test_a_paper_of_the_wrong_kind_is_called_right_and_the_history_says_so(world, proof):
    operation = correct_proof(world.actors["a"], proof, kind=ProofKind.VILLAGE, note=" 盖章 ")
    now_called = Proof.get_by_id(proof.id)
    assert (now_called.kind, now_called.note, now_called.file) == (ProofKind.VILLAGE, "盖章", proof.file)
    assert newest().sentence == "王芳：更正证明材料（扶贫手册→村镇证明）"
    undo(world.actors["a"], Operation.get_by_id(operation))
    again = Proof.get_by_id(proof.id)
    assert (again.kind, again.note) == (HANDBOOK, "第 3 页")


def test_what_differs_in_nothing_leaves_no_operation(world, proof):
    before = newest()
    assert correct_proof(world.actors["a"], proof, kind=HANDBOOK, note="第 3 页") is None
    assert newest() == before


def test_a_correction_is_refused_for_a_long_note_and_for_an_old_page(world, proof):
    with pytest.raises(RuleBroken, match="备注最多 100 个字"):
        correct_proof(world.actors["a"], proof, kind=HANDBOOK, note="x" * 101)
    old = Proof.get_by_id(proof.id)
    correct_proof(world.actors["a"], proof, kind=ProofKind.OTHER, note="")
    with pytest.raises(Conflict):
        correct_proof(world.actors["a"], old, kind=ProofKind.VILLAGE, note="")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [*((who, NotAllowed) for who in ("city", "town", "auditor")), *((who, OutOfScope) for who in ("b", "far"))],
)
def test_correcting_needs_the_permission_and_the_scope(world, proof, who, refusal):
    with pytest.raises(refusal):
        correct_proof(world.actors[who], proof, kind=ProofKind.OTHER, note="")
    assert Proof.get_by_id(proof.id).kind == HANDBOOK


# -- taking away --------------------------------------------------------------------


def test_a_paper_that_was_taken_away_comes_back_with_its_picture(world, proof):
    operation = remove_proof(world.actors["a"], proof)
    assert proofs_of(world.actors["a"], world.children["a1"]) == []
    assert newest().sentence == "王芳：移除证明材料（扶贫手册）"
    undo(world.actors["a"], Operation.get_by_id(operation))
    [back] = proofs_of(world.actors["a"], world.children["a1"])
    assert (back.id, back.file, back.kind) == (proof.id, proof.file, proof.kind)
    assert store.whole_of(back.file).exists()


def test_adding_is_undone_and_done_again(world, proof):
    added = newest()
    undo(world.actors["a"], added)
    assert not Proof.select().exists()
    assert tidy_pictures(SYSTEM) == 0
    undo(world.actors["a"], newest())
    assert Proof.get().file == proof.file


def test_a_paper_that_moved_on_or_went_is_not_removed(world, proof):
    shown = Proof.get_by_id(proof.id)
    shown.version += 1
    with pytest.raises(Conflict):
        remove_proof(world.actors["a"], shown)
    remove_proof(world.actors["a"], proof)
    with pytest.raises(OutOfScope):
        remove_proof(world.actors["a"], proof)


@pytest.mark.parametrize("who", ["b", "far", "other_county"])
def test_removing_needs_the_scope(world, proof, who):
    with pytest.raises(OutOfScope):
        remove_proof(world.actors[who], proof)


def test_a_child_whose_papers_are_there_keeps_its_row(world, proof):
    """What placed it on the list is not undone over its papers."""
    operation = Operation.select().where(Operation.actor == "county").order_by(Operation.id).get()
    with pytest.raises(RuleBroken, match="证明材料引用"):
        undo(world.actors["county"], operation)


# -- reading ----------------------------------------------------------------------------


def test_papers_are_read_by_whoever_reads_the_child(world, proof):
    readers = {who for who, actor in world.actors.items() if proofs_of(actor, world.children["a1"])}
    assert readers == {"province", "city", "county", "town", "a", "auditor"}  # an auditor has no page of them


def test_papers_are_counted_with_the_rows_of_a_list_in_one_statement(world, proof, queries):
    add_proof(world.actors["a"], world.children["a1"], paper(330), kind=HANDBOOK)
    with queries() as seen:
        rows = visible(Beneficiary, world.actors["a"].scope).order_by(Beneficiary.id)
        found = list(rows.select(Beneficiary.name, number_of_proofs(), has_proof()).tuples())
    assert found == [("王芳", 2, 1), ("李强", 0, 0)]
    assert len(seen) == 1


def test_the_papers_of_a_child_are_one_statement(world, proof, queries):
    with queries() as seen:
        proofs_of(world.actors["a"], world.children["a1"])
    assert len(seen) == 1


# -- what is left -------------------------------------------------------------------------


def test_a_file_whose_row_never_came_goes_and_the_others_stay(world, proof, folder):
    (folder / f"{'0' * 32}.small.jpg").write_bytes(b"half")  # a server killed before the row, over the thumbnail
    assert tidy_pictures(SYSTEM) == 1
    assert store.names() == {proof.file}


def test_a_removed_picture_stays_until_the_history_is_cleared_of_it(world, proof):
    operation = remove_proof(world.actors["a"], proof)
    assert tidy_pictures(SYSTEM) == 0
    long_ago([operation])
    forget(SYSTEM, years=1)
    assert tidy_pictures(SYSTEM) == 1
    assert store.names() == set()


def test_a_picture_whose_row_is_there_stays_though_its_history_is_cleared(world, proof):
    long_ago(Operation.select(Operation.id))
    forget(SYSTEM, years=1)
    assert tidy_pictures(SYSTEM) == 0
    assert store.names() == {proof.file}


@pytest.mark.parametrize("who", ["county", "a", "auditor"])
def test_nobody_but_the_server_tidies(world, proof, who):
    with pytest.raises(NotAllowed):
        tidy_pictures(world.actors[who])
