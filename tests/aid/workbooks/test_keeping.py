"""Workbooks that are kept: asked for, made, downloaded by whose scope covers them, removed; each on record."""

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.accounts import actor_of, open_account
from aid.operations.checking import confirm_many
from aid.permissions import Permission
from aid.scope import SYSTEM
from aid.selection import Selection
from aid.workbooks import store
from aid.workbooks.keeping import ask, ask_again, offered, remove, take
from aid.workbooks.making import MAKER, make
from models import Account, AccountStatus, Beneficiary, MadeWorkbook, MakingState, Operation, Role
from tests.aid.workbooks.conftest import opened, read, with_account


@pytest.fixture
def clerk(world, tmp_path):
    return with_account(world, "county", tmp_path)


def made(actor, slug="school-progress") -> MadeWorkbook:
    return MAKER.soon(ask(actor, slug))


def last() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def test_a_workbook_is_made_and_kept_with_its_maker_and_the_state_it_is_of(clerk, world):
    outcome = confirm_many(clerk, Selection.ticked(Beneficiary, {world.children["a1"].id: 1}))
    row = made(clerk)
    assert (row.state, row.name, row.maker) == (MakingState.DONE, "学校核对进度", "county")
    assert row.newest == outcome.operation_id
    path = take(clerk, row)
    assert path.stat().st_size == row.size > 1000
    assert row.rows == len(read(path, "学校核对进度").lines) > 3
    assert (last().action, last().rows) == ("event:export", row.rows)
    assert last().sentence == f"导出学校核对进度（xlsx，#{row.id}）"


def test_exports_and_workbooks_are_no_change_of_the_data(clerk):
    first = made(clerk)
    take(clerk, first)
    assert made(clerk).newest == first.newest


