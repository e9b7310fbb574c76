"""选定列 through the page."""

import re

import pytest

from aid.imports.headers import IGNORED
from models import ColumnChoice, Upload, UploadState, db
from tests.admin.test_imports import SHEET, UNKNOWN, UPLOAD, upload
from tests.aid.imports.odd_files import HEADER, SOUND, line, with_sheet

RIGHT = {"column-0": "code", "column-1": "name", "column-2": "level"}


def asked(visitor) -> str:
    """Upload a sheet whose titles nobody knows; return the upload's id."""
    return UPLOAD.search(upload(visitor, UNKNOWN, kind="guess").headers["Location"])[1]


def say(visitor, key: str, **values: str):
    page = visitor.get(f"/upload/choose/?id={key}").text
    version = re.search(r'name="version" value="(\d+)"', page)
    whole = {"id": key, "version": version[1] if version else "1", "kind": "regions", "sheet": "0", "header_row": "1"}
    return visitor.post("/upload/chosen/", whole | values)


def state(key: str) -> str:
    with db.connection_context():
        return Upload.get_by_id(int(key)).state


def test_columns_are_chosen_by_hand_beside_what_stands_under_them_and_known_the_next_time(visit):
    visitor = visit("county")
    key = asked(visitor)
    page = visitor.get(f"/upload/choose/?id={key}&kind=regions").text
    assert f"<span>{SOUND[0]}</span>" in page
    assert "●必有的列还没有选定：区划代码、名称、级别。" in page
    answer = say(visitor, key, **RIGHT)
    assert "导入：新增 1，更新 0" in visitor.get(answer.headers["Location"]).text
    again = upload(visitor, UNKNOWN, kind="guess")
    assert "导入：新增 1，更新 0" in visitor.get(again.headers["Location"]).text


def test_what_is_chosen_wrong_is_told_and_stands_there_still(visit):
    visitor = visit("county")
    key = asked(visitor)
    answer = say(visitor, key, **(RIGHT | {"column-2": IGNORED}))
    assert answer.status_code == 422
    assert "必有的列还没有选定：级别；请在“收作”里选定它们" in answer.text
    assert re.search(r'name="column-1".*?<option value="name" selected>', answer.text)
    assert state(key) == UploadState.CHOOSING


def test_a_column_that_is_known_can_be_left_out(visit):
    visitor = visit("county")
    key = UPLOAD.search(upload(visitor, with_sheet(line(1, *HEADER, "上级代码"), line(2, *SOUND))).headers["Location"])[
        1
    ]
    say(visitor, key, **RIGHT, **{"column-3": IGNORED})
    with db.connection_context():  # and only what was not known anyway is remembered
        kept = ColumnChoice.select().where(ColumnChoice.kind == "regions").order_by(ColumnChoice.id.desc())
        assert [(row.header, row.column) for row in kept.limit(1)] == [("上级代码", IGNORED)]
        assert not kept.where(ColumnChoice.header == "名称").exists()


def test_two_columns_that_are_taken_for_one_are_refused(visit):
    visitor = visit("county")
    answer = say(visitor, asked(visitor), **(RIGHT | {"column-1": "code"}))
    assert (answer.status_code, "不止一列收作：区划代码" in answer.text) == (422, True)


def test_a_choice_at_an_old_page_is_refused(visit):
    visitor = visit("county")
    key = asked(visitor)
    assert say(visitor, key, **RIGHT).status_code == 302
    assert say(visitor, key, version="1", **RIGHT).status_code == 409


@pytest.mark.parametrize(
    "values", [{"sheet": "7"}, {"header_row": "9"}, {"kind": "nothing"}, {"column-0": "id"}, {"sheet": "-1"}]
)
def test_what_the_file_does_not_have_is_no_choice(values, visit):
    visitor = visit("county")
    key = asked(visitor)
    assert say(visitor, key, **(RIGHT | values)).status_code in (302, 422)
    assert visitor.get(f"/upload/choose/?id={key}&{'&'.join(f'{k}={v}' for k, v in values.items())}").status_code == 200


@pytest.mark.parametrize(("who", "code"), [("a", 404), ("town", 403), ("other_county", 404), ("auditor", 403)])
def test_who_may_not_import_it_chooses_nothing(who, code, visit):
    key = asked(visit("county"))
    visitor = visit(who)
    assert visitor.get(f"/upload/choose/?id={key}").status_code == code
    assert say(visitor, key, **RIGHT).status_code == code
    assert state(key) == UploadState.CHOOSING


def test_what_is_being_taken_in_is_not_chosen_any_more(visit):
    visitor = visit("county")
    key = UPLOAD.search(upload(visitor, SHEET).headers["Location"])[1]
    with db.connection_context():
        Upload.update(state=UploadState.QUEUED).execute()
    assert "/upload/details/" in visitor.get(f"/upload/choose/?id={key}").headers["Location"]
    assert say(visitor, key, **RIGHT).status_code == 422
