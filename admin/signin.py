"""Who is at the screen: a session becomes an actor once per request."""

import datetime as dt
import time
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user

from admin.kept import HELD, WHO, Typed, seal, unseal
from aid.errors import AidError
from aid.operations.accounts import actor_of
from aid.operations.sessions import (
    came_from,
    change_password,
    resume,
    session_before,
    sign_in,
    sign_out,
)
from aid.rules import networks, passwords
from aid.rules.times import local
from forms.signin import PasswordForm, SignInForm
from models import Session, now

ASKED_BY_ITSELF = (".since_view", ".totals_view")  # what an open grid asks while others write: nobody's work
SEEN, SEEN_EVERY = "seen", 60  # seconds: the browser's cookie is not written anew with every page
MOST_OF_ONE = "10 per 15 minutes"  # wrong passwords for one account from one address
MOST_OF_ACCOUNT, MOST_OF_ADDRESS = "50 per 15 minutes", "200 per 15 minutes"

login_manager = LoginManager()
signin = Blueprint("signin", __name__)
limiter = Limiter(key_func=lambda: request.remote_addr or "", storage_uri="memory://", strategy="moving-window")


class SignedIn(UserMixin):
    """The account behind a session; its id in the cookie is the session's random token."""

    def __init__(self, opened: Session, token: str) -> None:
        self.session = opened
        self.account = opened.account
        self.actor = actor_of(opened.account, address=request.remote_addr or "")
        self._token = token

    def get_id(self) -> str:
        return self._token

    @property
    def must_change(self) -> bool:
        """Whether a new password comes before anything else: after a one-time one, and when it has grown old."""
        days = demands().max_age_days
        too_old = bool(days) and now() - self.account.password_at > dt.timedelta(days=days)
        return self.account.must_change or too_old


@login_manager.user_loader
def load(token: str) -> SignedIn | None:
    """Nobody where the session ended, is too old or has been idle too long, or the address is in no network of the
    organisation's."""
    config = current_app.config["ZHUXUE"]
    moment = int(time.time())
    idle = moment - session.get(SEEN, 0)
    if idle > config.session_idle_minutes * 60 or idle < -SEEN_EVERY:
        g.was_idle = True
        return None
    opened = resume(token, longest=dt.timedelta(hours=config.session_hours))
    if opened is None:
        return None
    place = opened.account.organisation
    if place is not None and not networks.allows(place.networks, request.remote_addr or ""):
        return None
    if idle > SEEN_EVERY and not (request.endpoint or "").endswith(ASKED_BY_ITSELF):
        session[SEEN] = moment
    return SignedIn(opened, token)


