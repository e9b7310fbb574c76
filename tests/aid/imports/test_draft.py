"""A roll is compared before the writer's turn: others wait for its writing alone, and what they write is seen."""

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest

from aid import dialect
from aid.imports.base import Delivery, Report
from aid.imports.reader import Cell
from aid.imports.roll import Roll, RollIntake
from aid.imports.run import DRAFTS, read, write
from aid.ledger import writing
from aid.operations.history import undo
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import (
    Beneficiary,
    Change,
    Enrolment,
    HeldRow,
    Operation,
    Organisation,
    OwnColumn,
    OwnKind,
    db,
    now,
)
from tests.aid.imports.sheets import id_number, row, titles
from tests.aid.imports.sheets import write as written_sheet

FORGOTTEN = now() + dt.timedelta(days=1)


class Interrupted(RollIntake):
    """Between its comparing and its writing something else happens, one thing each time."""

    def __init__(self, *words, meanwhile: list[Callable[[], object]]) -> None:
        super().__init__(*words)
        self.meanwhile, self.compared = meanwhile, 0

    def write(self, ledger, rows) -> None:
        super().write(ledger, rows)
        self.compared += 1
        if self.meanwhile:
            self.meanwhile.pop(0)()


class InTurn(Interrupted):
    """The same, compared within the turn as other sheets are."""

    rests_on = ()


@pytest.fixture
def take_in(world, tmp_path):
    """`take_in(*rows, meanwhile=[…])` imports a roll with these things happening between comparing and writing; what
    was reported, and how often it was compared."""

    def send(*rows: dict[str, Cell], meanwhile=(), kind: type[Interrupted] = Interrupted) -> tuple[Report, int]:
        path = written_sheet(tmp_path / "roll.xlsx", [titles("roll"), *(row("roll", cells) for cells in rows)])
        delivery = Delivery(path.name, "", "", dt.date(2026, 9, 1))
        intake = kind(Roll, world.actors["county"], delivery, meanwhile=list(meanwhile))
        return write(intake, read(path, intake, others=[])), intake.compared

    return send


def child() -> Enrolment:
    return Enrolment.get(Enrolment.id_number == id_number(1))


def edit(actor, found: Enrolment | None = None, **values) -> None:
    with writing(actor, Permission.ROLL_IMPORT) as ledger:
        ledger.change(found or child(), **values)


def changes() -> list[tuple]:
    """What the newest operation left of rows of the roll, without their ids."""
    newest = Operation.select().order_by(Operation.id.desc()).get()
    rows = Change.select().where(Change.operation == newest, Change.table == "enrolment").order_by(Change.row_id)
    told = [(c.kind, c.columns, *(json.loads(text) if text else {} for text in (c.before, c.after))) for c in rows]
    return [(kind, columns, before, after | {"id": 0}) for kind, columns, before, after in told]


# -- others write meanwhile --------------------------------------------------------------------


def test_a_row_that_somebody_changed_meanwhile_is_compared_again(world, take_in):
    county = world.actors["county"]
    take_in({})
    report, compared = take_in({"班级": "2班"}, meanwhile=[lambda: edit(county, class_name="2班")])
    assert (report.changed, report.unchanged, compared) == (0, 1, 2)
    assert child().version == 2
    report, compared = take_in({"班级": "3班"}, meanwhile=[lambda: edit(county, class_name="4班")])
    assert (report.changed, compared, child().version) == (1, 2, 4)
    assert changes() == [("change", "class_name", {"class_name": "4班"}, {"class_name": "3班", "id": 0})]


def test_a_row_that_came_meanwhile_does_not_come_twice(world, take_in):
    before = Enrolment.select().count()
    report, compared = take_in({}, {"身份证号": id_number(2)}, meanwhile=[lambda: take_in({})])
    assert (report.added, report.unchanged, compared) == (1, 1, 2)
    assert Enrolment.select().count() == before + 2


def test_a_row_that_went_meanwhile_is_added(world, take_in):
    first, _ = take_in({})
    gone = Operation.get_by_id(first.operation_id)
    report, compared = take_in({"班级": "2班"}, meanwhile=[lambda: undo(world.actors["county"], gone)])
    assert (report.added, report.changed, compared, child().class_name) == (1, 0, 2, "2班")


def test_a_school_that_left_the_place_meanwhile_gets_no_row(world, take_in):
    def leave() -> None:
        with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
            ledger.change(Organisation.get_by_id(world.organisations["a"].id), region=world.regions["far_town"])

    report, compared = take_in({}, meanwhile=[leave])
    assert ([held.reason for held in report.held_back], report.added, compared) == (["unknown"], 0, 2)
    assert [held.reason for held in HeldRow.select()] == ["unknown"]


def test_a_history_that_is_cleaned_meanwhile_hides_no_change(world, take_in):
    county = world.actors["county"]
    take_in({})

    def change_and_forget() -> None:
        edit(county, class_name="2班")
        with writing(SYSTEM, Permission.HISTORY_FORGET, undoable=False) as ledger:
            ledger.forget(FORGOTTEN)

    report, compared = take_in({"班级": "2班"}, meanwhile=[change_and_forget])
    assert (report.changed, report.unchanged, compared > 1) == (0, 1, True)


def test_a_column_that_the_county_defines_meanwhile_is_in_the_history_of_what_comes(world, take_in):
    def define() -> None:
        with writing(world.actors["county"], Permission.COLUMN_DEFINE) as ledger:
            ledger.add(
                OwnColumn,
                office=world.organisations["county"],
                table="beneficiary",
                slot="own_text_1",
                kind=OwnKind.TEXT,
                label="甲",
                position=1,
                since=1,
            )

    _, compared = take_in({}, meanwhile=[define])
    assert compared == 2


