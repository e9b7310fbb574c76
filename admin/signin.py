"""Who is at the screen: an account becomes an actor once per request."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from peewee import JOIN

from aid.errors import AidError
from aid.operations.accounts import actor_of, change_password, sign_in
from forms.signin import PasswordForm, SignInForm
from models import Account, Organisation, Region

login_manager = LoginManager()
login_manager.login_view = "signin.enter"
login_manager.login_message = "请先登录。"
login_manager.login_message_category = "refused"
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


def own_path(target: str | None) -> str:
    """A path on this server to go on to, or the first page: never an address somebody slipped in."""
    safe = target and target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if safe and min(map(ord, target)) > 31 else url_for("admin.index")


@signin.route("/sign-in", methods=["GET", "POST"])
def enter() -> str | Response | tuple[str, int]:
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
    return redirect(url_for("admin.index"))


def must_change_first() -> Response | None:
    """Before any page: an account with a one-time password sees only the page to change it."""
    free = request.endpoint in (None, "static") or request.blueprint == "signin"
    if free or not current_user.is_authenticated or not current_user.account.must_change:
        return None
    return redirect(url_for("signin.password"))
