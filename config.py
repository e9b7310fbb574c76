"""Every setting: typed, with a default and one line of help. Read once, at the start; nonsense stops the program."""

import hashlib
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import click

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HERE = Path(__file__).resolve().parent
SHORTEST_SECRET = 32  # bytes: as long as the hash that signs the session cookie
DATABASE_SCHEMES = ("postgresql", "postgres")
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class BadSetting(click.ClickException):
    """A setting that cannot be meant. Every command line shows the sentence, without a traceback."""

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=file is None)


def fingerprint(folder: Path) -> str:
    """A word that differs where any file of the folder does: in an address, what a browser may keep for good."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = hashlib.sha256()
    for path in files:
        told.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()[:12]


def _path(_: str, word: str) -> Path:
    return Path(word).expanduser().resolve()


def _flag(name: str, word: str) -> bool:
    if word.lower() in TRUE_WORDS | FALSE_WORDS:
        return word.lower() in TRUE_WORDS
    raise BadSetting(f"{name} 只能写 true 或 false，现在是“{word}”")


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def parse(name: str, word: str) -> int:
        if not (word.isascii() and word.isdigit() and low <= int(word[:9]) <= high):
            raise BadSetting(f"{name} 应为 {low} 到 {high} 之间的整数，现在是“{word}”")
        return int(word)

    return parse


def _word(_: str, word: str) -> str:
    return word


def _host(name: str, word: str) -> str:
    if any(mark in word for mark in "/ ") or not word.isascii():
        raise BadSetting(f"{name} 应为监听地址（如 127.0.0.1），现在是“{word}”")
    return word


def _names(name: str, word: str) -> tuple[str, ...]:
    return tuple(_host(name, part.strip().lower()) for part in word.split(",") if part.strip())


def _secret(name: str, word: str) -> str:
    if len(word.encode()) < SHORTEST_SECRET:
        raise BadSetting(f"{name} 至少要 {SHORTEST_SECRET} 个字节；不设置则自动生成并保存在 DATA_DIR/secret_key")
    return word


def _database_url(name: str, word: str) -> str:
    address = urlsplit(word)
    if address.scheme not in DATABASE_SCHEMES:
        raise BadSetting(f"{name} 只支持 postgresql://，留空则用 DATA_DIR 下的 SQLite 文件")
    if not address.path.strip("/"):
        raise BadSetting(f"{name} 没有写数据库名，应如 postgresql://用户@主机/数据库")
    return word


def setting(default: Any, parse: Callable[[str, str], Any], text: str) -> Any:
    return field(default=default, metadata={"parse": parse, "help": text})


@dataclass(frozen=True)
class Config:
    """The settings. Each is the environment variable of its name in capitals; `from_env` reads them."""

    data_dir: Path = setting(HERE / "var", _path, "Folder of the database and every other file; default var/.")
    database_url: str = setting("", _database_url, "postgresql://… ; empty: the SQLite file DATA_DIR/zhuxue.sqlite3.")
    host: str = setting("127.0.0.1", _host, "Address to listen on.")
    port: int = setting(8000, _whole(1, 65535), "Port to listen on.")
    https: bool = setting(False, _flag, "True behind an https proxy: the session cookie then travels over https only.")
    secret_key: str = setting("", _secret, "Signs sessions, 32 bytes or more; empty: DATA_DIR/secret_key, made once.")
    trusted_hosts: tuple[str, ...] = setting(
        (),
        _names,
        "Names by which browsers may call the server, apart by commas; empty: this machine's own.",
    )
    proxy: str = setting("", _host, "Address of the https proxy, believed about where requests come from; empty: none.")
    session_idle_minutes: int = setting(30, _whole(1, 1440), "Minutes without a request after which a sign-in ends.")
    session_hours: int = setting(12, _whole(1, 168), "Hours after which a sign-in ends in any case.")
    password_require_classes: int = setting(
        2,
        _whole(1, 4),
        "Classes of characters in a password (small, capital, digits, Chinese, signs; 等保: 2 up).",
    )
    password_max_age_days: int = setting(180, _whole(0, 3650), "Days after which a password must be changed; 0: never.")
    one_time_password_days: int = setting(30, _whole(1, 365), "Days in which a one-time password must be used.")
    history_years: int = setting(
        3, _whole(1, 50), "Years that the history is kept; older entries go at the next start."
    )
    max_upload_mb: int = setting(20, _whole(1, 200), "Largest upload, in megabytes.")
    upload_days: int = setting(
        30, _whole(1, 3650), "Days that a sheet waits for somebody to take it in; then it goes at the next start."
    )
    workbook_days: int = setting(
        90, _whole(1, 3650), "Days that a workbook is kept for download; then it goes at the next start."
    )
    watch_folder: Path | None = setting(None, _path, "Folder whose files are taken in as they come; empty: none.")
    watch_as: str = setting("", _word, "Login of the account as which they are taken in; needed with WATCH_FOLDER.")
    threads: int = setting(8, _whole(1, 64), "Requests answered at the same time.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The settings that `environ` names, defaults for the rest; makes DATA_DIR and its secret where missing.

        Raises BadSetting, with a sentence that names the setting, for the first one that is nonsense.
        """
        given: dict[str, Any] = {}
        for one in fields(cls):
            word = environ.get(one.name.upper(), "").strip()
            if word:
                given[one.name] = one.metadata["parse"](one.name.upper(), word)
        data_dir = given.get("data_dir", cls.data_dir)
        _make_folder(data_dir)
        config = cls(**{"secret_key": kept_secret(data_dir), **given} if "secret_key" not in given else given)
        _look_at_watched(config)
        return config

    @property
    def database_path(self) -> Path:
        return self.data_dir / "zhuxue.sqlite3"

    @property
    def passing_dir(self) -> Path:
        """Where uploads and workbooks lie while they are worked on: children's names, so inside DATA_DIR."""
        return self.data_dir / "passing"

    @property
    def staged_dir(self) -> Path:
        """Where sheets lie that wait to be taken in (aid.imports.staged)."""
        return self.data_dir / "staged"

    @property
    def workbooks_dir(self) -> Path:
        """Where the workbooks lie that are kept for download (aid.workbooks.store)."""
        return self.data_dir / "workbooks"

    @property
    def proofs_dir(self) -> Path:
        """Where the pictures of proofs lie (aid.pictures.store): they belong to the backup."""
        return self.data_dir / "proofs"

    @property
    def own_dirs(self) -> tuple[Path, ...]:
        return self.passing_dir, self.staged_dir, self.proofs_dir, self.workbooks_dir


