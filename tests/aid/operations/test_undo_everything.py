"""Whatever clerks do, undoing all of it gives the first tables again."""

import datetime as dt
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aid.errors import AidError
from aid.ledger import writing
from aid.operations import checking, duplicates, history, matching
from aid.operations.submissions import accept, give_back, hand_in, ready
from aid.permissions import Permission
from aid.selection import Selection
from models import (
    Beneficiary,
    Enrolment,
    InvalidReason,
    Operation,
    Submission,
    db,
)


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def content(model) -> list[dict]:
    """The table without versions, which only ever rise."""
    rows = model.select().order_by(model.id).dicts()
    return [{name: value for name, value in row.items() if name != "version"} for row in rows]


def matched(world) -> Operation:
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        for key in ("a1", "c1"):
            child = world.children[key]
            ledger.add(
                Enrolment,
                school=world.organisations["b"],
                id_number=child.id_number,
                name=child.name,
                stage="junior",
                grade="初一",
                status="suspended",
                birth_date=dt.date(2009, 8, 30),
                boards=False,
            )
    return Operation.get_by_id(matching.match(world.actors["county"]).operation_id)


def handed_in(actor, school) -> None:
    expected = Beneficiary.select().where(ready(school)).count()
    hand_in(actor, school, shown_at=newest().id, expected=expected)


@dataclass(frozen=True)
class Act:
    """One thing a clerk tries: it may be refused, as long as it is refused whole."""

    verb: str
    pick: int
    text: str

    def by(self, world) -> None:
        rows = list(Beneficiary.select().where(Beneficiary.school != world.organisations["far"]))
        row, county = rows[self.pick % len(rows)], world.actors["county"]
        twins = [one for one in rows if one.id_number == row.id_number and one.state != "invalid" and one != row]
        chosen = Selection.ticked(Beneficiary, {row.id: row.version})
        {
            "confirm": lambda: checking.confirm(county, row, grade=self.text, boards=len(self.text) > 1),
            "invalid": lambda: checking.mark_invalid(county, row, reason=InvalidReason.WRONG, remark=self.text),
            "restore": lambda: checking.restore(county, row),
            "reopen": lambda: checking.reopen(county, row),
            "settle": lambda: duplicates.keep_one(county, row, others=twins),
            "match": lambda: matched(world) if Enrolment.select().count() < 8 else matching.match(county),
            "hand in": lambda: handed_in(county, row.school),
            "accept": lambda: accept(county, chosen),
            "give back": lambda: give_back(county, chosen, remark=self.text),
            "undo": lambda: history.undo(county, newest()),
        }[self.verb]()


VERBS = ["confirm", "confirm", "invalid", "restore", "reopen", "settle", "match", "undo"]
VERBS += ["hand in", "hand in", "accept", "give back"]
ACTS = st.lists(
    st.builds(Act, st.sampled_from(VERBS), st.integers(0, 9), st.sampled_from(["四年级", "五", "引'号\"", "😀"])),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_undoing_everything_gives_the_first_table_again(world, acts):
    with db.atomic() as everything:
        before, start = [content(model) for model in (Beneficiary, Enrolment, Submission)], newest().id
        for act in acts:
            try:
                act.by(world)
            except AidError:
                continue
        done = Operation.select().where(Operation.id > start, ~Operation.undone, Operation.undoes.is_null())
        for operation in done.order_by(Operation.id.desc()):
            history.undo(world.actors["county"], operation)
        assert [content(model) for model in (Beneficiary, Enrolment, Submission)] == before
        everything.rollback()
