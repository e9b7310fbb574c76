"""Organisations: added with a code that was never given out, edited, and deleted while nothing hangs on them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import accounts, events, history, organisations, sessions
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from models import (
    Account,
    Notice,
    Operation,
    Organisation,
    OrganisationKind,
    PublicNotice,
    Role,
    Stage,
    Submission,
    db,
    now,
)

SCHOOL = {"kind": "school", "name": "蒲亭镇第二小学", "stage": "primary"}


def added(world, who: str = "county", office: str = "county", place: str = "town", **values: object) -> Organisation:
    region = world.regions[place]
    return organisations.add(world.actors[who], world.organisations[office], **(SCHOOL | {"region": region} | values))


def fresh(row: Organisation) -> Organisation:
    return Organisation.get_by_id(row.id)


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


# -- adding ------------------------------------------------------------------------


def test_a_school_gets_the_next_code_under_its_office(world):
    row = added(world, networks="10.36.0.0/16, 10.36.0.0/16")
    assert (row.code, row.name, row.stage, row.kind) == ("360426000006", "蒲亭镇第二小学", Stage.PRIMARY, "school")
    assert (row.parent, row.networks) == (world.organisations["county"], "10.36.0.0/16")
    assert added(world, name="第三小学").code == "360426000007"


def test_a_code_is_never_given_twice(world):
    actor = world.actors["county"]
    first = added(world)
    history.undo(actor, newest())
    second = added(world)
    organisations.delete(actor, second)
    assert (first.code, second.code, added(world).code) == ("360426000006", "360426000007", "360426000008")


def test_a_code_that_a_sheet_brought_and_an_undo_took_is_not_given_again(world):
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        place = {"kind": "school", "stage": "primary", "region": world.regions["town"]}
        ledger.add(Organisation, code="360426000090", name="从表里来的小学", **place)
    history.undo(SYSTEM, newest())
    assert added(world).code == "360426000091"


def test_two_clerks_at_once_get_two_codes(world):
    def attempt(number: int) -> str:
        with db.connection_context():
            return added(world, name=f"第{number}小学").code

    db.close()
    with ThreadPoolExecutor(4) as clerks:
        codes = set(clerks.map(attempt, range(8)))
    db.connect()
    assert codes == {f"36042600{serial:04}" for serial in range(6, 14)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verbs=st.lists(st.sampled_from(["add", "undo", "delete"]), min_size=1, max_size=8))
def test_whatever_is_added_undone_and_deleted_no_code_comes_twice(world, verbs):
    actor, given_out = world.actors["county"], []
    for verb in verbs:
        row = added(world, name=f"小学{Operation.select().count()}")
        given_out.append(row.code)
        if verb == "undo":
            history.undo(actor, newest())
        elif verb == "delete":
            organisations.delete(actor, row)
    assert len(set(given_out)) == len(given_out)
    assert given_out == sorted(given_out)


def test_serials_come_to_an_end(world):
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(world.organisations["county"], last_serial=9999)
    with pytest.raises(RuleBroken, match="都已用完"):
        added(world)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " 　"}, "机构名称：不能为空"),
        ({"name": "学" * 81}, "最多 80 个字"),
        ({"stage": ""}, "学校必须填写学段"),
        ({"kind": "county"}, "不能新增县机构"),
        ({"kind": "township", "stage": "", "place": "village"}, "乡镇级"),
        ({"name": "德安县蒲亭镇小学"}, "已经有了，编码 360426000003"),
        ({"networks": "10.36.0.1/16"}, "登录网段.*10.36.0.0/16"),
        ({"networks": "学校里"}, "不是网段"),
    ],
)
def test_what_cannot_be_is_refused(world, values, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        added(world, **values)


def test_one_name_with_two_stages_is_two_organisations(world):
    row = added(world, name="德安县蒲亭镇小学", stage="preschool")
    assert str(row) == "德安县蒲亭镇小学（学前）"
    assert row != world.organisations["a"]


def test_a_township_office_is_added_under_the_county(world):
    row = added(world, kind="township", name="聂桥镇中心校", stage="primary", place="other_town")
    assert (row.kind, row.stage) == (OrganisationKind.TOWNSHIP, None)


@pytest.mark.parametrize(("office", "place"), [("other_county", "far_town"), ("county", "far_town"), ("city", "town")])
def test_nothing_is_added_outside_ones_place(world, office, place):
    with pytest.raises(OutOfScope):
        added(world, office=office, place=place)


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_county_and_system_keep_organisations(world, who):
    row = world.organisations["c"]
    with pytest.raises(NotAllowed):
        added(world, who=who)
    with pytest.raises(NotAllowed):
        organisations.edit(world.actors[who], row, name="x")
    with pytest.raises(NotAllowed):
        organisations.delete(world.actors[who], row)


def test_the_system_adds_under_any_office(world):
    row = organisations.add(
        SYSTEM,
        world.organisations["city"],
        kind="county",
        name="武宁县学生资助管理中心",
        region=world.regions["county"],
    )
    assert row.code == "360400000002"


# -- editing -----------------------------------------------------------------------


def test_an_organisation_is_edited_and_it_is_undone(world):
    row = organisations.edit(world.actors["county"], fresh(world.organisations["a"]), name="蒲亭镇中心小学")
    assert (row.name, row.stage, row.version) == ("蒲亭镇中心小学", "primary", 2)
    history.undo(world.actors["county"], newest())
    assert fresh(row).name == "德安县蒲亭镇小学"


def test_an_edit_of_an_old_page_is_a_conflict(world):
    shown = fresh(world.organisations["a"])
    organisations.edit(world.actors["county"], fresh(shown), name="蒲亭镇中心小学")
    with pytest.raises(Conflict, match="county"):
        organisations.edit(world.actors["county"], shown, name="别的名字")


def test_an_edit_keeps_to_the_rules_and_to_ones_place(world):
    row = world.organisations["a"]
    with pytest.raises(RuleBroken, match="学段"):
        organisations.edit(world.actors["county"], fresh(row), stage="")
    with pytest.raises(OutOfScope):
        organisations.edit(world.actors["county"], fresh(row), region=world.regions["far_town"])
    with pytest.raises(OutOfScope):
        organisations.edit(world.actors["other_county"], fresh(row), name="x")


def test_nobody_edits_or_deletes_their_own_office(world):
    for verb in (lambda actor, row: organisations.edit(actor, row, networks="10.0.0.0/8"), organisations.delete):
        with pytest.raises(RuleBroken, match="上级机构"):
            verb(world.actors["county"], fresh(world.organisations["county"]))
    assert organisations.edit(SYSTEM, fresh(world.organisations["county"]), networks="10.0.0.0/8")


# -- deleting ----------------------------------------------------------------------


def test_an_organisation_nobody_used_is_deleted_with_its_accounts_and_comes_back(world):
    row = added(world)
    account, password = accounts.open_account(
        world.actors["county"], organisation=row, role=Role.SCHOOL, login="pt01", name="王"
    )
    assert organisations.delete(world.actors["county"], fresh(row)).rows == 2
    assert not Organisation.select().where(Organisation.id == row.id).exists()
    history.undo(world.actors["county"], newest())
    assert (fresh(row).code, Account.get_by_id(account.id).organisation) == (row.code, row)
    with pytest.raises(RuleBroken):
        sessions.sign_in("pt01", password, address="")


def test_a_sign_in_that_was_refused_keeps_no_school_from_going(world):
    row = added(world)
    accounts.open_account(world.actors["county"], organisation=row, role=Role.SCHOOL, login="pt01", name="王")
    with pytest.raises(RuleBroken):
        sessions.sign_in("pt01", "wrong password", address="")
    assert organisations.delete(world.actors["county"], fresh(row))


def test_what_stands_in_the_way_is_named_with_its_number(world):
    with pytest.raises(RuleBroken, match=r"名单上的学生 2 条、学籍 2 条；请改用合并或撤销"):
        organisations.delete(world.actors["county"], fresh(world.organisations["a"]))


def test_a_school_that_signed_in_is_not_deleted(world):
    row = added(world)
    _, password = accounts.open_account(
        world.actors["county"], organisation=row, role=Role.SCHOOL, login="pt01", name="王"
    )
    sessions.sign_in("pt01", password, address="")
    with pytest.raises(RuleBroken, match=r"登录过的账号 1 个.*合并或撤销"):
        organisations.delete(world.actors["county"], fresh(row))


def test_an_office_above_others_and_one_that_worked_are_not_deleted(world):
    added(world)
    assert organisations.in_the_way(world.organisations["county"]) == [
        "下级机构 1 个",
        "名册批次 1 个",
        "操作记录 2 条",
    ]


def test_a_school_that_handed_in_or_was_told_something_is_not_deleted(world):
    row = added(world)
    with writing(world.actors["county"], Permission.SUBMISSION_HAND_IN) as ledger:
        ledger.add(Submission, school=row, code="x", round=1)
        ledger.add(Notice, organisation=row, office=world.organisations["county"], sentence="请上报")
        hung = {"first_day": "2026-12-01", "last_day": "2026-12-07", "heads": 0, "maker": "李", "rows": "[]"}
        ledger.add(PublicNotice, school=row, heading="公示名单", term="2026秋", **hung)
    assert organisations.in_the_way(row) == ["上报 1 轮", "通知 1 条", "公示 1 次"]


def test_a_foreign_organisation_is_not_deleted(world):
    row = added(world)
    foreign = Actor("x", Role.COUNTY, world.actors["other_county"].scope)
    with pytest.raises(OutOfScope):
        organisations.delete(foreign, fresh(row))
    shown = fresh(row)
    shown.version = 7
    with pytest.raises(Conflict):
        organisations.delete(world.actors["county"], shown)


def forgotten() -> None:
    """As if years had passed, and the record of them were gone."""
    with db.atomic():
        Operation.update(at=now() - 4 * events.YEAR).execute()
    events.forget(SYSTEM, years=3)


@pytest.mark.parametrize("end", ["undo", "delete"])
def test_a_code_is_not_given_again_when_the_record_of_it_is_gone(world, end):
    row = added(world)
    if end == "undo":
        history.undo(world.actors["county"], newest())
    else:
        organisations.delete(world.actors["county"], row)
    forgotten()
    assert added(world).code > row.code


def test_nobody_puts_a_school_of_one_office_into_anothers_place(world):
    place = {"kind": "school", "stage": "primary", "region": world.regions["far_town"]}
    with pytest.raises(OutOfScope, match="涂埠镇"):
        organisations.add(SYSTEM, world.organisations["county"], name="远处的小学", **place)
