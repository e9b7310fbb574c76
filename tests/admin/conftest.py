"""The panel over the small world, with an account per actor of it, and a browser's worth of a test client."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from app import create_app
from config import Config
from models import Account, HeldRow, ImportRun, db
from tests.conftest import DATABASE_URL, ROLES, World

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Visitor:
    """Somebody at the panel: asks for pages, and sends forms with the token that a page of theirs holds."""

    client: FlaskClient

    def get(self, url: str, **options: object) -> TestResponse:
        return self.client.get(url, **options)

    def post(self, url: str, values: dict[str, object] | None = None, **options: object) -> TestResponse:
        page = self.client.get("/password").text
        token = TOKEN.search(page)
        assert token, page
        return self.client.post(url, data={"csrf_token": token[1], **(values or {})}, **options)


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    """The application on the world's own database, with an import of each county and an account per actor."""
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        for key, (role, place) in ROLES.items():
            at = world.organisations[place]
            secrets = {"password_hash": "-", "session_token": f"token-{key}", "must_change": False}
            ledger.add(Account, login=key, name=key, role=role, organisation=at, **secrets)
    for office in ("county", "other_county"):
        with writing(world.actors[office], Permission.REGISTER_IMPORT) as ledger:
            held = {"kind": "register", "digest": "0", "rows": 1, "held_back": 1, "header": '["姓名"]'}
            run = ledger.add(ImportRun, office=world.organisations[office], file_name=f"{office}.xlsx", **held)
            row = {"sheet_row": 2, "column": "姓名", "reason": "missing", "message": f"{office} 的行", "cells": '[""]'}
            ledger.add(HeldRow, run=run, **row)
            ledger.say(f"{office} 的导入")
    db.close()
    app = create_app(Config(data_dir=tmp_path, secret_key="x" * 40, database_url=DATABASE_URL))
    app.testing = True
    return app


@pytest.fixture
def visit(app: Flask):
    """Sign in as an actor of the world by name; "nobody" does not sign in."""

    def enter(key: str) -> Visitor:
        client = app.test_client()
        if key != "nobody":
            with client.session_transaction() as session:
                session["_user_id"] = f"token-{key}"
                session["_fresh"] = True
        return Visitor(client)

    return enter
