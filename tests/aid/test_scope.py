"""Scope: for each role and each table, exactly the rows that are its own. The expectation is worked out in Python."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.ledger import writing
from aid.operations import accounts
from aid.permissions import Permission
from aid.scope import CHANGEABLE, OWNED, SYSTEM, Scope, changeable, scope_of, significant, visible, within
from models import (
    MODELS,
    Account,
    AidGrant,
    AidItem,
    AidStandard,
    Beneficiary,
    Change,
    ColumnChoice,
    CountySetting,
    DropoutCase,
    DropoutVisit,
    Enrolment,
    HeldRow,
    ImportRun,
    MadeWorkbook,
    Notice,
    Operation,
    Organisation,
    OwnColumn,
    Proof,
    PublicNotice,
    Region,
    RegisterBatch,
    RegisterPerson,
    Role,
    Row,
    SavedView,
    Session,
    Submission,
    Summary,
    Upload,
)

SCHOOLS = ("a", "b", "c", "far")
COUNTY_PLACES = {"county", "town", "a", "b", "c"}
OFFICES_OF = {  # whose organisations an actor reads
    "province": {"province", "city", "other_county", "far"} | COUNTY_PLACES,
    "city": {"city", "other_county", "far"} | COUNTY_PLACES,
    "county": COUNTY_PLACES,
    "auditor": COUNTY_PLACES,
    "town": {"town", "a", "b"},
    "other_county": {"other_county", "far"},
    **{school: {school} for school in SCHOOLS},
}
CHILDREN_OF = {  # by school or by household
    "province": {"a1", "a2", "b1", "c1", "far1", "away"},
    "city": {"a1", "a2", "b1", "c1", "far1", "away"},
    "county": {"a1", "a2", "b1", "c1", "away"},
    "auditor": {"a1", "a2", "b1", "c1", "away"},
    "town": {"a1", "a2", "b1", "away"},
    "other_county": {"far1", "away"},
    "a": {"a1", "a2"},
    "b": {"b1"},
    "c": {"c1"},
    "far": {"far1", "away"},
}
SHARES_WITH = {  # the offices above, whose shared views an actor reads beside those made in its place
    "city": {"province"},
    **{key: {"province", "city"} for key in ("county", "auditor", "other_county")},
    **{key: {"province", "city", "county"} for key in ("town", "c")},
    **{key: {"province", "city", "county", "town"} for key in ("a", "b")},
    "far": {"province", "city", "other_county"},
}
ITEMS_OF = {  # the offices of whose counties one reads the items of aid: its county's, in a school and a township too
    **OFFICES_OF,
    **dict.fromkeys(("town", "a", "b", "c"), COUNTY_PLACES),
    "far": {"other_county", "far"},
}
AT_OWN_SCHOOLS = {
    **CHILDREN_OF,
    "county": {"a1", "a2", "b1", "c1"},
    "auditor": {"a1", "a2", "b1", "c1"},
    "town": {"a1", "a2", "b1"},
}
DROPOUTS_OF = {  # by household alone, and no school's
    **{key: {"a1", "a2", "b1", "c1", "far1", "away"} for key in ("province", "city")},
    **{key: {"a1", "a2", "b1", "c1", "away"} for key in ("county", "auditor")},
    "town": {"a1", "a2", "b1", "away"},
    "other_county": {"far1"},
    **{school: set() for school in SCHOOLS},
}
BATCHES_OF = {  # the offices whose batches an actor reads: below the county, those with a person of its own
    "province": {"county", "other_county"},
    "city": {"county", "other_county"},
    "county": {"county"},
    "auditor": {"county"},
    "town": {"county", "other_county"},
    "other_county": {"other_county"},
    **{school: {"other_county" if school == "far" else "county"} for school in SCHOOLS},
}


@pytest.fixture
def peopled(world):
    """The small world, with an account, an import, a held row and a choice everywhere, and a paper of every child."""
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        for key, child in world.children.items():
            picture = {"file": key, "digest": key, "width": 1, "height": 1, "size": 1, "added_by": key}
            ledger.add(Proof, beneficiary=child, kind="handbook", note=child.name, **picture)
            told = {name: getattr(child, name) for name in ("register_person", "name", "id_number", "home_region")}
            visit = {"date": "2026-10-01", "visitor": "李老师", "outcome": "lost", "finding": "家中无人"}
            ledger.add(DropoutVisit, case=ledger.add(DropoutCase, **told), **visit)
    for key, office in world.organisations.items():
        role = Role.SCHOOL if key in SCHOOLS else Role(office.kind)
        account, _ = accounts.open_account(SYSTEM, organisation=office, role=role, login=f"x.{key}", name=key)
        with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
            run = ledger.add(ImportRun, office=office, kind="roll", file_name=key, digest="")
            ledger.add(Upload, office=office, kind="roll", file_name=key, staged=key)
            ledger.add(HeldRow, run=run, sheet_row=2, column="姓名", reason="missing", message="缺", cells="[]")
            ledger.add(ColumnChoice, office=office, kind="roll", header=key)
            ledger.add(CountySetting, office=office, school_year=2026)
            column = {"table": "beneficiary", "slot": "own_text_1", "kind": "text", "since": 0, "until": 0}
            ledger.add(OwnColumn, office=office, label=key, position=1, **column)
            ledger.add(Submission, school=office, code=key, round=1)
            ledger.add(Notice, organisation=office, office=office, sentence=key)
            hung = {"first_day": "2026-12-01", "last_day": "2026-12-07", "heads": 0, "maker": key, "rows": "[]"}
            ledger.add(PublicNotice, school=office, heading=key, term="2026秋", **hung)
            item = ledger.add(AidItem, office=office, name=key)
            ledger.add(AidStandard, item=item, stage="primary", amount_fen=1)
        with writing(accounts.actor_of(account), Permission.ACCOUNT_SELF) as ledger:
            ledger.change(account, name=f"{key}的账号")
            ledger.add(Session, account=account, digest=key)
            for name, shared in ((key, True), (f"{key}自己的", False)):
                ledger.add(SavedView, account=account, table="enrolment", name=name, shared=shared)
                ledger.add(Summary, account=account, name=name, shared=shared)
            reach = accounts.actor_of(account).scope
            book = {"office": office, "school": reach.school_id, "prefix": reach.prefix}
            ledger.add(MadeWorkbook, account=account, name=key, maker=key, slug=key, file=key, **book)
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        for child in world.children.values():
            words = {"name": child.name, "id_number": child.id_number, "school": child.school}
            ledger.add(AidGrant, beneficiary=child, item=1, term="2026秋", amount_fen=1, **words)
    return world


def keys_of(model: type[Row], query) -> set[str]:
    """Rows by the key of the small world they belong to."""
    kept_by_office = (OwnColumn, RegisterBatch, AidItem, Upload, ImportRun, ColumnChoice, CountySetting, MadeWorkbook)
    told = {
        **dict.fromkeys(kept_by_office, lambda row: row.office.name),
        Region: lambda row: row.name,
        Organisation: lambda row: row.name,
        Account: lambda row: row.organisation.name,
        Session: lambda row: row.account.organisation.name,
        SavedView: lambda row: row.name,
        Summary: lambda row: row.name,
        RegisterPerson: lambda row: row.name,
        Enrolment: lambda row: row.name,
        Beneficiary: lambda row: row.name,
        AidStandard: lambda row: row.item.office.name,
        AidGrant: lambda row: row.name,
        DropoutCase: lambda row: row.name,
        DropoutVisit: lambda row: row.case.name,
        Operation: lambda row: row.organisation.name if row.organisation else "system",
        Change: lambda row: row.operation.organisation.name if row.operation.organisation else "system",
        HeldRow: lambda row: row.run.office.name,
        Submission: lambda row: row.school.name,
        Notice: lambda row: row.organisation.name,
        PublicNotice: lambda row: row.school.name,
        Proof: lambda row: row.note,
    }[model]
    return {told(row) for row in query}


def expected(world, model: type[Row], who: str, *, to_change: bool) -> set[str]:
    offices = {world.organisations[key].name for key in OFFICES_OF[who]}
    everywhere = {office.name for office in world.organisations.values()}
    children = {world.children[key].name for key in (AT_OWN_SCHOOLS if to_change else CHILDREN_OF)[who]}
    receivers = {world.organisations[key].name for key in BATCHES_OF[who]}
    batches = receivers & offices if to_change else receivers
    registered = {row.name for row in RegisterPerson if row.batch.office.name in batches}
    acted = {office for office in offices if Operation.select().join(Organisation).where(Organisation.name == office)}
    shared = set() if to_change else SHARES_WITH.get(who, set())
    own = {world.organisations["county" if who == "auditor" else who].name}
    keeping = {world.organisations[key].name for key in (OFFICES_OF if to_change else ITEMS_OF)[who]}
    dropouts = {world.children[key].name for key in DROPOUTS_OF[who]}
    kept = shared | {name for key in OFFICES_OF[who] for name in (key, f"{key}自己的")}
    return {
        AidItem: keeping,
        AidStandard: keeping,
        **dict.fromkeys((DropoutCase, DropoutVisit), dropouts),
        **dict.fromkeys((OwnColumn, CountySetting), offices if to_change else everywhere),
        SavedView: kept,
        Summary: kept,
        MadeWorkbook: own if to_change else offices,
        Region: {region.name for region in world.regions.values()},
        RegisterBatch: batches,
        RegisterPerson: registered if to_change else children,
        Enrolment: {child.name for child in world.children.values() if child.school.name in offices},
        **dict.fromkeys((Beneficiary, Proof, AidGrant), children),
        **dict.fromkeys((Operation, Change), acted),
    }.get(model, offices)


def test_each_role_reads_and_changes_its_own_rows(peopled):
    wrong = []
    for who, model in product(OFFICES_OF, MODELS):
        scope = peopled.actors[who].scope
        for reader, to_change in ((visible, False), (changeable, True)):
            found = keys_of(model, reader(model, scope))
            wanted = expected(peopled, model, who, to_change=to_change)
            if found != wanted:
                wrong.append((who, reader.__name__, model.__name__, found - wanted, wanted - found))
    assert wrong == []


def test_what_one_may_change_one_may_read(peopled):
    for who, model in product(OFFICES_OF, MODELS):
        scope = peopled.actors[who].scope
        readable = visible(model, scope).select(model.id)
        assert not changeable(model, scope).where(model.id.not_in(readable)).exists(), (who, model)


def test_of_rows_with_these_ids_those_that_are_ones_own(peopled):
    """However the question is put to the database: by the rule first, or by the ids first."""
    for who, model in product(OFFICES_OF, MODELS):
        scope = peopled.actors[who].scope
        ids = [row.id for row in model.select().order_by(model.id)][::2]
        for reader in (visible, changeable):
            wanted = {row.id for row in reader(model, scope)} & set(ids)
            assert {row.id for row in within(reader(model, scope), ids)} == wanted, (who, model)


def test_a_school_reads_nothing_for_lying_in_a_place(world):
    """A child of its own town is another school's child, on the list and on the register."""
    town, child = world.regions["town"], world.children["b1"]
    columns = {"name": "邻居", "id_number": "N1", "hardship": "lifted", "home_region": town}
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        batch = child.register_person.batch
        ledger.add(RegisterPerson, batch=batch, household_no="N", head_name="邻", **columns)
        ledger.add(Beneficiary, school=child.school, **columns)
    for model in (RegisterPerson, Beneficiary):
        assert "邻居" not in {row.name for row in visible(model, world.actors["a"].scope)}, model
        assert "邻居" in {row.name for row in visible(model, world.actors["town"].scope)}, model


