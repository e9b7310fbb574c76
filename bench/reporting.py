"""A county accepts every row that waits, and hands in for its longest list, against the raw UPDATE of as many rows with
its history; the page of late schools against one GROUP BY of the list."""

from collections.abc import Callable
from pathlib import Path
from statistics import median

from aid import dialect
from aid.operations.submissions import accept, hand_in, ready
from aid.record import newest_operation
from aid.scope import changeable
from aid.selection import Selection
from app import create_app
from bench.county_clerk import clerk
from bench.measure import Figure, milliseconds, side_by_side
from bench.pages import county_session, signed_in
from bench.scratch import keep, open_copy
from codes import ReportState
from config import Config
from models import Beneficiary, Organisation, db

BAR, PAGE_BAR, LATE = 6, 4, "/late_schools/"
CHECKED = "UPDATE beneficiary SET state = 'unchanged', checked_by = 'x'"
ROUNDS = """INSERT INTO submission (version, code, school_id, round, state, rows, unchanged, updated, invalid,
  unchecked, accepted, returned, remark, handed_in_by, handed_in_at, reply, decided_by)
  SELECT 1, 'bench-' || school_id, school_id, 1, 'handed_in', COUNT(*), COUNT(*), 0, 0, 0, 0, 0, '', '',
  '2026-09-01 00:00:00', '', '' FROM beneficiary GROUP BY school_id"""
HANDED_IN = """UPDATE beneficiary SET report = 'handed_in',
  submission_id = (SELECT id FROM submission s WHERE s.school_id = beneficiary.school_id)"""
NOTED = """INSERT INTO change (operation_id, table_name, row_id, kind, columns, before, after)
  SELECT 1, 'beneficiary', id, 'change', 'report', json_object('report', report), json_object('report', '{report}')
  FROM beneficiary"""
WRITTEN = "UPDATE beneficiary SET report = '{report}', version = version + 1"
COUNTS = """SELECT o.id, o.name, COUNT(*), SUM(b.state = 'unchecked'), SUM(b.report = 'handed_in'),
  SUM(b.report = 'accepted'), (SELECT MAX(handed_in_at) FROM submission s WHERE s.school_id = o.id)
  FROM beneficiary b JOIN organisation o ON o.id = b.school_id GROUP BY o.id ORDER BY 7"""


def measure(matched: Path, *, repetitions: int) -> list[Figure]:
    """`matched` is a database with register, roll and lists."""
    waiting, scratch = (matched.with_name(f"{name}.sqlite3") for name in ("waiting", "reporting"))
    open_copy(matched, scratch)
    rows = changeable(Beneficiary, clerk().scope).count()
    db.execute_sql(CHECKED)
    keep(waiting.with_name("checked.sqlite3"))
    db.execute_sql(ROUNDS)
    db.execute_sql(HANDED_IN)
    keep(waiting)
    return [
        _accepting(waiting, scratch, rows, repetitions=repetitions),
        _handing_in(waiting.with_name("checked.sqlite3"), scratch, repetitions=repetitions),
    ]


def measure_page(data_dir: Path, *, repetitions: int) -> list[Figure]:
    """`data_dir` holds a matched county as zhuxue.sqlite3."""
    app = create_app(Config(data_dir=data_dir, secret_key="s" * 32))
    app.testing = True
    with db.connection_context():
        _, token = county_session()
    client = signed_in(app, token)
    assert client.get(LATE).status_code == 200
    took, floor = side_by_side(lambda: client.get(LATE), _counts, repetitions=repetitions)
    return [Figure("page of late schools", took, PAGE_BAR, floor)]


def _accepting(waiting: Path, scratch: Path, rows: int, *, repetitions: int) -> Figure:
    where = Beneficiary.report == ReportState.HANDED_IN

    def act() -> None:
        accept(clerk(), Selection.filtered(Beneficiary, where=where, shown_at=newest_operation(), expected=rows))

    took, floor = _by_turns(act, _raw("accepted"), lambda: open_copy(waiting, scratch), repetitions=repetitions)
    return Figure(f"accepting {rows:,} rows", took, BAR, floor)


def _handing_in(checked: Path, scratch: Path, *, repetitions: int) -> Figure:
    """One school's list, longer than any: every row of the county put on it."""
    open_copy(checked, scratch)
    school = changeable(Beneficiary, clerk().scope).order_by(Beneficiary.id).get().school
    db.execute_sql("UPDATE beneficiary SET school_id = ?", (school.id,))
    keep(checked)
    rows = changeable(Beneficiary, clerk().scope).where(ready(school)).count()

    def act() -> None:
        place = Organisation.get_by_id(school.id)
        hand_in(clerk(), place, shown_at=newest_operation(), expected=rows)

    took, floor = _by_turns(act, _raw("handed_in"), lambda: open_copy(checked, scratch), repetitions=repetitions)
    return Figure(f"handing in {rows:,} rows", took, BAR, floor)


def _by_turns(act: Callable, floor: Callable, before: Callable, *, repetitions: int) -> tuple[float, float]:
    """The medians of both, a turn of each at a time, for others may use the machine."""
    turns = [[milliseconds(one, repetitions=1, before=before) for one in (act, floor)] for _ in range(repetitions)]
    took, least = map(median, zip(*turns, strict=True))
    return took, least


def _counts() -> None:
    with db.connection_context():
        db.execute_sql(COUNTS).fetchall()


def _raw(report: str) -> Callable[[], None]:
    def write() -> None:
        with dialect.writers_turn():
            db.execute_sql(NOTED.format(report=report))
            db.execute_sql(WRITTEN.format(report=report))

    return write
