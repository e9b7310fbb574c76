"""Own summaries as a county, of the list and of dropout cases, each against the one GROUP BY that a hand would write
for its cells, sent raw; and its page against that and an empty view."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aid.operations.own_columns import define
from aid.summaries import subjects
from aid.summaries.crosstab import crosstab
from aid.summaries.layout import Layout
from app import create_app
from bench.county_clerk import clerk
from bench.measure import Figure, side_by_side
from bench.pages import county_session, empty_view, signed_in
from bench.scratch import open_copy
from config import Config
from models import OwnKind, db

BAR, PAGE_BAR = 3, 4
IN_COUNTY = "SELECT id FROM region WHERE code BETWEEN '{0}000000' AND '{0}999999'"
SCHOOLS = f"SELECT id FROM organisation WHERE region_id IN ({IN_COUNTY})"
SCOPE = f"(b.school_id IN ({SCHOOLS}) OR b.home_region_id IN ({IN_COUNTY}))"
SCOPE_OF_CASES = f"c.home_region_id IN ({IN_COUNTY})"
FIGURES_OF_CASES = "COUNT(DISTINCT c.id_number), COUNT(*), SUM(c.state = 'settled'), SUM(c.closed_reason = 'on_roll')"
FIGURES = "COUNT(DISTINCT b.id_number), COUNT(*), SUM(b.state <> 'unchecked')"
AT_SCHOOL = "JOIN organisation s ON s.id = b.school_id JOIN region p ON p.id = s.region_id"
GIVEN = "LEFT JOIN (SELECT beneficiary_id, SUM(amount_fen) fen FROM aid_grant GROUP BY 1) g ON g.beneficiary_id = b.id"
OWN = {OwnKind.NUMBER: "家庭收入", OwnKind.DATE: "入户日期"}
FILLED = "own_number_1 = id * 7919 % 20000 * 10000, own_date_1 = date('2024-01-01', '+' || (id % 1000) || ' days')"
OPENED = """INSERT INTO dropout_case (version, register_person_id, name, id_number, home_region_id, state, opened_at,
  opened_by, closed_by, closed_reason, own_number_1) SELECT 1, MIN(id), name, id_number, home_region_id,
  CASE WHEN id % 3 THEN 'sought' ELSE 'settled' END, datetime('2026-09-01', '+' || (id % 2000) || ' hours'), '张老师',
  '', CASE WHEN id % 3 = 0 THEN 'on_roll' END, id * 7919 % 20000 * 10000 FROM register_person GROUP BY id_number"""
VISITED = """INSERT INTO dropout_visit (version, case_id, date, visitor, outcome, finding, next_step)
  SELECT 1, id, '2026-10-05', '李老师', 'promised', '家长答应下周送孩子返校', '' FROM dropout_case WHERE id % 2"""
PAGE = "/own_summary/?row=school_township&row2=stage&column=hardship&measure=children&measure=checked&state="


@dataclass(frozen=True)
class Case:
    what: str
    layout: Layout
    groups: str
    joins: str = ""
    further: str = ""

    def sql(self, prefix: str) -> str:
        rows, figures = f"FROM beneficiary b {self.joins} WHERE {SCOPE.format(prefix)}", FIGURES
        if self.layout.of == subjects.CASES.name:
            rows, figures = f"FROM dropout_case c {self.joins} WHERE {SCOPE_OF_CASES.format(prefix)}", FIGURES_OF_CASES
        return f"SELECT {self.groups}, {figures}{self.further} {rows} GROUP BY {self.groups}"


THREE = ("children", "rows", "checked")
CASES = (
    Case("townships", Layout(("school_township",), "", THREE), "substr(p.code, 1, 9)", AT_SCHOOL),
    Case(
        "townships, stages × hardship",
        Layout(("school_township", "stage"), "hardship", THREE),
        *("substr(p.code, 1, 9), s.stage, b.hardship", AT_SCHOOL),
    ),
    Case("schools × grades", Layout(("school",), "grade", THREE), "b.school_id, b.grade"),
    Case(
        "villages, grades × hardship",
        Layout(("home_village", "grade"), "hardship", THREE),
        *("h.code, b.grade, b.hardship", "JOIN region h ON h.id = b.home_region_id"),
    ),
    Case(
        "schools, with what was given",
        Layout(("school",), "", (*THREE, "yuan")),
        *("b.school_id", GIVEN, ", SUM(g.fen)"),
    ),
    Case(
        "schools, with sum and average of an own number",
        Layout(("school",), "", (*THREE, "own_number_1_sum", "own_number_1_mean")),
        *("b.school_id", "", ", SUM(b.own_number_1), COUNT(b.own_number_1)"),
    ),
    Case(
        "townships × bands of an own number",
        Layout(("school_township",), "own_number_1_band", THREE),
        *("substr(p.code, 1, 9), b.own_number_1 / 20000000", AT_SCHOOL),
    ),
    Case(
        "schools × months of an own date",
        Layout(("school",), "own_date_1_month", THREE),
        "b.school_id, substr(b.own_date_1, 1, 7)",
    ),
)
OF_CASES = ("children", "rows", "closed", "returned")
VISITS = "(SELECT COUNT(*) FROM dropout_visit v WHERE v.case_id = c.id)"
AT_HOME = "JOIN region h ON h.id = c.home_region_id"
AGE = "2026 - CAST(substr(c.id_number, 7, 4) AS INT) - (CAST(substr(c.id_number, 11, 2) AS INT) > 8)"
DROPOUTS = (
    Case(
        "townships, ages × hardship of cases",
        Layout(("home_township", "age"), "register_person.hardship", OF_CASES, of=subjects.CASES.name),
        f"substr(h.code, 1, 9), {AGE}, p.hardship",
        f"{AT_HOME} JOIN register_person p ON p.id = c.register_person_id",
    ),
    Case(
        "villages × months opened, with visits, of cases",
        Layout(("home_village",), "opened_at_month", (*OF_CASES, "visits", "visited"), of=subjects.CASES.name),
        *("h.code, substr(date(c.opened_at, '+8 hours'), 1, 7)", AT_HOME, f", SUM({VISITS}), SUM({VISITS} > 0)"),
    ),
    Case(
        "townships × bands of an own number of cases",
        Layout(("home_township",), "own_number_1_band", (*OF_CASES, "own_number_1_sum"), of=subjects.CASES.name),
        *("substr(h.code, 1, 9), c.own_number_1 / 20000000", AT_HOME, ", SUM(c.own_number_1)"),
    ),
)


def measure(matched: Path, *, repetitions: int) -> list[Figure]:
    """`matched` is a database with register, roll and lists."""
    open_copy(matched, matched.with_name("summaries.sqlite3"))
    actor = clerk()
    for kind, label in OWN.items():
        define(actor, "beneficiary", kind=kind, label=label)
    define(actor, subjects.CASES.name, kind=OwnKind.NUMBER, label="负债")
    for sql in (f"UPDATE beneficiary SET {FILLED}", OPENED, VISITED):
        db.execute_sql(sql)
    figures = []
    for case in (*CASES, *DROPOUTS):
        groups = len(_bare(case, actor.scope.prefix)())
        took, floor = side_by_side(
            lambda case=case: crosstab(actor, case.layout), _bare(case, actor.scope.prefix), repetitions=repetitions
        )
        figures.append(Figure(f"summary by {case.what} ({groups:,})", took, BAR, floor))
    return figures


def measure_page(data_dir: Path, *, repetitions: int) -> list[Figure]:
    """`data_dir` holds a matched county as zhuxue.sqlite3."""
    app = create_app(Config(data_dir=data_dir, secret_key="s" * 32))
    app.testing = True
    with db.connection_context():
        account, token = county_session()
        prefix = account.organisation.region.code[:6]
    client, empty, bare = signed_in(app, token), empty_view(), _bare(CASES[1], prefix)
    assert client.get(PAGE).status_code == 200

    def floor() -> None:
        empty()
        with db.connection_context():
            bare()

    took, least = side_by_side(lambda: client.get(PAGE), floor, repetitions=repetitions)
    return [Figure(f"page of a summary by {CASES[1].what}", took, PAGE_BAR, least)]


def _bare(case: Case, prefix: str) -> Callable[[], list]:
    sql = case.sql(prefix)
    return lambda: db.execute_sql(sql).fetchall()
