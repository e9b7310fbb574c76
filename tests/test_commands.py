"""The command line, on a small county of the generator's: what it prints, as whom it acts, how it refuses."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from app import create_app
from bench.county import make_county
from config import Config
from models import (
    Account,
    Beneficiary,
    Enrolment,
    Operation,
    Organisation,
    Region,
    RegisterBatch,
    RegisterPerson,
    db,
)
from tests.aid.imports.sheets import write

OFFICE = "命令行"


@pytest.fixture(scope="session")
def sheets(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sheets")
    make_county(folder, roll_rows=400, register_rows=90)
    return folder


@pytest.fixture
def flask(tmp_path) -> Iterator:
    """Run one command as `flask --app app …` does; the database stays open to be looked at."""
    app = create_app(Config(data_dir=tmp_path, secret_key="s" * 32))
    runner = app.test_cli_runner()

    def run(*words: object) -> Result:
        result = runner.invoke(args=[str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        db.connect(reuse_if_open=True)
        return result

    with db.connection_context():
        yield run


@pytest.fixture
def places(flask, sheets):
    for slug in ("regions", "organisations"):
        assert flask("import", slug, sheets / f"{slug}.xlsx").exit_code == 0
    return flask


@pytest.fixture
def county(places, sheets):
    assert places("import", "register", sheets / "register.xlsx", "--batch", "2026秋").exit_code == 0
    assert places("import", "roll", sheets / "roll.xlsx").exit_code == 0
    assert places("match").exit_code == 0
    return places


def office_code() -> str:
    return Organisation.get(Organisation.kind == "county").code


def refused(result: Result) -> str:
    """The one sentence of a refusal: alone, on standard error, exit code 1."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    [sentence] = result.stderr.splitlines()
    return sentence


# -- import --------------------------------------------------------------------


def test_a_dry_run_tells_what_would_be_and_writes_nothing(places, sheets):
    before = Operation.select().count()
    words = ("import", "register", sheets / "register.xlsx", "--batch", "2026秋")
    tried, told = json.loads(places(*words, "--dry-run", "--json").stdout), places(*words, "--dry-run").stdout
    assert told.startswith("只是试算，没有写入：\n共 ")
    assert "如需撤销" not in told
    assert (Operation.select().count(), RegisterPerson.select().count()) == (before, 0)
    done = json.loads(places(*words, "--json").stdout)
    assert tried == done


def test_places_come_in_by_the_system_while_there_is_no_county(places):
    assert {operation.actor for operation in Operation.select()} == {SYSTEM.name}
    assert Region.select().exists()
    assert Organisation.select().where(Organisation.kind == "school").exists()


def test_json_stands_alone_on_standard_output(places, sheets):
    result = places("import", "register", sheets / "register.xlsx", "--batch", "2026秋", "--json")
    answer = json.loads(result.stdout)
    assert {"rows", "added", "changed", "unchanged", "held_back", "warnings"} <= set(answer)
    assert answer["added"] == RegisterPerson.select().count()
    assert {frozenset(held) for held in answer["held_back"]} == {frozenset({"row", "reason", "message"})}


def test_the_register_comes_in_by_the_county_office(places, sheets):
    places("import", "register", sheets / "register.xlsx", "--batch", "2026秋")
    newest = Operation.select().order_by(Operation.id.desc()).get()
    assert (newest.actor, newest.organisation.code, newest.address) == (OFFICE, office_code(), OFFICE)


def test_the_summary_names_every_row_held_back(places, sheets):
    wanted = json.loads(places("import", "register", sheets / "register.xlsx", "--batch", "一", "--json").stdout)
    told = places("import", "register", sheets / "register.xlsx", "--batch", "二").stdout
    assert [int(row) for row in re.findall(r"第 (\d+) 行", told)] == [held["row"] for held in wanted["held_back"]]


def test_the_same_file_again_adds_nothing(county, sheets):
    before = Enrolment.select().count()
    answer = json.loads(county("import", "roll", sheets / "roll.xlsx", "--json").stdout)
    assert (answer["added"], answer["changed"], Enrolment.select().count()) == (0, 0, before)


