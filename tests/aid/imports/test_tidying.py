"""A sheet that nobody handles goes after its days, with its file, and on record."""

import datetime as dt
from pathlib import Path

import pytest

from aid.errors import NotAllowed
from aid.imports.staged import Staged
from aid.imports.tidying import tidy
from aid.imports.uploads import correct, hand_in
from aid.imports.worker import upload
from aid.scope import SYSTEM
from models import Change, Operation, Upload, UploadState, db, now
from tests.aid.imports.sheets import row, titles, write


@pytest.fixture
def waiting(clerk, tmp_path: Path) -> Upload:
    """A sheet with a faulty row that was uploaded 31 days ago."""
    path = write(tmp_path / "sheet.xlsx", [titles("roll"), row("roll", {"年级": ""})])
    sheet = upload(clerk, "roll", path, file_name="名册.xlsx")
    with db.atomic():
        Upload.update(at=now() - dt.timedelta(31)).execute()
        Operation.update(at=now() - dt.timedelta(31)).execute()
    return Upload.get_by_id(sheet.id)


def test_a_sheet_that_was_left_goes_with_its_file_and_on_record(waiting):
    assert tidy(SYSTEM, days=30) == 1
    assert not Upload.select().exists()
    assert list(Staged(waiting.staged).path.parent.iterdir()) == []
    done = Operation.select().order_by(Operation.id.desc()).get()
    assert (done.actor, done.action, done.undoable) == (SYSTEM.name, "import:settle", False)
    assert done.sentence == "清理 30 天没有人处理的待导入的表 1 张：名册.xlsx"
    assert Change.get(Change.operation == done).row_id == waiting.id


def test_what_could_not_be_taken_in_goes_too(waiting):
    Upload.update(state=UploadState.FAILED).execute()
    assert tidy(SYSTEM, days=30) == 1


def test_a_sheet_that_still_has_days_stays(waiting):
    operations = Operation.select().count()
    assert tidy(SYSTEM, days=32) == 0
    assert Upload.select().exists()
    assert not Staged(waiting.staged).gone()
    assert Operation.select().count() == operations


def test_a_sheet_that_somebody_corrects_waits_anew(waiting, clerk):
    correct(clerk, waiting, {2: {titles("roll").index("年级"): "三年级"}})
    assert tidy(SYSTEM, days=30) == 0
    assert not Staged(waiting.staged).gone()


@pytest.mark.parametrize("state", [UploadState.QUEUED, UploadState.DONE])
def test_what_is_handed_in_or_has_come_in_stays(waiting, clerk, state):
    hand_in(clerk, waiting)
    Upload.update(state=state).execute()
    Operation.update(at=now() - dt.timedelta(31)).execute()
    assert tidy(SYSTEM, days=30) == 0
    assert not Staged(waiting.staged).gone()


@pytest.mark.parametrize("who", ["county", "province", "auditor", "a"])
def test_nobody_but_the_server_tidies(waiting, world, who):
    with pytest.raises(NotAllowed):
        tidy(world.actors[who], days=30)
    assert Upload.select().exists()
