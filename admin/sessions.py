"""我的登录: where one is signed in, and the button that ends it elsewhere (ASVS 7.5.2)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import peewee as pw
from flask import current_app
from flask_login import current_user

from admin.base import BulkAction, PanelView
from admin.columns import Column
from admin.selection import key_of
from aid.errors import OutOfScope
from aid.operations.sessions import end_own, own_sessions
from aid.permissions import Permission
from models import Session, now


class SessionView(PanelView):
    """One's own sessions alone, whatever else one may read; reached from beside one's name, not from the menu."""

    model = Session
    read = Permission.ACCOUNT_SELF
    columns = ("started", "address", "device")
    details = ("account", "started", "ended", "address", "device")
    bulk_actions = (
        BulkAction(
            *("end", "结束登录", end_own, Permission.ACCOUNT_SELF, "结束这 {n} 个登录？那里要重新输入密码。"),
            undoable=False,
        ),
    )

    @property
    def note(self) -> str:
        return "这里是您现在还有效的登录。不认得的请结束，并马上修改密码。"

    def made(self, wanted: Sequence[str]) -> list[Column]:
        """The session that asks is marked: two may have begun in one minute."""
        return [_marked(column) if column.name == "device" else column for column in super().made(wanted)]

    def narrow(self) -> pw.Expression | None:
        longest = dt.timedelta(hours=current_app.config["ZHUXUE"].session_hours)
        mine = own_sessions(self.actor).where(Session.started > now() - longest)
        return Session.id.in_(mine.select(Session.id).order_by())

    def row(self, key: Any) -> Session:
        row = own_sessions(self.actor).where(Session.id == key_of(key)).get_or_none()
        if row is None:
            raise OutOfScope("没有这个登录，或它已经结束。")
        return row

    def is_visible(self) -> bool:
        return False


def _marked(column: Column) -> Column:
    return replace(column, expressions=(column.field, Session.id), teller=_device)


def _device(values: Sequence[Any]) -> str:
    device, session_id = values
    return f"{device}（本次登录）" if session_id == current_user.session.id else device
