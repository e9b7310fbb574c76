"""The panel over the small world, with an account per actor of it, and a browser's worth of a test client."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin.signin import limiter
from aid import dialect
from aid.ledger import Ledger, writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from app import settle
from models import Account, ColumnChoice, DropoutCase, DropoutVisit, HeldRow, ImportRun, Role, Session, db
from tests.conftest import ROLES, World, panel_config
from tests.swift import Kept

SECRETS = {"password_hash": "", "must_change": False}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Visitor:
    """Somebody at the panel: asks for pages, and sends forms with the token that a page of theirs holds."""

    client: FlaskClient

    def get(self, url: str, **options: object) -> TestResponse:
        return self.client.get(url, **options)

    def post(
        self, url: str, values: dict[str, object] | None = None, *, page: str = "/password", **options: object
    ) -> TestResponse:
        return self.client.post(url, data={"csrf_token": self.token(page), **(values or {})}, **options)

    def token(self, page: str = "/password") -> str:
        shown = self.client.get(page).text
        found = TOKEN.search(shown)
        assert found, shown
        return found[1]


def open_session(ledger: Ledger, account: Account, *, device: str = "pytest") -> None:
    """As if the account had just signed in; `visit` has the token."""
    digest = hashlib.sha256(f"token-{account.login}".encode()).hexdigest()
    ledger.add(Session, account=account, digest=digest, address="127.0.0.1", device=device)


@pytest.fixture
def app(panel: Flask, world: World, database: Path, beginnings: Kept) -> Iterator[Flask]:
    """The application on the world's own database, with an import, a choice and a dropout of each county, an
    account per actor; nobody has tried to sign in yet."""

    def used_by_everybody() -> None:
        open_accounts(world)
        import_and_visit(world)

    beginnings.begin(database, used_by_everybody)
    db.close()
    panel.config["ZHUXUE"] = panel_config(database.parent)
    settle(panel.config["ZHUXUE"])
    limiter.reset()
    with dialect.kept_open():  # as the server does
        yield panel


def open_accounts(world: World) -> None:
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        for key, (role, place) in ROLES.items():
            at = world.organisations[place]
            account = ledger.add(Account, login=key, name=key, role=role, organisation=at, **SECRETS)
            open_session(ledger, account)


def import_and_visit(world: World) -> None:
    for office in ("county", "other_county"):
        with writing(world.actors[office], Permission.REGISTER_IMPORT) as ledger:
            held = {"kind": "register", "digest": "0", "rows": 1, "held_back": 1, "header": '["姓名"]'}
            run = ledger.add(ImportRun, office=world.organisations[office], file_name=f"{office}.xlsx", **held)
            row = {"sheet_row": 2, "column": "姓名", "reason": "missing", "message": f"{office} 的行", "cells": '[""]'}
            ledger.add(HeldRow, run=run, **row)
            ledger.add(ColumnChoice, office=world.organisations[office], kind="register", header=f"{office} 的列")
            ledger.say(f"{office} 的导入")
        with writing(world.actors[office], Permission.DROPOUT_KEEP) as ledger:
            child = world.children["a1" if office == "county" else "far1"]
            told = {name: getattr(child, name) for name in ("register_person", "name", "id_number", "home_region")}
            visit = {"date": "2026-10-01", "visitor": office, "outcome": "lost", "finding": "家中无人"}
            ledger.add(DropoutVisit, case=ledger.add(DropoutCase, **told), **visit)


def signed_in(app: Flask, key: str) -> Visitor:
    """An actor of the world by name at the panel; "nobody" did not sign in."""
    client = app.test_client()
    if key != "nobody":
        with client.session_transaction() as session:
            session.update(_user_id=f"token-{key}", _fresh=True, seen=int(time.time()))
    return Visitor(client)


@pytest.fixture
def visit(app: Flask) -> Callable[[str], Visitor]:
    """Sign in as an actor of the world by name."""
    return lambda key: signed_in(app, key)


@pytest.fixture
def system(app: Flask, visit) -> Visitor:
    """The server's administrator."""
    with db.connection_context(), writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        account = ledger.add(Account, login="system", name="system", role=Role.SYSTEM, **SECRETS)
        open_session(ledger, account)
    return visit("system")
