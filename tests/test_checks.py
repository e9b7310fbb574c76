"""`flask check`: silent about what is safe, one sentence and a non-zero end for each thing that is not."""

from dataclasses import replace

import pytest

from aid import dialect
from aid.operations.accounts import open_account
from aid.scope import SYSTEM
from checks import findings
from config import Config
from models import Role, db


@pytest.fixture
def safe(database, tmp_path) -> Config:
    """The defaults, in a folder of one's own."""
    tmp_path.chmod(0o700)
    return Config.from_env({"DATA_DIR": str(tmp_path)})


def unsafe(config: Config, *, debug: bool = False) -> list[str]:
    return findings(config, debug=debug)[0]


def test_the_defaults_are_safe(safe):
    assert findings(safe, debug=False) == ([], [])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"secret_key": "x" * 40}, ["SECRET_KEY"]),
        ({"secret_key": "changeme-0123456789-abcdefghijklmnop"}, ["SECRET_KEY"]),
        ({"host": "0.0.0.0"}, ["https", "TRUSTED_HOSTS"]),
        ({"host": "0.0.0.0", "https": True}, ["PROXY", "TRUSTED_HOSTS"]),
        ({"host": "10.36.0.5", "https": True, "proxy": "10.36.0.4", "trusted_hosts": ("zhuxue.example",)}, []),
        ({"host": "localhost"}, []),
        ({"host": "::1"}, []),
        ({"database_url": "postgresql://u@db.example/zhuxue"}, ["DATABASE_URL"]),
        ({"database_url": "postgresql://u@db.example/zhuxue?sslmode=prefer"}, ["DATABASE_URL"]),
        ({"database_url": "postgresql://u@db.example/zhuxue?sslmode=verify-full"}, []),
        ({"database_url": "postgresql://u@127.0.0.1/zhuxue"}, []),
        ({"database_url": "postgresql:///zhuxue"}, []),
    ],
)
def test_each_unsafe_setting_is_a_sentence(safe, settings, words):
    told = unsafe(replace(safe, **settings))
    assert len(told) == len(words)
    assert all(word in sentence for word, sentence in zip(words, told, strict=True))


def test_debugging_is_unsafe(safe):
    assert "FLASK_DEBUG" in unsafe(safe, debug=True)[0]


def test_files_that_others_can_read_are_unsafe(safe, tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "secret_key").chmod(0o644)
    told = unsafe(safe)
    assert [sentence for sentence in told if "chmod 700" in sentence]
    assert [sentence for sentence in told if "chmod 600" in sentence and "secret_key" in sentence]


@pytest.mark.parametrize(
    ("settings", "word"), [({"password_require_classes": 1}, "CLASSES"), ({"password_max_age_days": 0}, "AGE")]
)
def test_what_dengbao_asks_for_is_a_hint(safe, settings, word):
    told, hints = findings(replace(safe, **settings), debug=False)
    assert told == []
    assert word in hints[0]


def test_a_row_that_points_nowhere_is_damage(world):
    if not dialect.on_sqlite():
        assert dialect.damage() == []
        return
    db.execute_sql("PRAGMA foreign_keys = 0")
    db.execute_sql("DELETE FROM organisation WHERE id = ?", (world.organisations["far"].id,))
    [told] = dialect.damage()
    assert "指向不存在的记录" in told


@pytest.fixture
def watching(safe, world, tmp_path) -> Config:
    """A folder for one's own eyes, and an account to import as."""
    open_account(SYSTEM, organisation=world.organisations["county"], role=Role.COUNTY, login="clerk", name="小王")
    (tmp_path / "in").mkdir(mode=0o770)
    return replace(safe, watch_folder=tmp_path / "in", watch_as="clerk")


def test_a_watched_folder_for_its_clerks_alone_is_safe(watching):
    assert unsafe(watching) == []


@pytest.mark.parametrize("mode", [0o775, 0o772, 0o771])
def test_a_watched_folder_that_others_may_use_is_unsafe(watching, mode):
    watching.watch_folder.chmod(mode)
    [told] = unsafe(watching)
    assert "chmod o=" in told


def test_a_watched_folder_that_is_not_there_is_told(watching, tmp_path):
    [told] = unsafe(replace(watching, watch_folder=tmp_path / "none"))
    assert "没有这个文件夹" in told


def test_an_account_that_is_not_open_is_told(watching):
    [told] = unsafe(replace(watching, watch_as="nobody"))
    assert "nobody" in told
