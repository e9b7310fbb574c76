"""Views of tables: kept, shared, opened by those they are meant for, and removed by their maker alone."""

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.accounts import actor_of
from aid.operations.history import may_undo, undo
from aid.operations.mergers import merge
from aid.operations.saved_views import MOST, keep_layout, keep_view, remove_view, remove_views, views_for
from aid.permissions import ROLES as ROLES_MAY
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from aid.selection import Selection
from models import Account, Beneficiary, Change, Enrolment, Operation, Organisation, Role, SavedView
from tests.conftest import ROLES

LAYOUT = {"columns": [{"name": "name", "width": 90}, {"name": "school.stage"}, {"name": "grade", "hidden": True}]}
WORDS = {"grade": "=三年级|-", "sort": "school,-name"}


@pytest.fixture
def staff(world) -> dict[str, Actor]:
    """Someone who signs in at each place of the world, a second one at school a, and the server's administrator."""
    people = [*ROLES.items(), ("a2", (Role.SCHOOL, "a")), ("system", (Role.SYSTEM, ""))]
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        for key, (role, place) in people:
            at = world.organisations.get(place)
            ledger.add(Account, login=f"v.{key}", name=key, role=role, organisation=at, password_hash="")
    return {key: actor_of(Account.get(Account.login == f"v.{key}")) for key, _ in people}


def keep(actor: Actor, name: str = "三年级", **options: object) -> SavedView:
    return keep_view(actor, Enrolment, **{"name": name, "words": WORDS, "layout": LAYOUT} | options)


def names(actor: Actor) -> list[str]:
    return [view.name for view in views_for(actor, Enrolment)]


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


# -- the layout one left -------------------------------------------------------


def test_the_layout_one_leaves_is_there_again(staff):
    keep_layout(staff["a"], Enrolment, layout=LAYOUT, words=WORDS)
    [view] = views_for(staff["a"], Enrolment)
    assert (view.name, view.mine, view.shared, view.layout, view.words) == ("", True, False, LAYOUT, WORDS)
    assert views_for(staff["a"], Beneficiary) == views_for(staff["a2"], Enrolment) == []


def test_there_is_one_such_layout_for_an_account_and_table(staff):
    for width in (90, 91, 92):
        layout = {"columns": [{"name": "name", "width": width}]}
        keep_layout(staff["a"], Enrolment, layout=layout, words={})
        keep_layout(staff["a2"], Enrolment, layout=layout, words={})
    assert [view.layout for view in views_for(staff["a"], Enrolment)] == [layout]
    assert SavedView.select().count() == 2


def test_where_nothing_differs_nothing_is_written(staff, queries):
    keep_layout(staff["a"], Enrolment, layout=LAYOUT, words=WORDS)
    before = newest()
    with queries() as sent:
        keep_layout(staff["a"], Enrolment, layout=dict(LAYOUT), words=dict(reversed(WORDS.items())))
    assert (newest(), len(sent)) == (before, 1)


def test_a_layout_is_on_record_and_not_undone(staff):
    keep_layout(staff["a"], Enrolment, layout=LAYOUT, words={})
    assert (newest().sentence, newest().undoable) == ("记住表格布局：学籍名册", False)
    with pytest.raises(RuleBroken, match="不能撤销"):
        undo(staff["a"], newest())


def test_a_whole_number_is_left_out_of_the_layout_one_leaves(staff, world):
    number = world.children["a1"].id_number
    keep_layout(staff["a"], Enrolment, layout=LAYOUT, words={"search": number, "id_number": f"={number}", "all": "1"})
    assert [view.words for view in views_for(staff["a"], Enrolment)] == [{"all": "1"}]
    assert not Change.select().where(Change.after.contains(f'={number}"')).exists()


# -- views with a name ---------------------------------------------------------


