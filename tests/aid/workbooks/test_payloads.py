"""What looks like a formula stays text: in every text column of every table, in every workbook that goes out."""

import html
import re
import zipfile

import pytest
from openpyxl.utils.escape import unescape

from aid.workbooks import WORKBOOKS, make_workbook
from tests.aid.workbooks.conftest import open_account, opened
from tests.hostile import PAYLOADS, fill_with_payloads

OURS = re.compile(r"(SUBTOTAL\([39],[A-Z]+\d+:[A-Z]+\d+\)|IF\(\([A-Z+\d]+\)=0,\"\",\([A-Z+\d]+\)/\([A-Z+\d]+\)\))")


@pytest.fixture
def hostile(aided):
    for login, school in (("one", "a"), ("two", "b")):
        open_account(aided, login=login, school=school, last=None)
    fill_with_payloads()
    return aided


@pytest.mark.parametrize("slug", WORKBOOKS)
def test_no_payload_is_a_formula_or_a_link(hostile, tmp_path, slug):
    path = tmp_path / "book.xlsx"
    make_workbook(hostile.actors["county"], slug, path)
    with zipfile.ZipFile(path) as parts:
        sheets = {name: parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")}
    for sheet in sheets.values():
        formulas = [html.unescape(formula) for formula in re.findall(r"<f>(.*?)</f>", sheet)]
        assert not [formula for formula in formulas if not OURS.fullmatch(formula)]
        assert "hyperlink" not in sheet
    with opened(path, values=True) as book:
        texts = {unescape(c.value) for s in book for row in s.iter_rows() for c in row if isinstance(c.value, str)}
    assert {text.replace("\r", "\n") for text in texts} & {text.replace("\r", "\n") for text in PAYLOADS}
