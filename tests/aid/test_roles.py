"""The matrix of roles says what is so: of every permission, and of the tables that the operations really write."""

from collections import defaultdict

from aid.editing import EDITORS, save
from aid.imports import FORMATS, run_import
from aid.imports.choices import remember
from aid.ledger import writing
from aid.operations import (
    account_status,
    accounts,
    checking,
    duplicates,
    matching,
    mergers,
    organisations,
    own_columns,
    saved_views,
    sessions,
)
from aid.permissions import ROLES, Permission
from aid.roles import TABLES, document, holders, reads_only
from aid.scope import SYSTEM
from aid.selection import Selection
from models import (
    MODELS,
    Account,
    AidGrant,
    AidItem,
    AidStandard,
    Beneficiary,
    Change,
    DropoutCase,
    InvalidReason,
    Operation,
    Organisation,
    OwnKind,
    Region,
    Role,
)
from tests.aid.editing.gestures import edit, gesture
from tests.aid.giving import give_all, ready
from tests.aid.imports.odd_files import HEADER, SOUND, line, with_sheet
from tests.source import ROOT


def test_every_permission_is_in_it_and_every_table():
    assert set(TABLES) == set(Permission)
    assert {table for tables in TABLES.values() for table in tables} == set(MODELS)


def test_a_tick_is_what_the_program_asks():
    for permission in Permission:
        assert holders(permission) == [permission in ROLES[role] for role in Role]
    assert {permission.value for permission in Permission if reads_only(permission)} >= {"roll:read", "unplaced:read"}


def test_the_document_is_made_from_it():
    assert (ROOT / "docs/roles.md").read_text(encoding="utf-8") == document()


TYPED = (  # a cell of every table that is edited in the grid
    (Account, 1, {"name": "李"}),
    (Beneficiary, 1, {"grade": "四年级"}),
    (Organisation, 5, {"name": "改名的小学"}),
    (DropoutCase, 1, {"own_text_1": "外出务工"}),
    (Region, 4, {"name": "蒲亭街道"}),
    (AidItem, 1, {"note": "县里的"}),
    (AidStandard, 1, {"amount_fen": "600"}),
    (AidGrant, 1, {"note": "补发"}),
)


def work(world, tmp_path) -> None:
    """A day at the county: each kind of operation once."""
    county, at = world.actors["county"], world.organisations
    path = tmp_path / "regions.xlsx"
    path.write_bytes(with_sheet(line(1, *HEADER), line(2, *SOUND)))
    run_import(county, "regions", path, file_name="regions.xlsx")
    for sheet in FORMATS.values():
        remember(county, sheet, {"备注": ""})
    matching.match(county)
    give_all(world, ready(world))
    checking.confirm(world.actors["a"], world.children["a1"])
    checking.mark_invalid(county, world.children["b1"], reason=InvalidReason.GRADUATED)
    account, password = accounts.open_account(county, organisation=at["a"], role=Role.SCHOOL, login="pt01", name="王")
    sessions.sign_in("pt01", password, address="")
    saved_views.keep_view(accounts.actor_of(account), Account, name="新开的", words={}, layout={}, shared=True)
    account_status.open_missing(county, expected=2)
    fresh = Account.get_by_id(account.id)
    account_status.lock(county, Selection.ticked(Account, {fresh.id: fresh.version}))
    place = {"kind": "school", "stage": "primary", "region": world.regions["town"]}
    row = organisations.add(county, at["county"], name="新小学", **place)
    organisations.edit(county, row, name="更新的小学")
    own_columns.define(county, "dropout_case", kind=OwnKind.TEXT, label="去向")
    with writing(county, Permission.DROPOUT_KEEP) as ledger:
        person = world.children["c1"].register_person
        ledger.add(DropoutCase, register_person=person, name="陈", id_number="", home_region=world.regions["town"])
    for model, key, columns in TYPED:
        save(county, model, gesture(edit(model.get_by_id(key), **columns)))
    save(county, Organisation, gesture(added=[{"name": "第三小学", "stage": "小学", "region": "蒲亭街道"}]))
    mergers.merge(county, Organisation.get_by_id(at["a"].id), Organisation.get_by_id(at["c"].id))
    mergers.close(county, Organisation.get_by_id(at["b"].id))
    assert duplicates.open_groups(SYSTEM.scope).count() == 0


def test_what_is_edited_in_the_grid_is_a_table_its_permission_writes():
    assert {model for model, _, _ in TYPED} == set(EDITORS)
    for model, editor in EDITORS.items():
        assert model in TABLES[editor.permission]
        assert not reads_only(editor.permission)


def test_no_operation_writes_a_table_that_its_permission_does_not_name(world, tmp_path):
    before = Operation.select().count()
    work(world, tmp_path)
    written = defaultdict(set)
    for action, table in (
        Change.select(Operation.action, Change.table).join(Operation).where(Operation.id > before).distinct().tuples()
    ):
        written[action].add(table)
    beyond = {
        action: tables - {table._meta.table_name for table in TABLES[Permission(action)]}
        for action, tables in written.items()
    }
    assert len(written) >= 6
    assert not {action: tables for action, tables in beyond.items() if tables}
