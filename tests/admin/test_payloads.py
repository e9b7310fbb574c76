"""What looks like a formula leaves every list as text, as a workbook and as CSV."""

import csv
import io
import re
import zipfile

import pytest

from admin.base import PanelView
from aid.workbooks.base import FORMULA_STARTS
from models import db
from tests.hostile import fill_with_payloads


@pytest.fixture
def places(app, world) -> list[str]:
    with db.connection_context():
        fill_with_payloads()
    return [view.endpoint for view in app.extensions["admin"][0]._views if isinstance(view, PanelView)]


def test_no_cell_of_a_list_begins_like_a_formula(places, visit):
    visitor, seen = visit("county"), 0
    for place in places:
        lines = list(csv.reader(io.StringIO(visitor.get(f"/{place}/export/csv").data.decode("utf-8-sig"))))
        cells = [cell for line in lines for cell in line]
        assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)], place
        seen += sum(cell.startswith("'") for cell in cells)
    assert seen > 20


def test_no_cell_of_a_list_is_a_formula_or_a_link(places, visit):
    visitor = visit("county")
    for place in places:
        with zipfile.ZipFile(io.BytesIO(visitor.get(f"/{place}/export/xlsx").data)) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert all(formula.startswith("SUBTOTAL(9,") for formula in re.findall(r"<f>(.*?)</f>", sheet)), place
        assert "hyperlink" not in sheet