def test_the_system_reads_every_row_and_a_scope_of_nowhere_none(peopled):
    nowhere = scope_of(Role.COUNTY, None)
    for model in MODELS:
        assert visible(model, SYSTEM.scope).count() == model.select().count() > 0, model
        if model not in (Region, CountySetting, OwnColumn):
            assert not visible(model, nowhere).exists(), model
            assert not changeable(model, nowhere).exists(), model


def test_a_table_without_an_owner_is_refused():
    class Stray(Row):
        title = "无主"

    for read in (visible, changeable):
        with pytest.raises(KeyError):
            read(Stray, SYSTEM.scope)


def test_every_table_has_an_owner():
    assert set(OWNED) == set(MODELS)
    assert set(CHANGEABLE) <= set(OWNED)


def test_history_of_secrets_is_as_visible_as_its_operation_and_holds_none(peopled):
    for change in visible(Change, SYSTEM.scope).where(Change.table == "account"):
        values = json.loads(change.after)
        assert {values.get(name, "***") for name in Account.secret} == {"***"}


codes = st.from_regex(r"[1-9][0-9]{11}", fullmatch=True)


@given(code=codes, digits=st.sampled_from([2, 4, 6, 9, 12]))
def test_significant_digits_name_the_same_place(code, digits):
    place = code[:digits].ljust(12, "0")
    assert significant(place).ljust(12, "0") == place
    assert len(significant(place)) <= digits


@given(code=codes, role=st.sampled_from([Role.PROVINCE, Role.CITY, Role.COUNTY, Role.TOWNSHIP, Role.AUDITOR]))
def test_no_role_reaches_out_of_its_organisations_place(code, role):
    organisation = Organisation(id=1, region=Region(id=1, code=code))
    scope = scope_of(role, organisation)
    assert code.startswith(scope.prefix)
    assert len(scope.prefix) >= len(significant(code))
    assert scope_of(Role.SCHOOL, organisation) == Scope(code, 1)
