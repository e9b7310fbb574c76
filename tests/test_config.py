"""Settings: defaults that work, and a clear sentence for every word that cannot be meant."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import HERE, BadSetting, Config, kept_secret

SECRET = "s" * 32


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "county")}


def test_an_empty_environment_means_the_defaults(environ):
    config = Config.from_env(environ)
    assert (config.host, config.port, config.database_url) == ("127.0.0.1", 8000, "")
    assert (config.max_upload_mb, config.threads, config.https) == (20, 8, False)
    assert Config().data_dir == HERE / "var"


def test_settings_are_read_as_what_they_are(environ):
    words = {"PORT": "9000", "HTTPS": "Yes", "SECRET_KEY": SECRET, "DATABASE_URL": "postgresql://u@h/zhuxue"}
    config = Config.from_env(environ | words)
    assert (config.port, config.https, config.secret_key) == (9000, True, SECRET)
    assert config.database_url == "postgresql://u@h/zhuxue"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０００"),
        ("PORT", "-1"),
        ("PORT", "8000.0"),
        ("PORT", "9" * 5000),
        ("HTTPS", "maybe"),
        ("HTTPS", "是"),
        ("THREADS", "0"),
        ("MAX_UPLOAD_MB", "999"),
        ("HOST", "http://127.0.0.1"),
        ("SECRET_KEY", "changeme"),
        ("DATABASE_URL", "mysql://u@h/zhuxue"),
        ("DATABASE_URL", "sqlite:///elsewhere.sqlite3"),
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_URL", "zhuxue"),
    ],
)
def test_nonsense_stops_the_program_with_a_sentence(environ, name, word):
    with pytest.raises(BadSetting, match=name):
        Config.from_env(environ | {name: word})


def test_a_refusal_does_not_repeat_a_secret(environ):
    with pytest.raises(BadSetting) as refusal:
        Config.from_env(environ | {"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refusal.value.format_message())


def test_a_data_dir_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="DATA_DIR"):
        Config.from_env({"DATA_DIR": str(tmp_path / "file")})


def test_the_secret_is_made_once_and_kept_private(environ):
    first, second = Config.from_env(environ), Config.from_env(environ)
    path = first.data_dir / "secret_key"
    assert first.secret_key == second.secret_key == path.read_text()
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.data_dir.stat().st_mode) == 0o700


def test_programs_that_start_together_share_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(kept_secret, [tmp_path] * 8))
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_secret_file_cut_short_is_refused(tmp_path):
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(BadSetting, match="secret_key"):
        kept_secret(tmp_path)


def test_a_county_has_a_secret_of_its_own(tmp_path):
    one, other = (Config.from_env({"DATA_DIR": str(tmp_path / name)}) for name in ("one", "other"))
    assert one.secret_key != other.secret_key


@pytest.mark.parametrize("where", ["", "passing", "staged", "workbooks"])
def test_the_programs_own_folders_are_not_watched(environ, where):
    with pytest.raises(BadSetting, match="WATCH_FOLDER"):
        Config.from_env(environ | {"WATCH_FOLDER": f"{environ['DATA_DIR']}/{where}", "WATCH_AS": "clerk"})


@pytest.mark.parametrize("folder", [HERE, HERE / "static", HERE / "static" / "grid", HERE / "var"])
def test_nothing_within_the_program_is_watched(environ, folder):
    with pytest.raises(BadSetting, match="WATCH_FOLDER"):
        Config.from_env(environ | {"WATCH_FOLDER": str(folder), "WATCH_AS": "clerk"})


def test_a_watched_folder_needs_an_account_and_may_lie_in_the_data_folder(environ):
    words = {"WATCH_FOLDER": f"{environ['DATA_DIR']}/in"}
    with pytest.raises(BadSetting, match="WATCH_AS"):
        Config.from_env(environ | words)
    config = Config.from_env(environ | words | {"WATCH_AS": "clerk"})
    assert (config.watch_folder, config.watch_as) == (config.data_dir / "in", "clerk")