def test_a_list_needs_its_county_first(flask, sheets):
    assert "regions" in refused(flask("import", "roll", sheets / "roll.xlsx", "--json"))


def test_an_unknown_sheet_is_answered_with_the_known_ones(flask, sheets):
    assert "regions、organisations、register、roll" in refused(flask("import", "pupils", sheets / "roll.xlsx"))


def test_of_two_sheets_of_one_kind_the_one_that_is_named_comes_in(flask, tmp_path):
    first, second = ([["区划代码", "名称", "级别"], [f"{n}0000000000", f"省{n}", "省"]] for n in (35, 36))
    path = write(tmp_path / "places.xlsx", first, second=second)
    assert "“Sheet2”），一次收一张" in refused(flask("import", "regions", path))
    assert flask("import", "regions", path, "--sheet", "Sheet2").exit_code == 0
    assert [place.name for place in Region.select()] == ["省36"]


def test_a_missing_file_is_a_sentence(places):
    assert "no-such.xlsx" in refused(places("import", "roll", "no-such.xlsx"))


def test_a_file_that_is_not_what_it_says_changes_nothing(places, tmp_path):
    page = tmp_path / "roll.xlsx"
    page.write_text("<html><body>请重新登录</body></html>")
    before = Operation.select().count()
    refused(places("import", "roll", page, "--json"))
    assert (Operation.select().count(), Enrolment.select().count()) == (before, 0)


# -- who acts ------------------------------------------------------------------


def open_account(flask, login: str, role: str, code: str) -> str:
    told = flask("account", login, "--role", role, "--organisation", code, "--name", "王芳").stdout
    return re.search(r"一次性密码 (\S+)", told)[1]


def test_as_names_the_account_that_acts(places, sheets):
    open_account(places, "clerk", "county", office_code())
    assert places("import", "roll", sheets / "roll.xlsx", "--as", "clerk").exit_code == 0
    assert Operation.select().order_by(Operation.id.desc()).get().account.login == "clerk"


def test_as_gives_no_more_than_the_account_may(places, sheets):
    school = Organisation.get(Organisation.kind == "school", Organisation.status == "open")
    open_account(places, "teacher", "school", school.code)
    assert "权限" in refused(places("import", "roll", sheets / "roll.xlsx", "--as", "teacher"))
    assert "nobody" in refused(places("match", "--as", "nobody"))


def test_with_two_counties_somebody_must_be_named(places):
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        region = Region.get(Region.level == "county")
        ledger.add(Organisation, code="999999999999", name="另一个县", kind="county", region=region)
    assert "--as" in refused(places("match"))


def test_a_login_is_opened_once_and_its_password_kept_nowhere(places):
    password = open_account(places, "clerk", "county", office_code())
    assert password not in Account.get(Account.login == "clerk").password_hash
    again = places("account", "clerk", "--role", "county", "--organisation", office_code(), "--name", "王芳")
    assert "clerk" in refused(again)


def test_a_lost_password_is_replaced_and_ends_the_sessions(places):
    old = open_account(places, "clerk", "county", office_code())
    before = Account.get(Account.login == "clerk")
    told = places("password", "clerk").stdout
    after = Account.get(Account.login == "clerk")
    assert old not in told
    assert after.must_change
    assert after.password_hash != before.password_hash


@pytest.mark.parametrize("slug", ["regions", "roll"])
def test_a_template_is_written_and_holds_nothing_to_import(places, tmp_path, slug):
    assert places("template", slug, tmp_path / "template.xlsx").exit_code == 0
    answer = json.loads(places("import", slug, tmp_path / "template.xlsx", "--json").stdout)
    assert (answer["rows"], answer["held_back"], len(answer["warnings"])) == (0, [], 1)


def test_an_unknown_template_is_answered_with_the_known_ones(places, tmp_path):
    assert "roll" in refused(places("template", "grades", tmp_path / "template.xlsx"))
    assert not (tmp_path / "template.xlsx").exists()


def test_a_template_that_cannot_be_written_is_a_sentence(places, tmp_path):
    assert "写不进去" in refused(places("template", "roll", tmp_path / "none" / "template.xlsx"))


# -- match, workbooks, undo ----------------------------------------------------


