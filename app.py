"""Put the parts together. Nothing is decided here."""

import tempfile

from flask import Flask
from flask_wtf.csrf import CSRFProtect

import commands
from admin import init_admin
from aid import dialect, own_columns
from aid.imports import staged
from aid.pictures import store as pictures
from aid.workbooks import store as workbooks
from config import HERE, Config, fingerprint, trusted_hosts
from models import db

STATIC = HERE / "static"
A_YEAR = 366 * 24 * 3600  # seconds: a changed script or style has another address


def create_app(config: Config | None = None) -> Flask:
    """The panel and its command line over the database that `config` names."""
    config = config or Config.from_env()
    app = Flask(__name__, static_url_path=f"/static/{fingerprint(STATIC)}")
    app.config.update(
        SECRET_KEY=config.secret_key,
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR,
        MAX_CONTENT_LENGTH=config.max_upload_mb * 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-zhuxue" if config.https else "zhuxue",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.https,
        TRUSTED_HOSTS=trusted_hosts(config),
        WTF_CSRF_TIME_LIMIT=None,
        ZHUXUE=config,
    )
    settle(config)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    dialect.open_database(config.database_url, config.database_path)
    app.before_request(own_columns.hold)
    app.teardown_appcontext(lambda _: own_columns.let_go())
    app.before_request(connect)
    app.teardown_appcontext(lambda _: db.close() if not db.is_closed() else None)
    CSRFProtect(app)
    init_admin(app)
    commands.register(app)
    return app


def connect() -> None:
    """Before each request; one that is open in this thread already is used."""
    db.connect(reuse_if_open=True)


def settle(config: Config) -> None:
    """Where files lie from now on: uploads that pass through, sheets that wait, pictures, workbooks."""
    config.passing_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged.keep_in(config.staged_dir)
    pictures.keep_in(config.proofs_dir)
    workbooks.keep_in(config.workbooks_dir)
    tempfile.tempdir = str(config.passing_dir)
