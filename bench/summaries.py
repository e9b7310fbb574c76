"""Own summaries as a county, each against the one GROUP BY that a hand would write for its cells, sent raw; and its
page against that and an empty view."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aid.operations.own_columns import define
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
FIGURES = "COUNT(DISTINCT b.id_number), COUNT(*), SUM(b.state <> 'unchecked')"
AT_SCHOOL = "JOIN organisation s ON s.id = b.school_id JOIN region p ON p.id = s.region_id"
GIVEN = "LEFT JOIN (SELECT beneficiary_id, SUM(amount_fen) fen FROM aid_grant GROUP BY 1) g ON g.beneficiary_id = b.id"
OWN = {OwnKind.NUMBER: "家庭收入", OwnKind.DATE: "入户日期"}
FILLED = "own_number_1 = id * 7919 % 20000 * 10000, own_date_1 = date('2024-01-01', '+' || id % 1000 || ' days')"
PAGE = "/own_summary/?row=school_township&row2=stage&column=hardship&measure=children&measure=checked&state="


@dataclass(frozen=True)
class Case:
    what: str
    layout: Layout
    groups: str
    joins: str = ""
    further: str = ""

    def sql(self, prefix: str) -> str:
        rows = f"FROM beneficiary b {self.joins} WHERE {SCOPE.format(prefix)}"
        return f"SELECT {self.groups}, {FIGURES}{self.further} {rows} GROUP BY {self.groups}"


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


def measure(matched: Path, *, repetitions: int) -> list[Figure]:
    """`matched` is a database with register, roll and lists."""
    open_copy(matched, matched.with_name("summaries.sqlite3"))
    actor = clerk()
    for kind, label in OWN.items():
        define(actor, "beneficiary", kind=kind, label=label)
    db.execute_sql(f"UPDATE beneficiary SET {FILLED}")
    figures = []
    for case in CASES:
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