def test_matching_answers_in_json(county):
    answer = json.loads(county("match", "--json").stdout)
    assert answer["beneficiaries_added"] == 0
    assert set(answer["unplaced"]) == {"not_on_roll", "closed_school"}
    assert 0 < answer["children"] <= Beneficiary.select().count()


def test_a_delivery_is_looked_at_and_then_applied_as_the_office_and_undone(county, sheets):
    assert "只有一批名册" in refused(county("apply-delivery", "--dry-run"))
    assert county("import", "register", sheets / "register2.xlsx", "--batch", "2027春").exit_code == 0
    told, before = county("apply-delivery", "--dry-run").stdout, Operation.select().count()
    assert told.startswith("只是试算，没有写入：\n名册“2027春”与“2026秋”比：新增 ")
    tried = json.loads(county("apply-delivery", "--dry-run", "--json").stdout)
    assert (Operation.select().count(), tried["rows"], tried["waits"]) == (before, None, True)
    done = json.loads(county("apply-delivery", "--json").stdout)
    assert done == tried | {"rows": done["rows"]}
    assert Beneficiary.select().where(Beneficiary.gone_from_register).count() == tried["marked"] > 0
    newest = Operation.select().order_by(Operation.id.desc()).get()
    assert (newest.actor, newest.organisation.code) == (OFFICE, office_code())
    assert "如需撤销" not in county("apply-delivery").stdout  # again: nothing is changed
    assert county("undo", newest.id).exit_code == 0
    assert json.loads(county("apply-delivery", "--dry-run", "--json").stdout) == tried


def test_a_delivery_is_applied_by_nobody_but_its_office(county, sheets):
    assert county("import", "register", sheets / "register2.xlsx", "--batch", "2027春").exit_code == 0
    school = Organisation.get(Organisation.kind == "school", Organisation.status == "open")
    open_account(county, "teacher", "school", school.code)
    for words in (("--dry-run",), ()):
        assert "权限" in refused(county("apply-delivery", *words, "--as", "teacher"))
    assert not RegisterBatch.get(RegisterBatch.name == "2027春").current


@pytest.mark.parametrize("slug", ["regional-summary", "school-progress"])
def test_a_workbook_is_written_where_it_is_asked_for(county, tmp_path, slug):
    assert county("workbook", slug, "--out", tmp_path / "out.xlsx").exit_code == 0
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"


def test_a_workbook_of_another_term_and_of_what_is_none(county, tmp_path):
    assert county("workbook", "public-list", "--out", tmp_path / "out.xlsx", "--term", "2025秋").exit_code == 0
    told = refused(county("workbook", "accounts", "--out", tmp_path / "out.xlsx", "--term", "2025秋"))
    assert "不分学期" in told


def test_an_unknown_workbook_is_answered_with_the_known_ones(county, tmp_path):
    sentence = refused(county("workbook", "summary", "--out", tmp_path / "out.xlsx"))
    assert "regional-summary" in sentence
    assert not (tmp_path / "out.xlsx").exists()


def test_an_operation_is_undone_by_its_number(county):
    matching = Operation.select().order_by(Operation.id.desc()).get()
    assert county("undo", matching.id).exit_code == 0
    assert not Beneficiary.select().exists()
    assert "撤销" in refused(county("undo", matching.id))


def test_what_the_system_took_in_is_undone_by_the_system(places):
    newest = Operation.select().order_by(Operation.id.desc()).get()
    assert places("undo", newest.id).exit_code == 0
    assert not Organisation.select().exists()


def test_what_the_system_took_in_is_not_undone_by_a_named_account(places):
    newest = Operation.select().order_by(Operation.id.desc()).get()
    open_account(places, "clerk", "county", office_code())
    assert "管理范围" in refused(places("undo", newest.id, "--as", "clerk"))
    assert Organisation.select().exists()


def test_what_is_cleared_is_told(places):
    told = places("forget").stdout
    assert "3 年以前的记录：0 次操作" in told
    assert "30 天没有人处理的待导入的表：0 张" in told


def test_an_unknown_operation_is_a_sentence(places):
    assert "999999" in refused(places("undo", 999999))
