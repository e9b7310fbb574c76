"""The papers of a child that is handed in: its school takes none away and calls none anything else, by no way."""

import pytest

from aid.errors import RuleBroken
from aid.locks import refuse_locked_among
from aid.operations import checking
from aid.operations.history import undo
from aid.operations.proofs import add_proof, correct_proof, remove_proof
from aid.operations.submissions import hand_in
from aid.permissions import Permission
from codes import ProofKind
from models import Beneficiary, Operation, Proof
from tests.aid.operations.test_proofs import HANDBOOK, newest, proof
from tests.aid.pictures.conftest import folder
from tests.aid.pictures.papers import paper

__all__ = ["folder", "proof"]
pytestmark = pytest.mark.usefixtures("folder")


def handed_in(world) -> None:
    checking.confirm(world.actors["a"], world.children["a1"])
    hand_in(world.actors["a"], world.organisations["a"], shown_at=newest().id, expected=1)


def renamed(world, proof) -> Operation:
    correct_proof(world.actors["a"], proof, kind=ProofKind.VILLAGE, note="")
    return newest()


def test_what_the_county_decides_by_stays_as_it_is_for_the_school_and_a_missing_paper_may_still_come(world, proof):
    handed_in(world)
    for change in (remove_proof, lambda actor, row: correct_proof(actor, row, kind=ProofKind.LOW_INCOME, note="")):
        with pytest.raises(RuleBroken, match="“王芳”已上报，正在等县里审核"):
            change(world.actors["a"], proof)
    add_proof(world.actors["a"], world.children["a1"], paper(200), kind=HANDBOOK)
    assert remove_proof(world.actors["county"], proof) == newest().id


@pytest.mark.parametrize("way", [lambda world, proof: newest(), renamed], ids=["added", "renamed"])
def test_a_school_does_not_undo_past_the_lock_what_the_county_may(world, proof, way):
    operation = way(world, proof)
    handed_in(world)
    before = list(Proof.select().dicts())
    with pytest.raises(RuleBroken, match="“王芳”已上报，正在等县里审核"):
        undo(world.actors["a"], operation)
    assert list(Proof.select().dicts()) == before
    undo(world.actors["county"], operation)
    assert list(Proof.select().dicts()) != before


def test_a_paper_that_went_before_the_lock_comes_back_after_it_and_stays(world, proof):
    """What is missing may still be added."""
    operation = Operation.get_by_id(remove_proof(world.actors["a"], proof))
    handed_in(world)
    undo(world.actors["a"], operation)
    assert Proof.get().file == proof.file
    with pytest.raises(RuleBroken, match="已上报"):
        undo(world.actors["a"], newest())


def test_the_lock_of_many_papers_is_one_statement_and_of_what_is_never_locked_none(world, proof, queries):
    for model, ids, statements in ((Proof, [proof.id] * 500, 1), (Beneficiary, range(500), 1), (Operation, [1], 0)):
        with queries() as seen:
            refuse_locked_among(world.actors["a"], Permission.PROOF_ADD, model, ids=ids)
        assert len(seen) == statements