def begin(opened: Session, token: str) -> None:
    """A new session in the browser: nothing of an older one is carried over, the token of forms neither."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF would give the next form of this answer the old one
    session[SEEN] = int(time.time())
    session[WHO] = opened.account_id
    login_user(SignedIn(opened, token))


def demands() -> passwords.Demands:
    """What this office asks of passwords."""
    config = current_app.config["ZHUXUE"]
    return passwords.Demands(
        config.password_require_classes, config.password_max_age_days, config.one_time_password_days
    )


@login_manager.unauthorized_handler
def ask_to_sign_in() -> Any:
    """To the sign-in page, and from there back to a page that can be opened: not to where a form was sent. What was
    typed into one is kept in the page meanwhile."""
    minutes = current_app.config["ZHUXUE"].session_idle_minutes
    why = f"超过 {minutes} 分钟没有操作，登录已结束。" if g.get("was_idle") and SEEN in session else ""
    if request.is_json:
        return {
            "sentence": f"{why or '登录已失效。'}请在新窗口登录后回到这里，没有保存的会接着保存。",
            "kind": "SignIn",
        }, 401
    if request.method == "GET":
        flash(f"{why}请先登录。", "refused")
        return redirect(url_for("signin.enter", next=request.full_path.rstrip("?")))
    if held := seal():
        flash(f"{why or '登录已失效。'}刚才填的内容还在，但没有保存；登录后接着填。", "refused")
        return render_template("signin.html", form=SignInForm(formdata=None), held=held), 401
    flash(f"{why or '登录已失效，'}刚才提交的没有保存。请重新登录后再做一次。", "refused")
    return redirect(url_for("signin.enter", next=page_before()))


def page_before() -> str:
    """The path of the page on this server that a form was sent from, of its list where that was a question about rows;
    the first page where it is not known."""
    before = urlsplit(request.referrer or "")
    path = before._replace(scheme="", netloc="").geturl() if before.netloc == request.host else ""
    return own_path(f"{path.partition('/bulk/')[0]}/" if "/bulk/" in path else path)


def own_path(target: str | None) -> str:
    """A path on this server to go on to, or the first page: never an address somebody slipped in."""
    safe = target and target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if safe and min(map(ord, target)) > 31 else url_for("admin.index")


# -- the way in, slowed down for whoever guesses ----------------------------------


def _login() -> str:
    return request.form.get("login", "").strip().lower()[:40]


def _login_and_address() -> str:
    return f"{_login()} {request.remote_addr}"


def _known() -> bool:
    """Whoever has signed in from here before is slowed by their own mistakes alone: nobody else can shut them out.

    Each limit asks twice in a request, before and after; the database is asked once.
    """
    if "known" not in g:
        g.known = came_from(_login(), request.remote_addr or "")
    return g.known


def _refused(response: Response) -> bool:
    return response.status_code == 422


WAIT = "密码试错太多次，请过 15 分钟再试；忘记密码可请上级机构重置。"
BY_PAIR = {"key_func": _login_and_address, "deduct_when": _refused, "methods": ["POST"], "error_message": WAIT}
BY_ACCOUNT = BY_PAIR | {"key_func": _login, "exempt_when": _known}
BY_ADDRESS = BY_ACCOUNT | {"key_func": lambda: request.remote_addr or ""}


@signin.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(MOST_OF_ONE, **BY_PAIR)
@limiter.limit(MOST_OF_ACCOUNT, **BY_ACCOUNT)
@limiter.limit(MOST_OF_ADDRESS, **BY_ADDRESS)
def enter() -> str | Response | tuple[str, int]:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(own_path(request.args.get("next")))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("signin.html", form=form, held=request.form.get(HELD))
    try:
        opened, token = sign_in(
            form.login.data,
            form.password.data,
            address=request.remote_addr or "",
            device=request.user_agent.string,
            demands=demands(),
        )
    except AidError as refusal:
        return render_template("signin.html", form=form, refusal=refusal, held=request.form.get(HELD)), 422
    typed = unseal(request.form.get(HELD, ""))
    begin(opened, token)
    _tell_of_the_last(opened)
    if typed:
        return _shown_again(typed)
    return redirect(own_path(request.args.get("next")))


def _shown_again(typed: Typed) -> str | Response:
    """On to the form that was kept, for the account that typed it."""
    if typed.who != current_user.account.id:
        flash("刚才没有保存的内容是另一个账号填的，没有带过来。", "refused")
        return redirect(url_for("admin.index"))
    flash("下面是刚才填的内容，还没有保存；请看过后再提交一次。", "refused")
    return render_template("shown_again.html", typed=typed)


def _tell_of_the_last(opened: Session) -> None:
    last = session_before(current_user.actor, opened)
    if last is not None:
        flash(
            f"上次登录：{local(last.started):%Y-%m-%d %H:%M}，来自 {last.address}。若不是您本人，请马上修改密码。",
            "done",
        )


@signin.route("/sign-out", methods=["POST"])
def leave() -> Response:
    if current_user.is_authenticated:
        sign_out(current_user.actor, current_user.session)
    logout_user()
    session.clear()
    flash("您已退出。", "done")
    answer = redirect(url_for("signin.enter"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@signin.route("/password", methods=["GET", "POST"])
@login_required
@limiter.limit(MOST_OF_ONE, key_func=lambda: current_user.account.login, deduct_when=_refused, methods=["POST"])
def password() -> str | Response | tuple[str, int]:
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("password.html", form=form, demands=demands())
    try:
        opened, token = change_password(
            current_user.actor,
            current_user.account,
            old=form.old.data,
            new=form.new.data,
            device=request.user_agent.string,
            demands=demands(),
        )
    except AidError as refusal:
        return render_template("password.html", form=form, demands=demands(), refusal=refusal), 422
    begin(opened, token)
    flash("密码已改好，下次登录请用新密码。您在别处的登录都已结束。", "done")
    return redirect(url_for("admin.index"))


def must_change_first() -> Any:
    """Before any page: an account with a one-time password sees only the page to change it."""
    free = request.endpoint in (None, "static") or request.blueprint == "signin"
    if free or not current_user.is_authenticated or not current_user.must_change:
        return None
    if request.is_json:
        return {"sentence": "请先修改密码，再回到这里。", "kind": "SignIn"}, 401
    return redirect(url_for("signin.password"))
