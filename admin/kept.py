"""What somebody typed is kept while they sign in again: a long form does not die with its session (T16).

It travels sealed in the page, never stored here, and comes back for the same account alone; nothing is saved by it.
"""

from dataclasses import dataclass

from flask import current_app, request, session
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms.validators import ValidationError

from forms.base import SHOWN_AGAIN

TYPED, HELD, WHO = "typed", "held", "who"
LONGEST = 12 * 3600  # seconds
NOT_KEPT = {"csrf_token", SHOWN_AGAIN}


@dataclass(frozen=True)
class Typed:
    """A form as it was sent: whose it was, the path it went to, its words."""

    who: int
    to: str
    words: list[tuple[str, str]]


def seal() -> str | None:
    """The form of this request for its sender to take along; None where it holds nothing typed, or is not ours."""
    who = session.get(WHO)
    if who is None or request.form.get(TYPED) != "1":
        return None
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return None
    words = [(word, value) for word, value in request.form.items(multi=True) if word not in NOT_KEPT]
    return _sealer().dumps([who, request.full_path.rstrip("?"), words])


def unseal(held: str) -> Typed | None:
    """What was sealed; None for anything else, and for what is older than half a day."""
    try:
        who, to, words = _sealer().loads(held, max_age=LONGEST)
    except BadData:
        return None
    return Typed(who, to, [(word, value) for word, value in words])


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="typed")
