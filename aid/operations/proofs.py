"""Proofs (证明材料): scanned papers of a child, added, called right and taken away (questions 20 and 39)."""

import json

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import writing
from aid.permissions import Permission
from aid.pictures import store
from aid.pictures.reading import read_picture
from aid.rules.pictures import MOST_OF_A_CHILD
from aid.rules.times import local
from aid.scope import Actor, changeable, visible
from codes import ProofKind
from models import Beneficiary, Change, ChangeKind, Proof, Source, now


def add_proof(actor: Actor, child: Beneficiary, content: bytes, *, kind: ProofKind, note: str = "") -> Proof:
    """Keep the picture that a file's `content` holds as a proof of `child`; return it.

    The child's own row stays as it is: whoever is checking it meanwhile is not disturbed. Raises BadPicture for a file
    that is no JPG of up to 2 MB, RuleBroken for a picture that the child has already, OutOfScope, NotAllowed.
    """
    actor.demand(Permission.PROOF_ADD)
    note = _tidied(note)
    _own(actor, child)
    picture = read_picture(content)  # it takes its time: not while others wait to write
    with writing(actor, Permission.PROOF_ADD) as ledger:
        child = _own(actor, child)
        _refuse_more(actor, child, picture.digest)
        # Whole on disk before the row is there; a file whose row never came goes at the next start.
        proof = ledger.add(
            Proof,
            beneficiary=child,
            kind=kind,
            note=note,
            file=store.put(picture),
            width=picture.width,
            height=picture.height,
            size=len(picture.content),
            digest=picture.digest,
            added_by=actor.name,
            added_at=now(),
        )
        ledger.say(f"{child}：添加证明材料（{kind.label}）")
    return proof


def correct_proof(actor: Actor, proof: Proof, *, kind: ProofKind, note: str) -> int | None:
    """Call a proof another kind of paper, with another note; the picture stays. Return the number of the operation,
    None where nothing differs. Raises RuleBroken for a note that is too long and to a school of a child that is handed
    in, Conflict, OutOfScope, NotAllowed."""
    with writing(actor, Permission.PROOF_ADD) as ledger:
        before = ledger.fresh(proof)
        if not ledger.change(proof, kind=kind, note=_tidied(note)):
            return None
        turned = f"{before}→{proof}" if before.kind != proof.kind else f"{proof}的备注"
        ledger.say(f"{proof.beneficiary}：更正证明材料（{turned}）")
    return ledger.operation.id


def remove_proof(actor: Actor, proof: Proof) -> int:
    """Take a proof away; return the number of the operation, whose undo brings it back: its picture is kept until the
    history is cleared. Raises Conflict, OutOfScope, NotAllowed, RuleBroken to a school of a child that is handed in:
    the county decides, or has decided, by that paper. One that is missing may still be added."""
    with writing(actor, Permission.PROOF_ADD) as ledger:
        proof = ledger.fresh(proof)
        ledger.remove(proof)
        ledger.say(f"{proof.beneficiary}：移除证明材料（{proof}）")
    return ledger.operation.id


def proofs_of(actor: Actor, child: Beneficiary) -> list[Proof]:
    """The proofs of a child in the order they were added, as far as the actor may read them. One statement."""
    return list(visible(Proof, actor.scope).where(Proof.beneficiary == child).order_by(Proof.id))


def may_add(actor: Actor, child: Beneficiary) -> bool:
    """Whether the actor may add and remove proofs of `child`."""
    mine = changeable(Beneficiary, actor.scope).where(Beneficiary.id == child.id)
    return actor.may(Permission.PROOF_ADD) and mine.exists()


def number_of_proofs() -> pw.Function:
    """In a query of beneficiaries: how many proofs each has."""
    return pw.fn.COALESCE(_of_each().select(pw.fn.COUNT(Proof.id)), 0)


def has_proof() -> pw.Function:
    """In a query of beneficiaries: whether there is a proof of each."""
    return pw.fn.EXISTS(_of_each())


def lacks_proof() -> pw.Case:
    """In a query of beneficiaries: whether the rules want a proof of each that is not there (aid.rules.supplements)."""
    wanted = (Beneficiary.source == Source.SUPPLEMENT) & Beneficiary.register_person.is_null()
    return pw.Case(None, [(wanted & ~has_proof(), True)], False)


def tidy_pictures(actor: Actor) -> int:
    """Let go of the pictures whose row is not there and cannot come back: what was left by a server that was killed,
    and what was removed so long ago that the history has been cleared of it. Return how many.

    Raises NotAllowed: only the server itself may.
    """
    with writing(actor, Permission.HISTORY_FORGET):  # in the writer's turn, so that none of them is just being added
        gone = store.names() - _wanted(actor)
        for name in gone:
            store.remove(name)
    return len(gone)


def _wanted(actor: Actor) -> set[str]:
    """The files of all proofs, and of those that an undo could bring back."""
    there = visible(Proof, actor.scope).select(Proof.file).tuples()
    removed = visible(Change, actor.scope).where(
        Change.table == Proof._meta.table_name, Change.kind == ChangeKind.REMOVE
    )
    return {file for (file,) in there} | {
        json.loads(before)["file"] for (before,) in removed.select(Change.before).tuples()
    }


def _tidied(note: str) -> str:
    note = " ".join(note.split())
    if len(note) > Proof.note.max_length:
        raise RuleBroken(f"备注最多 {Proof.note.max_length} 个字")
    return note


def _own(actor: Actor, child: Beneficiary) -> Beneficiary:
    found = changeable(Beneficiary, actor.scope).where(Beneficiary.id == child.id).get_or_none()
    if found is None:
        raise OutOfScope("没有这个学生，或不在您可以改动的范围内")
    return found


def _refuse_more(actor: Actor, child: Beneficiary, digest: str) -> None:
    present = proofs_of(actor, child)
    for proof in present:
        if proof.digest == digest:
            raise RuleBroken(f"这张图片已经添加过（{proof}，{local(proof.added_at):%Y-%m-%d %H:%M}），没有重复保存")
    if len(present) >= MOST_OF_A_CHILD:
        raise RuleBroken(f"每个学生最多 {MOST_OF_A_CHILD} 张证明材料，请先移除不用的")


def _of_each() -> pw.ModelSelect:
    """Under rows of beneficiaries that `visible` has chosen."""
    return Proof.select(Proof.id).where(Proof.beneficiary == Beneficiary.id)