def trusted_hosts(config: Config) -> list[str]:
    """The names by which browsers may call the server: those that are set, else this machine's own."""
    if config.trusted_hosts:
        return [*config.trusted_hosts, *LOOPBACK]
    name = socket.gethostname()
    try:
        addresses = {found[4][0] for found in socket.getaddrinfo(name, None)}
    except OSError:  # a machine whose own name is known to nobody
        addresses = set()
    own = {config.host, name.lower(), *(f"[{a}]" if ":" in a else a for a in addresses if "%" not in a)}
    return sorted(own | set(LOOPBACK))


def _look_at_watched(config: Config) -> None:
    """Whatever lies in a watched folder is moved, and is there to read for whoever may drop files."""
    folder, data_dir = config.watch_folder, config.data_dir
    if folder is None:
        return
    in_program = folder.is_relative_to(HERE) and not (data_dir in folder.parents and HERE in data_dir.parents)
    if in_program or folder in (data_dir, *config.own_dirs):
        raise BadSetting(f"WATCH_FOLDER 要用一个专门的文件夹，不能在程序里，也不能是数据目录：{folder}")
    if not config.watch_as:
        raise BadSetting("设了 WATCH_FOLDER，还要在 WATCH_AS 写明以哪个账号（登录名）导入")


def _make_folder(data_dir: Path) -> None:
    """Children's papers lie here: nobody but the server's own account may look in."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refusal:
        raise BadSetting(f"DATA_DIR（{data_dir}）不能用作数据目录：{refusal.strerror}") from refusal


def kept_secret(data_dir: Path) -> str:
    """The secret in DATA_DIR/secret_key; made once, whole or not at all, even by two programs starting together."""
    path = data_dir / "secret_key"
    if not path.exists():
        draft = data_dir / f"secret_key.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:  # another program was quicker: its secret stands
            pass
        finally:
            draft.unlink()
    return _secret(str(path), path.read_text().strip())