def test_the_file_tells_nothing_by_its_name_and_is_nobody_elses(clerk):
    path = take(clerk, made(clerk))
    assert (len(path.stem), path.stat().st_mode & 0o777) == (32, 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_a_colleague_has_waiting_is_not_ones_own(clerk, world):
    office = world.organisations["county"]
    account, _ = open_account(SYSTEM, organisation=office, role=Role.COUNTY, login="u.county2", name="county2")
    first, again = ask(clerk, "school-progress"), ask(clerk, "school-progress")
    other = ask(actor_of(account), "school-progress")
    assert (first.id, other.maker) == (again.id, "county2")
    assert other.id != first.id


@pytest.mark.parametrize(
    ("who", "maker", "may"),
    [
        *(("county", "county", True), ("city", "county", True), ("province", "town", True), ("county", "a", True)),
        *(("town", "a", True), ("a", "county", False), ("town", "county", False), ("a", "town", False)),
        *(("a", "b", False), ("town", "c", False), ("other_county", "county", False), ("other_county", "city", False)),
    ],
)
def test_who_reads_all_that_the_maker_read_may_download_it(world, tmp_path, who, maker, may):
    row = made(with_account(world, maker, tmp_path))
    if may:
        assert take(world.actors[who], row).is_file()
        return
    with pytest.raises(OutOfScope):
        take(world.actors[who], row)


def test_the_permission_is_needed_to_ask_and_to_download(world, tmp_path):
    auditor, town = (with_account(world, key, tmp_path) for key in ("auditor", "town"))
    clerk = with_account(world, "county", tmp_path)
    for actor, slug in ((auditor, "school-progress"), (town, "accounts"), (world.actors["a"], "unplaced")):
        with pytest.raises(NotAllowed):
            ask(actor, slug)
        assert slug not in {book.slug for book in offered(actor)}
    with pytest.raises(NotAllowed):
        take(auditor, made(clerk))
    assert not MadeWorkbook.select().where(MadeWorkbook.account != clerk.account_id).exists()
    with pytest.raises(OutOfScope):
        ask(clerk, "no-such-book")


def test_what_waits_is_not_asked_for_twice(clerk):
    first = ask(clerk, "accounts")
    operations = Operation.select().count()
    assert ask(clerk, "accounts").id == first.id
    assert Operation.select().count() == operations
    assert ask(clerk, "unplaced").id != first.id


def test_there_is_no_file_before_it_is_made(clerk):
    with pytest.raises(RuleBroken, match="正在生成"):
        take(clerk, ask(clerk, "accounts"))


def test_a_file_that_is_gone_is_told(clerk):
    row = made(clerk)
    store.remove(row.file)
    with pytest.raises(RuleBroken, match="重新生成"):
        take(clerk, row)


def test_it_is_removed_with_its_file(clerk):
    rows = [made(clerk), made(clerk, "accounts")]
    assert remove(clerk, Selection.ticked(MadeWorkbook, {row.id: row.version for row in rows})).rows == 2
    assert store.names() == set()
    assert not MadeWorkbook.select().exists()
    assert last().sentence == "删除生成的汇总表 2 份：学校核对进度、机构账号"
    assert not last().undoable


def test_what_is_being_made_and_what_is_anothers_is_not_removed(world, tmp_path, clerk):
    waiting, school = ask(clerk, "accounts"), made(with_account(world, "a", tmp_path))
    with pytest.raises(RuleBroken, match="正在生成"):
        remove(clerk, Selection.ticked(MadeWorkbook, {waiting.id: 1}))
    with pytest.raises(OutOfScope):
        remove(clerk, Selection.ticked(MadeWorkbook, {school.id: school.version}))
    with pytest.raises(NotAllowed):
        remove(world.actors["auditor"], Selection.ticked(MadeWorkbook, {waiting.id: 1}))
    assert MadeWorkbook.select().count() == 2


def failed(actor) -> MadeWorkbook:
    """One whose maker was locked out before it was made."""
    row = ask(actor, "accounts")
    Account.update(status=AccountStatus.LOCKED).where(Account.id == actor.account_id).execute()
    make(row)
    Account.update(status=AccountStatus.OPEN).where(Account.id == actor.account_id).execute()
    return MadeWorkbook.get_by_id(row.id)


def test_what_was_not_made_says_why_and_is_asked_for_again(clerk):
    row = failed(clerk)
    assert row.state == MakingState.FAILED
    assert "u.county" in row.message
    assert store.names() == set()
    again = MAKER.soon(ask_again(clerk, row))
    assert (again.id, again.state, again.message) == (row.id, MakingState.DONE, "")


def test_only_what_failed_is_asked_for_again_and_as_it_was_shown(world, clerk):
    row = made(clerk)
    with pytest.raises(RuleBroken, match="已生成"):
        ask_again(clerk, row)
    row = failed(clerk)
    row.version -= 1
    with pytest.raises(Conflict):
        ask_again(clerk, row)
    with pytest.raises(OutOfScope):
        ask_again(world.actors["other_county"], row)
    with pytest.raises(NotAllowed):
        ask_again(world.actors["town"], row)


def test_it_is_not_made_for_whoever_reads_something_else_by_now(world, clerk):
    row = ask(clerk, "accounts")
    with writing(SYSTEM, Permission.ACCOUNT_MANAGE) as ledger:
        account = Account.get_by_id(clerk.account_id)
        ledger.change(account, role="county", organisation=world.organisations["other_county"])
    make(row)
    row = MadeWorkbook.get_by_id(row.id)
    assert (row.state, "管理范围变了" in row.message) == (MakingState.FAILED, True)


def test_the_term_that_was_chosen_is_part_of_its_name_and_made_again(clerk):
    row = ask(clerk, "public-list", term="2025年秋季学期")
    assert (row.name, row.term) == ("公示名单（2025秋）", "2025秋")
    assert ask(clerk, "public-list", term="2025秋").id == row.id != ask(clerk, "public-list").id
    MadeWorkbook.update(state=MakingState.FAILED).where(MadeWorkbook.id == row.id).execute()
    row = MAKER.soon(ask_again(clerk, MadeWorkbook.get_by_id(row.id)))
    assert (row.state, row.name, row.term) == (MakingState.DONE, "公示名单（2025秋）", "2025秋")
    with opened(take(clerk, row), values=True) as book:
        assert "2025秋" in book.worksheets[0]["A1"].value
    assert last().sentence == f"导出公示名单（2025秋）（xlsx，#{row.id}）"


@pytest.mark.parametrize(("slug", "term"), [("aid-summary", "2026-1"), ("aid-summary", "=1"), ("roster", "2026秋")])
def test_no_term_and_a_workbook_that_is_of_none_are_refused(clerk, slug, term):
    with pytest.raises(RuleBroken, match="学期"):
        ask(clerk, slug, term=term)
    assert not MadeWorkbook.select().exists()
