"""What every page of the panel has in common: who may enter, how a refusal looks, which headers go out."""

import logging
import secrets
from collections.abc import Callable
from itertools import chain
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

from flask import Flask, Response, current_app, flash, render_template, request
from flask_limiter.errors import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError

from admin.signin import login_manager, page_before
from aid.errors import AidError, Conflict, NotAllowed, OutOfScope
from aid.labels import label_of
from aid.operations.events import refused
from aid.permissions import Permission
from aid.rules import money
from aid.scope import Actor
from models import Row

logger = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])

STATUS: dict[type[AidError], int] = {NotAllowed: 403, OutOfScope: 404, Conflict: 409}
SENTENCES = {
    400: "请求不完整，请返回上一页重试。",
    403: "您没有打开这一页的权限。",
    404: "没有这条记录，或不在您的管理范围内。",
    405: "这一步不能这样做，请从页面上的按钮进入。",
    413: "文件太大，请拆分后再上传。",
    429: "操作太频繁，请稍候再试。",
}
REFUSALS = {400, 403, 404}
NUL = "\0"
ONE_YEAR = "max-age=31536000"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Locked:
    """Nobody enters unnamed, or without the permission to read. Deny by default: no permission named, no entry."""

    read: ClassVar[Permission]

    @property
    def actor(self) -> Actor:
        return current_user.actor

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """Flask-Admin would call a view again, with another signature, after a TypeError: that hides the bug."""
        if permission := getattr(fn, "permission", None):
            self.actor.demand(permission)
        return fn(self, *args, **kwargs)

    def is_accessible(self) -> bool:
        return current_user.is_authenticated and current_user.actor.may(self.read)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return login_manager.unauthorized()
        raise NotAllowed(f"您的角色没有“{self.read.label}”的权限。")


def needs(permission: Permission) -> Callable[[View], View]:
    """The permission that a page needs beyond reading its table. Stands under `expose`; Locked demands it."""

    def mark(view: View) -> View:
        view.permission = permission
        return view

    return mark


def say(sentence: str, *, operation_id: int | None = None) -> None:
    """Tell the clerk on the next page what was done, with an undo button for the operation."""
    flash(sentence, f"undo {operation_id}" if operation_id else "done")


def refuse(refusal: AidError) -> None:
    """Show a refusal above the form it concerns."""
    flash(str(refusal), "refused")


def status_of(refusal: AidError) -> int:
    return STATUS.get(type(refusal), 422)


def init_shell(app: Flask) -> None:
    app.register_error_handler(AidError, _refused)
    app.register_error_handler(CSRFError, _token_expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)
    app.before_request(_refuse_no_text)
    app.after_request(_record_refusal)
    app.after_request(_headers)
    app.jinja_env.filters["label"] = _label
    app.jinja_env.filters["yuan"] = money.grouped


def _label(row: Row, name: str) -> str:
    return label_of(row._meta.fields[name], getattr(row, name))


def _page(code: int, sentence: str, *, kind: str = "") -> tuple[Any, int]:
    """A refusal as a page, or as JSON to a script that asked in JSON."""
    if request.is_json:
        return {"sentence": sentence, "kind": kind}, code
    return render_template("error.html", code=code, sentence=sentence, before=page_before()), code


def _refused(refusal: AidError) -> tuple[Any, int]:
    return _page(status_of(refusal), str(refusal), kind=type(refusal).__name__)


def _refuse_no_text() -> None:
    """NUL is no letter of anybody's: PostgreSQL takes no text with it, so that no database is asked for one."""
    parts = chain(request.args.items(multi=True), request.form.items(multi=True))
    names = (part.filename or "" for part in request.files.values())
    if any(NUL in text for text in chain((request.path,), *parts, names)):
        raise BadRequest


def _token_expired(_: CSRFError) -> Any:
    if not current_user.is_authenticated and request.blueprint != "signin":
        return login_manager.unauthorized()
    return _page(400, "这一页打开太久，安全校验已过期。请返回上一页刷新后再提交，什么都没有改动。", kind="CSRFError")


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, SecurityError):  # a page of ours would speak of the address that is not ours
        return Response("服务器不认识这个地址，请用管理员给的网址打开。", 400, content_type="text/plain; charset=utf-8")
    slowed = isinstance(error, RateLimitExceeded) and error.description
    return _page(error.code, slowed or SENTENCES.get(error.code, "出了问题，请返回重试。"))


def _bug(error: Exception) -> tuple[Any, int]:
    if current_app.testing:
        raise error
    number = secrets.token_hex(4)
    logger.error("bug %s at %s", number, request.path, exc_info=error)
    return _page(500, f"程序出错，编号 {number}，已记入日志；您的数据没有改动。请把编号告诉管理员。")


def _record_refusal(response: Response) -> Response:
    """Every refusal at a page of ours, whoever answered it: with the row asked for, without what was typed."""
    on_record = response.status_code in REFUSALS and request.endpoint not in (None, "static")
    if on_record and current_user.is_authenticated:
        row = request.values.get("id", "")
        place = f"{request.method} {quote(request.path)}{f' 编号 {row}' if row.isdecimal() else ''}"
        refused(current_user.actor, place, response.status_code)
    return response


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["ZHUXUE"].https:
        response.headers["Strict-Transport-Security"] = ONE_YEAR
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
