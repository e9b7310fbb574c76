"""Our workbooks in LibreOffice: it opens them, recalculates every formula to the value shown before, and prints them.

Where soffice is missing these tests fail: the workbooks must have been opened by something that calculates.
"""

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from aid.workbooks import WORKBOOKS, make_workbook
from tests.aid.workbooks.conftest import opened

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value>
</prop></item></oor:items>
"""
SUM = re.compile(r"=SUBTOTAL\(([39]),([A-Z]+)(\d+):\2(\d+)\)")
SHARE = re.compile(r'=IF\(\((.+)\)=0,"",\((.+)\)/\(\1\)\)')


@pytest.fixture
def books(aided, tmp_path) -> list[Path]:
    paths = [tmp_path / f"{slug}.xlsx" for slug in WORKBOOKS]
    for path in paths:
        make_workbook(aided.actors["county"], path.stem, path)
    return paths


def convert(paths: list[Path], kind: str, folder: Path) -> list[Path]:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    program = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run([*program, "--outdir", folder, *paths], check=True, timeout=180, capture_output=True)
    return [folder / f"{path.stem}.{kind}" for path in paths]


def cells(path: Path, *, values: bool) -> dict[tuple[str, str], object]:
    with opened(path, values=values) as book:
        return {
            (sheet.title, cell.coordinate): cell.value
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }


def without_cached_values(path: Path, folder: Path) -> Path:
    """The same workbook whose formulas have no value yet, so that only a calculation can show one."""
    bare = folder / path.name
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(name, content)
    return bare


def recalculated(formulas: dict, shown: dict) -> dict:
    """Our own reading of the formulas: sums that leave out the sums between, and shares."""
    answers = {}
    for (sheet, at), formula in formulas.items():
        if found := SUM.fullmatch(formula):
            how, column, first, last = found[1], found[2], int(found[3]), int(found[4])
            rows = [f"{column}{row}" for row in range(first, last + 1)]
            under = [shown.get((sheet, row), 0) for row in rows if (sheet, row) not in formulas]
            answers[sheet, at] = sum(under) if how == "9" else sum(value != 0 for value in under)
        else:
            under, over = SHARE.fullmatch(formula).groups()
            part, whole = (sum(shown[sheet, name] for name in some.split("+")) for some in (over, under))
            answers[sheet, at] = pytest.approx(part / whole) if whole else None
    return answers


def test_every_formula_shows_what_it_means(books):
    for path in books:
        shown = cells(path, values=True)
        formulas = {at: value for at, value in cells(path, values=False).items() if str(value).startswith("=")}
        ours = {at: formula for at, formula in formulas.items() if "HYPERLINK" not in formula}
        assert ours
        assert {at: shown.get(at) for at in ours} == recalculated(ours, shown)


def test_libreoffice_calculates_the_values_that_are_shown(books, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "bare").mkdir()
    bare = [without_cached_values(path, tmp_path / "bare") for path in books]
    for path, again in zip(books, convert(bare, "xlsx", folder), strict=True):
        before, after = cells(path, values=True), cells(again, values=True)
        assert after.keys() == before.keys()
        for at, value in before.items():
            assert after[at] == (pytest.approx(value) if isinstance(value, float) else value), at


def test_libreoffice_prints_them(books, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    for path in convert(books, "pdf", folder):
        printed = path.read_bytes()
        assert printed.startswith(b"%PDF")
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 1


def test_a_school_named_like_a_formula_stays_its_name(books, county):
    naming_schools = {"regional-summary", "school-progress", "roster"}
    for path in (path for path in books if path.stem in naming_schools):
        with zipfile.ZipFile(path) as parts:
            sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        formulas = re.findall(r"<f>(.*?)</f>", "".join(sheets))
        assert all(formula.startswith(("SUBTOTAL(9,", "IF((")) for formula in formulas)
        name = county.organisations["formula"].name
        assert any(str(value).startswith(name) for value in cells(path, values=True).values())
