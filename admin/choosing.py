"""选定列: a clerk says by hand which sheet of a file is meant, which row is its header, which column is which."""

from typing import Any

from flask import redirect, request, url_for
from flask_admin import expose

from admin.shell import say, status_of
from aid.errors import AidError, NotAllowed
from aid.imports import FORMATS
from aid.imports.headers import IGNORED
from aid.imports.looking import Choice
from aid.imports.offering import Offer, automatic, offered
from aid.imports.uploads import CHOOSABLE, choose
from aid.imports.worker import WORKER
from models import Upload

COLUMN = "column-"  # column-<place from 0>: what it is to be taken for


class Choosing:
    """What the view of uploads has for that."""

    @expose("/choose/")
    def choose_view(self) -> Any:
        row = self.row(request.args.get("id", ""))
        self.demand_import(row)
        if row.state not in CHOOSABLE or not self.kept(row):
            return redirect(url_for(".details_view", id=row.id))
        return self._choosing(row, self._offer(row))

    @expose("/chosen/", methods=("POST",))
    def chosen_view(self) -> Any:
        row = self.submitted()
        offer = self._offer(row)
        hand = automatic(offer, self.actor, row).by_hand(_said(offer))
        choice = Choice(offer.choice.kind, offer.choice.sheet, offer.choice.header_row, hand)
        try:
            row = choose(self.actor, row, choice)
        except AidError as refusal:
            return self._choosing(self.row(str(row.id)), offer, refusal=refusal, said=_said(offer)), status_of(refusal)
        row = WORKER.look_soon(row)
        say(f"已按《{offer.format.title}》选定列" + ("，下次同样的表头会自动对应" if hand else ""))
        return redirect(url_for(".details_view", id=row.id))

    def _offer(self, row: Upload) -> Offer:
        kind = request.values.get("kind", "")
        if kind not in FORMATS:
            kind = ""
        elif not self.actor.may(FORMATS[kind].permission):
            raise NotAllowed(f"您的角色没有“{FORMATS[kind].permission.label}”的权限。")
        return offered(self.actor, row, kind=kind, sheet=_number("sheet"), header_row=_number("header_row"))

    def _choosing(
        self, row: Upload, offer: Offer, *, refusal: AidError | None = None, said: dict[int, str] | None = None
    ) -> str:
        return self.render("upload_choose.html", row=row, offer=offer, refusal=refusal, said=said or {})


def _said(offer: Offer) -> dict[int, str]:
    """What the form says of columns, as far as there are such."""
    names = {IGNORED, *(column.name for column in offer.format.columns)}
    said = {column.place: request.form.get(f"{COLUMN}{column.place}") for column in offer.columns}
    return {place: name for place, name in said.items() if name in names}


def _number(name: str) -> int | None:
    word = request.values.get(name, "")
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 8 else None
