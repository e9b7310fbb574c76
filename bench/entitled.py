"""应发未发: the page of who is due an item and has not been given it, and the giving to all of them."""

import shutil
from collections.abc import Callable
from pathlib import Path

from aid.operations.aid_items import take_national
from aid.operations.entitlement import Standing, aim_at
from aid.operations.grants import give, preview
from aid.record import newest_operation
from aid.scope import visible
from aid.selection import Selection
from app import create_app
from bench.county_clerk import clerk
from bench.measure import Figure, milliseconds, statements
from bench.pages import PAGE, county_session, signed_in
from bench.scratch import close
from config import Config
from models import AidItem, Beneficiary, db

BAR, GIVING_BAR, STATEMENTS_BAR, TERM, ITEM = 4, 8, 12, "2026秋", "义务教育生活补助"
# What one would write by hand: the amount by a join, the reasons why not one after the other.
DUE = """FROM beneficiary b JOIN organisation o ON o.id = b.school_id JOIN region r ON r.id = o.region_id
  JOIN aid_standard s ON s.item_id = :item AND s.stage = o.stage AND s.amount_fen > 0
    AND s.boarding = CASE b.boards WHEN 1 THEN 'boards' ELSE 'day' END
  WHERE r.code BETWEEN '360426000000' AND '360426999999' AND b.boards IS NOT NULL
    AND b.state IN ('unchanged', 'updated') AND (b.aid_until IS NULL OR b.aid_until >= 2026)
    AND (b.roll_status IS NULL OR b.roll_status NOT IN ('transferred', 'graduated'))
    AND NOT EXISTS (SELECT 1 FROM beneficiary t WHERE t.id_number = b.id_number AND t.id <> b.id
      AND b.id_number <> '' AND t.state <> 'invalid')
    AND b.id_number NOT IN (SELECT id_number FROM aid_grant WHERE item_id = :item AND term = '2026秋')
    AND b.id NOT IN (SELECT beneficiary_id FROM aid_grant WHERE item_id = :item AND term = '2026秋')"""
ROWS = f"""SELECT b.id, b.version, b.name, b.id_number, o.name, o.stage, b.grade, b.class_name, b.boards, b.hardship,
  h.name, b.aid_until, k.amount FROM (SELECT b.id, s.amount_fen AS amount {DUE} ORDER BY b.id LIMIT {PAGE}) k
  JOIN beneficiary b ON b.id = k.id JOIN organisation o ON o.id = b.school_id
  JOIN region h ON h.id = b.home_region_id"""
SUM = f"SELECT COUNT(*), SUM(s.amount_fen) {DUE}"
WHY = """SELECT b.state, COUNT(*) FROM beneficiary b WHERE b.school_id IN (SELECT o.id FROM organisation o
  JOIN region r ON r.id = o.region_id WHERE r.code BETWEEN '360426000000' AND '360426999999') GROUP BY b.state"""


def measure(matched: Path, folder: Path, *, repetitions: int) -> list[Figure]:
    """`matched` is a matched county; a copy of it, checked and given half, is worked on in `folder`."""
    folder.mkdir()
    shutil.copyfile(matched, folder / "zhuxue.sqlite3")
    app = create_app(Config(data_dir=folder, secret_key="s" * 32))
    app.testing = True
    with db.connection_context():
        item = half_given()
        _, token = county_session()
    client, words = signed_in(app, token), {"item": item, "term": TERM}
    with statements() as sent:
        answer = client.get("/unpaid/", query_string=words)
    assert answer.status_code == 200

    took = milliseconds(lambda: client.get("/unpaid/", query_string=words), repetitions=repetitions)
    with db.connection_context():
        rows, _ = db.execute_sql(SUM, {"item": item}).fetchone()
        floor = milliseconds(_bare(item), repetitions=repetitions)
    giving = _giving(item)
    close()
    return [
        Figure(f"unpaid list, {rows:,} due", took, BAR, floor),
        Figure("unpaid list, statements", len(sent), STATEMENTS_BAR, unit=""),
        giving,
    ]


def half_given() -> int:
    """All rows are checked, and every second child that is due it has it; return the item's id."""
    db.execute_sql("UPDATE beneficiary SET state = 'unchanged', boards = COALESCE(boards, 0) WHERE state = 'unchecked'")
    take_national(clerk())
    item = visible(AidItem, clerk().scope).where(AidItem.name == ITEM).get().id
    _give(item, Beneficiary.id.bin_and(1) == 0)
    return item


def _give(item: int, where: object = True) -> int:
    aim = aim_at(clerk().scope, item, TERM)
    chosen = (aim.standing == Standing.DUE.value) & where
    expected = visible(Beneficiary, clerk().scope).where(chosen).count()
    rows = Selection.filtered(Beneficiary, where=chosen, shown_at=newest_operation(), expected=expected)
    shown = sum(share.fen for share in preview(clerk(), rows, aim))
    return give(clerk(), rows, item_id=item, term=TERM, shown_fen=shown, paid_on=None).rows


def _bare(item: int) -> Callable[[], None]:
    def fetch() -> None:
        for sql in (ROWS, SUM, WHY):
            assert db.execute_sql(sql, {"item": item} if ":item" in sql else ()).fetchall()

    return fetch


def _giving(item: int) -> Figure:
    """The rest is given, against a raw INSERT … SELECT of as many rows into a table with the same indexes."""
    rows: list[int] = []
    with db.connection_context():
        took = milliseconds(lambda: rows.append(_give(item)), repetitions=1)
        db.execute_sql("DELETE FROM aid_grant WHERE id > (SELECT MAX(id) - ? FROM aid_grant)", (rows[0],))
        insert = f"""INSERT INTO aid_grant
          (version, beneficiary_id, school_id, name, id_number, item_id, term, amount_fen, note)
          SELECT 1, b.id, b.school_id, b.name, b.id_number, :item, '2026秋', s.amount_fen, '' {DUE}"""
        floor = milliseconds(lambda: db.execute_sql(insert, {"item": item}), repetitions=1)
    return Figure(f"giving to {rows[0]:,}, with its history", took, GIVING_BAR, floor)
