"""我的登录: where one is signed in, and the button that ends it elsewhere (ASVS 7.5.2)."""

import datetime as dt
from typing import Any

import peewee as pw
from flask import current_app
from flask_login import current_user

from admin.base import BulkAction, PanelView
from admin.selection import key_of
from aid.errors import OutOfScope
from aid.operations.sessions import end_own, own_sessions
from aid.permissions import Permission
from aid.rules.times import local
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
        began = local(current_user.session.started)
        return f"这里是您现在还有效的登录，{began:%m-%d %H:%M} 开始的是这一个。不认得的请结束，并马上修改密码。"

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
