"""Pages of the check list as a county account, against the bare SQL of that page and an empty Flask view."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from aid.operations.accounts import actor_of, open_account
from aid.operations.sessions import change_password
from aid.rules import passwords
from aid.scope import SYSTEM, visible
from app import create_app
from bench.measure import Figure, milliseconds, statements
from config import Config
from models import Account, Organisation, OrganisationKind, Role, db

BAR, STATEMENTS_BAR, PAGE = 4, 8, 50
LIST = "/check/"
# What one would write by hand for this page: the county's schools, the rows with the names they point at, the counts.
WITHIN = """b.school_id IN (SELECT o.id FROM organisation o JOIN region r ON r.id = o.region_id
  WHERE r.code BETWEEN ? AND ?)"""
ROWS = f"""SELECT b.id, b.version, b.name, b.id_number, p.name, s.name, s.stage, b.grade, b.class_name, b.hardship,
  h.name, b.roll_status, b.state, b.invalid_reason, b.checked_by
  FROM (SELECT b.id FROM beneficiary b WHERE {WITHIN} AND b.state = 'unchecked' {{extra}}
    ORDER BY b.id LIMIT {PAGE} OFFSET ?) k
  JOIN beneficiary b ON b.id = k.id JOIN organisation s ON s.id = b.school_id JOIN region h ON h.id = b.home_region_id
  LEFT JOIN register_person p ON p.id = b.register_person_id ORDER BY b.id"""
# The tabs count every state; the list begins at the unchecked.
COUNT = f"SELECT b.state, COUNT(*) FROM beneficiary b WHERE {WITHIN} {{extra}} GROUP BY b.state"


@dataclass(frozen=True)
class Page:
    what: str
    query: dict[str, Any]
    offset: int
    extra: str = ""
    parameters: tuple[Any, ...] = ()


def measure(data_dir: Path, *, repetitions: int) -> list[Figure]:
    """`data_dir` holds a matched county as zhuxue.sqlite3."""
    app = create_app(Config(data_dir=data_dir, secret_key="s" * 32))
    app.testing = True
    with db.connection_context():
        account, token = county_session()
        prefix = (
            visible(Organisation, SYSTEM.scope).where(Organisation.id == account.organisation_id).get().region.code[:6]
        )
        within = (prefix.ljust(12, "0"), prefix.ljust(12, "9"))
        pages = _pages(within)
    figures, most = [], 0
    client, empty = signed_in(app, token), empty_view()
    for page in pages:
        with statements() as sent:
            answer = client.get(LIST, query_string=page.query)
        assert answer.status_code == 200, f"{page.what}: {answer.status_code} {answer.headers.get('Location')}"
        most = max(most, len(sent))
        took = milliseconds(lambda page=page: client.get(LIST, query_string=page.query), repetitions=repetitions)
        with db.connection_context():
            sql = milliseconds(_bare(page, within), repetitions=repetitions)
        figures.append(
            Figure(f"check list, {page.what}", took, BAR, sql + milliseconds(empty, repetitions=repetitions))
        )
    return [*figures, Figure("check list, most statements of a page", most, STATEMENTS_BAR, unit="")]


def _pages(within: tuple[str, str]) -> list[Page]:
    rows = dict(db.execute_sql(COUNT.format(extra=""), within).fetchall())["unchecked"]
    last = (rows - 1) // PAGE
    return [
        Page("first page", {}, 0),
        Page(f"last page of {last + 1}", {"page": last}, last * PAGE),
        Page("filtered page", {"hardship": "low_income"}, 0, "AND b.hardship = ?", ("low_income",)),
    ]


def _bare(page: Page, within: tuple[str, str]) -> Callable[[], None]:
    rows, count = (sql.format(extra=page.extra) for sql in (ROWS, COUNT))

    def fetch() -> None:
        found = db.execute_sql(rows, (*within, *page.parameters, page.offset)).fetchall()
        assert found
        db.execute_sql(count, (*within, *page.parameters)).fetchall()

    return fetch


def county_session() -> tuple[Account, str]:
    """A new account of the county that is signed in, and its token; several may be opened in one database."""
    office = visible(Organisation, SYSTEM.scope).where(Organisation.kind == OrganisationKind.COUNTY).get()
    login = f"bench.{secrets.token_hex(4)}"
    account, password = open_account(SYSTEM, organisation=office, role=Role.COUNTY, login=login, name="bench")
    _, token = change_password(actor_of(account), account, old=password, new=passwords.one_time())
    return account, token


def signed_in(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=token, _fresh=True, seen=int(time.time()))
    return client


def empty_view() -> Callable[[], None]:
    app = Flask("floor")
    app.add_url_rule("/", view_func=lambda: "")
    client = app.test_client()
    return lambda: client.get("/")
