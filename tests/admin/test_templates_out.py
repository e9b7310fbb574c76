"""导入模板 through the page: beside every format one may import, and for nobody else."""

import io
import re

import pytest

from aid.imports import FORMATS
from models import ImportRun, Operation, db

OFFERED = [slug for slug in FORMATS if slug != "table_dropout_case"]  # which has no column until the county adds one
LINK = re.compile(r'href="(/import_run/template/[^"]+)"')


@pytest.mark.parametrize("slug", OFFERED)
def test_a_template_is_linked_and_comes_in_again_empty(slug, visit):
    visitor = visit("county")
    links = LINK.findall(visitor.get("/import_run/new/").text)
    assert links == [f"/import_run/template/{one}.xlsx" for one in OFFERED]
    sheet = visitor.get(f"/import_run/template/{slug}.xlsx")
    assert sheet.data[:2] == b"PK"
    assert "filename*=UTF-8''" in sheet.headers["Content-Disposition"]
    values = {"kind": slug, "file": (io.BytesIO(sheet.data), "模板.xlsx"), "batch": "2027 春"}
    answer = visitor.post("/import_run/new/", values)
    assert "共 0 行" in visitor.get(answer.headers["Location"]).text


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
@pytest.mark.parametrize("slug", FORMATS)
def test_who_may_not_import_a_format_is_refused_its_template(who, slug, visit):
    """A school supplements and corrects its own list, by sheet as on the page."""
    if who == "a" and slug in ("supplement", "table_beneficiary"):
        assert visit(who).get(f"/import_run/template/{slug}.xlsx").status_code == 200
        return
    assert visit(who).get(f"/import_run/template/{slug}.xlsx").status_code == 403


def test_an_unknown_format_has_no_template(visit):
    assert visit("county").get("/import_run/template/grades.xlsx").status_code == 404


def test_a_template_changes_nothing(visit):
    visitor = visit("county")
    with db.connection_context():
        before = Operation.select().count(), ImportRun.select().count()
    visitor.get("/import_run/template/roll.xlsx")
    with db.connection_context():
        assert (Operation.select().count(), ImportRun.select().count()) == before