def test_a_view_is_kept_under_its_name_and_undone(staff):
    keep(staff["a"], "  三年级\t各班 ")
    keep_layout(staff["a"], Enrolment, layout={}, words={})
    assert names(staff["a"]) == ["", "三年级 各班"]
    assert Operation.get(Operation.sentence == "保存视图“三年级 各班”（学籍名册）").undoable
    undo(staff["a"], Operation.get(Operation.action == "view:keep", Operation.undoable))
    assert names(staff["a"]) == [""]


def test_a_view_is_changed_at_the_version_that_was_shown(staff):
    row = keep(staff["a"])
    row = keep(staff["a"], words={}, version=row.version)
    assert [(view.words, view.version) for view in views_for(staff["a"], Enrolment)] == [({}, 2)]
    with pytest.raises(Conflict, match="已被改动（a，"):
        keep(staff["a"], version=1)
    with pytest.raises(RuleBroken, match="已有名为“三年级”的视图"):
        keep(staff["a"])
    assert keep(staff["a2"]).version == 1


@pytest.mark.parametrize("name", ["", " \t ", "长" * 41, "a\0b"])
def test_a_view_needs_a_name_one_can_read(staff, name):
    with pytest.raises(RuleBroken, match="视图要有名称，最多 40 个字"):
        keep(staff["a"], name)
    assert keep(staff["a"], "长" * 40)


@pytest.mark.parametrize("words", [{"search": "{}"}, {"id_number": "={}|-"}, {"name": "王 {}x"}])
def test_a_whole_number_is_not_kept(staff, world, words):
    number = world.children["a1"].id_number
    with pytest.raises(RuleBroken, match="完整的身份证号"):
        keep(staff["a"], words={word: value.format(number) for word, value in words.items()})
    assert names(staff["a"]) == []


def test_only_what_is_of_the_table_is_kept(staff):
    for broken in ({"words": {"state": "x"}}, {"layout": {"columns": [{"name": "nothing"}]}}, {"words": []}):
        with pytest.raises(RuleBroken, match="视图没有保存"):
            keep(staff["a"], **broken)
        with pytest.raises(RuleBroken, match="视图没有保存"):
            keep_layout(staff["a"], Enrolment, **{"layout": {}, "words": {}} | broken)
    for secret in ("account.password_hash", "digest"):
        with pytest.raises(RuleBroken):
            keep_view(staff["system"], SavedView, name="x", words={secret: "1"}, layout={})
    assert SavedView.select().count() == 0


# -- shared --------------------------------------------------------------------


def test_an_office_shares_with_all_below_it_and_beside_it(staff):
    keep(staff["county"], shared=True)
    keep(staff["county"], "自己的")
    given = {key for key, actor in staff.items() if "三年级" in names(actor)}
    assert given == {"county", "auditor", "town", "a", "a2", "b", "c"}
    assert [key for key, actor in staff.items() if "自己的" in names(actor)] == ["county"]


def test_a_school_shares_within_itself(staff):
    keep(staff["a"], shared=True)
    assert {key for key, actor in staff.items() if names(actor)} == {"a", "a2"}


def test_each_is_told_who_shares_it_ones_own_first_in_one_query(staff, queries):
    keep(staff["county"], "一", shared=True)
    keep(staff["town"], "二", shared=True)
    keep(staff["a"], "三")
    with queries() as sent:
        found = [(view.name, view.mine, view.by) for view in views_for(staff["a"], Enrolment)]
    assert found == [
        ("三", True, ""),
        *(("一", False, "德安县学生资助管理中心"), ("二", False, "蒲亭镇中心校")),
    ]
    assert len(sent) == 1


def test_a_layout_one_left_is_never_shared(staff):
    keep_layout(staff["county"], Enrolment, layout=LAYOUT, words={})
    SavedView.update(shared=True).execute()
    assert names(staff["a"]) == []


@pytest.mark.parametrize("who", ["auditor", "system"])
def test_sharing_needs_its_permission(staff, who):
    row = keep(staff[who])
    for options in ({"name": "新的"}, {"version": row.version}):
        with pytest.raises(NotAllowed, match="共享表格视图"):
            keep(staff[who], shared=True, **options)
    assert [view.shared for view in views_for(staff[who], Enrolment)] == [False]


