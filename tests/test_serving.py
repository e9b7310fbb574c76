"""`make run` and `make demo` as one starts them: a process, its words, a page from its port."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.source import ROOT

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
PASSWORD = re.compile(r"登录名 (\S+)　一次性密码 (\S+)")


@contextmanager
def started(command: str, folder: Path, **settings: str) -> Iterator[tuple[str, str]]:
    """What `flask --app app <command>` says until it serves, and where it serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ = kept | {"DATA_DIR": str(folder), "PORT": port, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environ |= settings
    words = [sys.executable, "-m", "flask", "--app", "app", command]
    with subprocess.Popen(words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            told = ""
            while not ADDRESS.search(told):
                line = process.stdout.readline()
                assert line, f"stopped before it served: {told}"
                told += line
            yield told, ADDRESS.search(told)[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


def page(address: str) -> str:
    with urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def test_the_first_start_makes_the_first_account_and_later_ones_none(tmp_path):
    with started("serve", tmp_path / "county") as (told, address):
        assert len(PASSWORD.findall(told)) == 1
        assert "登录" in page(address)
    with started("serve", tmp_path / "county") as (told, _):
        assert not PASSWORD.findall(told)


def test_what_a_killed_server_left_of_an_upload_is_gone_at_the_next_start(tmp_path):
    left = tmp_path / "county" / "passing" / "tmp1"
    left.mkdir(parents=True)
    (left / "sheet").write_bytes(b"PK")
    with started("serve", tmp_path / "county"):
        assert list((tmp_path / "county" / "passing").iterdir()) == []


def test_a_watched_folder_is_looked_at_from_the_start_on(tmp_path):
    (tmp_path / "in").mkdir()
    with started("serve", tmp_path / "county", WATCH_FOLDER=str(tmp_path / "in"), WATCH_AS="clerk"):
        until = time.monotonic() + 10
        while not list((tmp_path / "in").iterdir()):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_port_that_is_taken_is_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environ = os.environ | {"DATA_DIR": str(tmp_path), "PORT": str(taken.getsockname()[1])}
        words = [sys.executable, "-m", "flask", "--app", "app", "serve"]
        result = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert "PORT" in result.stderr
    assert "Traceback" not in result.stderr


def test_nonsense_in_a_setting_is_a_sentence(tmp_path):
    environ = os.environ | {"DATA_DIR": str(tmp_path), "PORT": "http"}
    words = [sys.executable, "-m", "flask", "--app", "app", "match"]
    result = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert "PORT" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_demonstration_serves_four_accounts_and_goes_on_with_fresh_passwords(tmp_path):
    with started("demo", tmp_path / "demo") as (told, address):
        first = dict(PASSWORD.findall(told))
        assert "登录" in page(address)
    with started("demo", tmp_path / "demo") as (told, _):
        second = dict(PASSWORD.findall(told))
    assert list(first) == list(second) == ["demo-county", "demo-township", "demo-school-1", "demo-school-2"]
    assert not set(first.values()) & set(second.values())


def test_the_demonstration_keeps_away_from_a_county_at_work(tmp_path):
    with started("demo", tmp_path):
        pass
    for sheet in (tmp_path / "demo").iterdir():
        sheet.unlink()
    (tmp_path / "demo").rmdir()
    environ = os.environ | {"DATA_DIR": str(tmp_path)}
    words = [sys.executable, "-m", "flask", "--app", "app", "demo"]
    result = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert "DATA_DIR" in result.stderr
