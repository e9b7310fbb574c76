"""Where pictures lie for a test."""

from pathlib import Path

import pytest

from aid.pictures import store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store.keep_in(tmp_path / "proofs")
    return tmp_path / "proofs"