def test_a_shared_view_can_be_taken_back(staff):
    row = keep(staff["county"], shared=True)
    keep(staff["county"], shared=False, version=row.version)
    assert names(staff["a"]) == []


def test_views_go_with_their_account_to_the_school_it_is_merged_into(staff, world):
    row = keep(staff["a"], shared=True)
    keep_layout(staff["a"], Enrolment, layout=LAYOUT, words={})
    merge(staff["county"], *(Organisation.get_by_id(world.organisations[key].id) for key in ("a", "c")))
    assert names(actor_of(Account.get_by_id(row.account_id))) == ["", "三年级"]
    assert names(staff["c"]) == ["三年级"]


# -- removed -------------------------------------------------------------------


def test_a_view_is_removed_by_its_maker_and_brought_back(staff):
    row = keep(staff["a"])
    outcome = remove_view(staff["a"], row)
    assert (names(staff["a"]), outcome.rows, newest().sentence) == ([], 1, "删除视图 1 个：三年级")
    undo(staff["a"], newest())
    assert names(staff["a"]) == ["三年级"]


def test_a_view_is_not_removed_or_changed_by_others(staff):
    row = keep(staff["a"], shared=True)
    for who in ("a2", "county", "b", "far"):
        with pytest.raises(OutOfScope):
            remove_view(staff[who], row)
        assert keep(staff[who], version=1).id != row.id
    assert SavedView.get_by_id(row.id).version == 1


@pytest.mark.parametrize("who", ["a2", "town", "county", "auditor"])
def test_what_was_done_to_a_view_is_undone_by_its_maker_alone(staff, who):
    keep(staff["a"])
    done = newest()
    assert (may_undo(staff["a"], done), may_undo(staff[who], done)) == (True, False)
    with pytest.raises(OutOfScope):
        undo(staff[who], done)
    assert names(staff["a"]) == ["三年级"]


def test_one_keeps_so_many_views_of_a_table_and_no_more(staff):
    keep_layout(staff["a"], Enrolment, layout=LAYOUT, words={})
    for number in range(MOST):
        keep(staff["a"], f"视图{number}")
    with pytest.raises(RuleBroken, match="最多保存 50 个"):
        keep(staff["a"], "还有一个")
    keep(staff["a"], "视图1", words={}, version=1)
    keep(staff["a2"], "还有一个")


def test_a_view_that_moved_on_is_not_removed(staff):
    row = keep(staff["a"])
    keep(staff["a"], words={}, version=1)
    with pytest.raises(Conflict):
        remove_view(staff["a"], row)
    with pytest.raises(Conflict):
        remove_views(staff["a"], Selection.ticked(SavedView, {row.id: 1}))


def test_keeping_and_removing_need_the_permission(staff, monkeypatch):
    row = keep(staff["a"])
    monkeypatch.setitem(ROLES_MAY, Role.SCHOOL, ROLES_MAY[Role.SCHOOL] - {Permission.VIEW_KEEP})
    for act in (
        lambda: keep(staff["a"], "别的"),
        lambda: keep_layout(staff["a"], Enrolment, layout={}, words={}),
        lambda: remove_view(staff["a"], row),
    ):
        with pytest.raises(NotAllowed, match="保存表格视图"):
            act()


def test_without_an_account_one_opens_what_is_shared_and_keeps_nothing(staff, world):
    row, command_line = keep(staff["county"], shared=True), world.actors["county"]
    for act in (
        lambda: keep(command_line, "别的"),
        lambda: keep_layout(command_line, Enrolment, layout={}, words={}),
        lambda: remove_view(command_line, row),
    ):
        with pytest.raises(OutOfScope):
            act()
    assert [(view.name, view.mine) for view in views_for(command_line, Enrolment)] == [("三年级", False)]
