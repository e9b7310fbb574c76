"""Signing in over HTTP while others do, and accounts for every school at once, against the time of a password hash.

Issue 3 bars the p95 under 20 users at 3 times one hash: measured with 20 users who come over some seconds. Twenty who
send their form in one moment wait for each other whatever the program does, about 10 hashes on two cores; so that
figure has a bar of its own, over as many bare hashes begun in one moment on the same cores.
"""

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from aid import dialect
from aid.operations.account_status import open_missing, schools_without
from aid.rules import passwords
from bench.county_clerk import clerk
from bench.measure import Figure, milliseconds
from config import HERE
from models import db

USERS, ROUNDS = 20, 5
SPREAD = 4.0  # seconds over which the users come
ONE_MOMENT_BAR = 1.25  # our own: how much the program may add to hashes that wait for each other
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
Login = tuple[str, str]


def measure(folder: Path) -> list[Figure]:
    """`folder` holds a county whose schools have no accounts; they have when this is over."""
    one = milliseconds(lambda: passwords.hashed("a password"), repetitions=20)
    dialect.open_database("", folder / "zhuxue.sqlite3")
    with db.connection_context():
        schools = len(schools_without(clerk()))
        start = time.perf_counter()
        handed = open_missing(clerk(), expected=schools)
        took = (time.perf_counter() - start) * 1000
    logins = [(account.login, password) for account, password in handed.passwords][: USERS * ROUNDS]
    with _serving(folder) as address:
        spread = _p95([moment for some in _rounds(logins) for moment in _arrive(address, some, over=SPREAD)])
        pairs = [(_arrive(address, some, over=0), _hashes_in_one_moment()) for some in _rounds(logins)]  # in turns
    together, hashes = (_p95([moment for some in times for moment in some]) for times in zip(*pairs, strict=True))
    floor = schools * one + 2000
    return [
        Figure(f"{schools} accounts at once", took, 1, floor),
        Figure(f"sign-in p95, {USERS} users over {SPREAD:.0f} s / a hash", spread, 3, one),
        Figure(f"same, in one moment / {USERS} hashes in one", together, ONE_MOMENT_BAR, hashes),
    ]


def _rounds(logins: list[Login]) -> Iterator[list[Login]]:
    for start in range(0, len(logins), USERS):
        yield logins[start : start + USERS]


def _arrive(address: str, logins: list[Login], *, over: float) -> list[float]:
    """How long each sign-in took, in milliseconds: the answer to the form, its page having been fetched before."""
    ready = [_at_the_door(address) for _ in logins]
    with ThreadPoolExecutor(len(logins)) as users:
        sent = [
            users.submit(
                _enter, opener, address, {"csrf_token": token, "login": login, "password": password}, after=after
            )
            for after, ((opener, token), (login, password)) in zip(
                (over * number / len(logins) for number in range(len(logins))),
                zip(ready, logins, strict=True),
                strict=True,
            )
        ]
    return [one.result() for one in sent]


def _at_the_door(address: str) -> tuple[urllib.request.OpenerDirector, str]:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _Stay())
    return opener, TOKEN.search(opener.open(f"{address}/sign-in", timeout=60).read().decode())[1]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: what is timed is the answer to the form."""


def _enter(opener: urllib.request.OpenerDirector, address: str, form: dict[str, str], *, after: float) -> float:
    time.sleep(after)
    start = time.perf_counter()
    try:
        opener.open(f"{address}/sign-in", data=urlencode(form).encode(), timeout=60).close()
    except urllib.error.HTTPError as answer:
        if answer.code != HTTPStatus.FOUND:
            raise
        return (time.perf_counter() - start) * 1000
    raise AssertionError("the sign-in was refused")


def _hashes_in_one_moment() -> list[float]:
    """How long each of as many hashes as there are users took, begun together on the same cores, in milliseconds."""

    def one(_: int) -> float:
        passwords.hashed("a password")
        return (time.perf_counter() - start) * 1000

    with ThreadPoolExecutor(USERS) as users:
        start = time.perf_counter()
        return list(users.map(one, range(USERS)))


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    settings = {"DATA_DIR": str(folder), "PORT": str(port), "PATH": ""}
    with subprocess.Popen(command, cwd=HERE, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        while b"http://" not in server.stdout.readline():
            assert server.poll() is None
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
