"""A real server in a process of its own, and Chromium in front of it. Without Chromium these tests fail, never skip."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from aid.operations.accounts import open_account
from aid.scope import SYSTEM
from models import Role, db
from tests.conftest import World

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
QUIETER = ("--disable-component-update", "--disable-sync", "--lang=zh-CN")
PASSWORD = "核对学生用的密码2026"
PATIENCE = 30  # seconds a server may take to start on a busy machine


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *QUIETER])
        yield browser
        browser.close()


@pytest.fixture
def passwords(world: World) -> dict[str, str]:
    """One-time passwords by login: the county, school a, the township and the auditor."""
    at = world.organisations
    wanted = {"county": Role.COUNTY, "a": Role.SCHOOL, "town": Role.TOWNSHIP, "auditor": Role.AUDITOR}
    place = {"auditor": at["county"]}
    logins = {f"user.{key}": (place.get(key, at.get(key)), role) for key, role in wanted.items()}
    return {
        login: open_account(SYSTEM, organisation=office, role=role, login=login, name=login)[1]
        for login, (office, role) in logins.items()
    }


@pytest.fixture
def server(database: Path, passwords: dict[str, str]) -> Iterator[str]:
    """The address of the panel over the world's database."""
    db.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATA_DIR": str(database.parent), "PORT": str(port)}
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/sign-in")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture
def enter(browser: Browser, server: str, passwords: dict[str, str]):
    """Sign somebody in through the pages, changing the one-time password as everybody must."""
    contexts = []

    def sign_in(login: str) -> Page:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=server)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto("/sign-in")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码", exact=True).fill(passwords[login])
        page.keyboard.press("Enter")
        page.get_by_label("原密码").fill(passwords[login])
        page.get_by_label("新密码", exact=True).fill(PASSWORD)
        page.get_by_label("再输一遍新密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).wait_for()
        return page

    yield sign_in
    for context in contexts:
        context.close()
