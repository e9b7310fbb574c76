"""What the application is made with: the session's cookie, the largest request, the secret."""

import pytest

from app import create_app
from config import Config


@pytest.fixture
def made(database, tmp_path):
    def make(**settings):
        app = create_app(Config(**{"data_dir": tmp_path, "secret_key": "x" * 40, **settings}))
        app.testing = True
        return app

    return make


def cookie(app) -> set[str]:
    """The attributes of the cookie that the first page sets."""
    [told] = app.test_client().get("/sign-in").headers.getlist("Set-Cookie")
    return {part.strip() for part in told.split(";")[1:]}


def test_the_cookie_is_for_this_server_alone(made):
    assert cookie(made()) == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_behind_https_the_cookie_travels_over_https_alone(made):
    assert "Secure" in cookie(made(https=True))


def test_a_larger_request_than_the_setting_is_refused(made):
    client = made(max_upload_mb=1).test_client()
    answer = client.post("/sign-in", data={"login": "a" * (1024 * 1024 + 1)})
    assert (answer.status_code, "文件太大" in answer.text) == (413, True)


def test_a_session_signed_with_another_secret_is_nobodys(made):
    ours, theirs = made(), made(secret_key="y" * 40)
    serializer = theirs.session_interface.get_signing_serializer(theirs)
    forged = serializer.dumps({"_user_id": "token"})
    assert serializer.loads(forged)
    with pytest.raises(Exception, match="does not match"):
        ours.session_interface.get_signing_serializer(ours).loads(forged)
