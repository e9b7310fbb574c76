"""Who is at the screen: an account becomes an actor once per request."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from peewee import JOIN

from aid.errors import AidError
from aid.operations.accounts import actor_of, change_password, sign_in
from forms.signin import PasswordForm, SignInForm
from models import Account, Organisation, Region

login_manager = LoginManager()
signin = Blueprint("signin", __name__)


class SignedIn(UserMixin):
    """The account behind a session; its id in the cookie is a random token that a password change replaces."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.actor = actor_of(account, address=request.remote_addr or "")

    def get_id(self) -> str:
        return self.account.session_token


@login_manager.user_loader
def load(token: str) -> SignedIn | None:
    account = (
        Account.select(Account, Organisation, Region)
        .join(Organisation, JOIN.LEFT_OUTER)
        .join(Region, JOIN.LEFT_OUTER)
        .where(Account.session_token == token, Account.active)
        .first()
    )
    return account and SignedIn(account)


@login_manager.unauthorized_handler
def ask_to_sign_in() -> Response:
    """To the sign-in page, and from there back to a page that can be opened: not to where a form was sent."""
    if request.method == "GET":
        flash("请先登录。", "refused")
        return redirect(url_for("signin.enter", next=request.full_path.rstrip("?")))
    flash("登录已失效，刚才提交的没有保存。请重新登录后再做一次。", "refused")
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


@signin.route("/sign-in", methods=["GET", "POST"])
def enter() -> str | Response | tuple[str, int]:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(own_path(request.args.get("next")))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("signin.html", form=form)
    try:
        account = sign_in(form.login.data, form.password.data, address=request.remote_addr or "")
    except AidError as refusal:
        return render_template("signin.html", form=form, refusal=refusal), 422
    session.clear()
    login_user(SignedIn(account))
    return redirect(own_path(request.args.get("next")))


@signin.route("/sign-out", methods=["POST"])
def leave() -> Response:
    logout_user()
    session.clear()
    flash("您已退出。", "done")
    return redirect(url_for("signin.enter"))


@signin.route("/password", methods=["GET", "POST"])
@login_required
def password() -> str | Response | tuple[str, int]:
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("password.html", form=form)
    account = current_user.account
    try:
        account = change_password(current_user.actor, account, old=form.old.data, new=form.new.data)
    except AidError as refusal:
        return render_template("password.html", form=form, refusal=refusal), 422
    login_user(SignedIn(account))
    flash("密码已改好，下次登录请用新密码。", "done")
    return redirect(url_for("admin.index"))


def must_change_first() -> Response | None:
    """Before any page: an account with a one-time password sees only the page to change it."""
    free = request.endpoint in (None, "static") or request.blueprint == "signin"
    if free or not current_user.is_authenticated or not current_user.account.must_change:
        return None
    return redirect(url_for("signin.password"))