def test_a_row_that_comes_after_one_that_went_has_an_id_of_its_own(world, take_in):
    first, _ = take_in({})
    went = child().id
    undo(world.actors["county"], Operation.get_by_id(first.operation_id))
    take_in({}, {"身份证号": id_number(2)})
    came = Enrolment.select().where(Enrolment.id_number.in_([id_number(1), id_number(2)]))
    assert [row.id for row in came.order_by(Enrolment.id)] == [went + 1, went + 2]
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        values = {name: came[0].__data__[name] for name in ("name", "school", "stage", "grade", "status")}
        assert ledger.add(Enrolment, id_number=id_number(3), **values).id == went + 3


def test_work_on_the_list_meanwhile_is_nothing_to_a_roll(world, take_in):
    def check() -> None:
        with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
            ledger.change(world.children["a1"], grade="四年级")

    report, compared = take_in({}, meanwhile=[check])
    assert (report.added, compared, Beneficiary.get_by_id(world.children["a1"].id).grade) == (1, 1, "四年级")


def test_a_roll_that_is_overtaken_again_and_again_is_compared_in_the_turn_at_last(world, take_in):
    far, county = world.actors["far"], world.actors["other_county"]
    elsewhere = Enrolment.get(Enrolment.school == far.organisation_id)
    other = [
        lambda turn=turn: edit(county, Enrolment.get_by_id(elsewhere.id), class_name=f"{turn}班")
        for turn in range(DRAFTS)
    ]
    wrong, before = {"学校编码": "360426999999", "身份证号": id_number(3)}, Operation.select().count()
    report, compared = take_in({}, wrong, {"身份证号": id_number(4), "性别": "男"}, meanwhile=other)
    assert compared == DRAFTS + 1
    assert (report.rows, report.added, len(report.held_back), len(report.warnings)) == (3, 2, 1, 1)
    assert Operation.select().count() == before + DRAFTS + 1


# -- what is written is the same ----------------------------------------------------------------


def test_the_history_is_the_same_as_of_a_roll_compared_in_the_turn(world, take_in):
    first = [{}, {"身份证号": id_number(2), "性别": "", "出生日期": "", "是否寄宿": "是"}, {"姓名": "重名"}]
    second = [
        {"班级": "2班"},
        {"身份证号": id_number(2), "性别": "女", "姓名": "改名"},
        {"姓名": "重名", "是否寄宿": ""},
    ]
    found = {}
    for kind in (InTurn, Interrupted):
        added, _ = take_in(*first, kind=kind)
        found[kind] = [changes()]
        changed, _ = take_in(*second, kind=kind)
        found[kind].append(sorted(changes(), key=str))
        found[kind].append((added.counts, changed.counts, sorted(row.version for row in Enrolment.select())))
        for report in (changed, added):
            undo(world.actors["county"], Operation.get_by_id(report.operation_id))
    assert found[Interrupted] == found[InTurn]


def test_a_drafted_roll_is_one_operation_that_can_be_undone(world, take_in):
    before = [tuple(row) for row in Enrolment.select().order_by(Enrolment.id).tuples()]
    report, _ = take_in({}, {"身份证号": id_number(2)})
    operation = Operation.get_by_id(report.operation_id)
    assert operation.rows == 3  # two rows, and the record of the run
    undo(world.actors["county"], operation)
    assert [tuple(row) for row in Enrolment.select().order_by(Enrolment.id).tuples()] == before


def test_rows_of_a_school_stand_in_the_order_of_the_sheet(world, take_in):
    names = [f"第{n}" for n in range(9)]
    schools = [world.organisations[key].code for key in ("b", "a", "c")]
    take_in(*({"姓名": name, "身份证号": id_number(n), "学校编码": schools[n % 3]} for n, name in enumerate(names)))
    came = Enrolment.select().where(Enrolment.school == world.organisations["a"], Enrolment.name.startswith("第"))
    assert [row.name for row in came.order_by(Enrolment.id)] == names[1::3]


# -- what the turn costs --------------------------------------------------------------------------


def tables_of(statement: str) -> set[str]:
    return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', statement))


def test_the_turn_takes_as_many_statements_however_many_rows(take_in, queries):
    def in_turn(first: int, last: int, **cells) -> int:
        with queries() as seen:
            take_in(*({"身份证号": id_number(n), **cells} for n in range(first, last)))
        return len(seen) - next(at for at, said in enumerate(seen) if 'INSERT INTO "operation"' in said)

    assert in_turn(1, 3) == in_turn(3, 60)
    assert in_turn(1, 3, 班级="2班") == in_turn(3, 60, 班级="2班")


def test_a_roll_rests_on_every_table_that_its_comparing_reads(world, take_in, queries):
    class Watched(Interrupted):
        def write(self, ledger, rows) -> None:
            with queries() as seen:
                super().write(ledger, rows)
            read_from.update(*(tables_of(said) for said in seen))

    read_from: set[str] = set()
    take_in({}, kind=Watched)
    take_in({"班级": "2班"}, kind=Watched)
    own = {model._meta.table_name for model in RollIntake.rests_on}
    assert {name for name in read_from if not name.startswith("aside")} == own


def test_nothing_is_left_set_aside(world, take_in):
    def names() -> list:
        sql = (
            "SELECT name FROM temp.sqlite_master"
            if dialect.on_sqlite()
            else ("SELECT relname FROM pg_class WHERE relname LIKE 'aside%%'")
        )
        return db.execute_sql(sql).fetchall()

    def stop() -> None:
        raise ZeroDivisionError

    take_in({})
    assert names() == []
    with pytest.raises(ZeroDivisionError):
        take_in({"班级": "2班"}, meanwhile=[stop])
    assert names() == []
