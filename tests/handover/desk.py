"""Somebody who sits down at the panel: signs in by what they were handed, from wherever they are."""

import re
from html import unescape

from tests.admin.test_signin import Desk

PASSWORD = re.compile(r'class="password">([^<]+)<')
HIDDEN = re.compile(r'<input[^>]* name="([\w-]+)"[^>]* value="([^"]*)"')
CHANGED = "山高月小，水落石出。"


class Newcomer(Desk):
    """A browser of its own, at an address of its own."""

    def __init__(self, app, *, login: str = "", address: str = "127.0.0.1") -> None:
        super().__init__(app)
        self.login = login
        self.client.environ_base |= {"REMOTE_ADDR": address}

    def enter(self, password: str, *, onward: str = ""):
        return self.send(f"/sign-in{onward}", login=self.login, password=password)


def told(page) -> str:
    """What a page says, without its markup, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def undo(visitor) -> None:
    """Press the first undo of one's history: that of the newest operation."""
    [address, *_] = re.findall(r'action="(/operation/undo/\d+)"', visitor.get("/operation/").text)
    assert visitor.post(address).status_code == 302
