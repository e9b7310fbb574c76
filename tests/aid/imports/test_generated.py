"""更新表: which tables have a sheet of their own, what it asks for, and its whole way in and out again."""

import pytest

from aid.editing import EDITORS
from aid.errors import BadSheet
from aid.imports import run_import
from aid.imports.base import Fate
from aid.imports.formats import FORMATS, GENERATED
from aid.imports.generated import SHEETLESS
from aid.imports.preview import of_upload
from aid.imports.worker import upload
from aid.operations.history import undo
from aid.workbooks.template import template_workbook
from models import Beneficiary, Operation, SheetKind
from tests.aid.imports.sheets import stored, without_versions
from tests.aid.imports.tables import A1, A2, ACCOUNTS, CASES, CHILDREN, NEW, OFFICES, SCHOOL, child, counts, office
from tests.aid.imports.waiting import again, carried_out, fates
from tests.aid.workbooks.conftest import opened

pytestmark = pytest.mark.usefixtures("below")


# -- which sheets there are ----------------------------------------------------


def test_every_table_that_is_edited_has_a_sheet_with_all_that_may_be_edited():
    for model, editor in EDITORS.items():
        if model in SHEETLESS:
            continue
        names = [{column.name for column in sheet.columns} for sheet in FORMATS.values() if sheet.intake.model is model]
        assert any(found.issuperset((*editor.columns, *editor.addable)) for found in names), model
    assert set(GENERATED) == {CHILDREN, ACCOUNTS, OFFICES, CASES}


def test_every_sheet_has_a_kind_and_a_title_of_its_own():
    assert {kind.value for kind in SheetKind} == set(FORMATS)
    assert [sheet.title for sheet in FORMATS.values()] == [SheetKind(slug).label for slug in FORMATS]


def test_the_columns_are_the_models_own():
    for sheet in GENERATED.values():
        fields = sheet.intake.model._meta.fields
        assert [column.title for column in sheet.columns] == [fields[c.name].verbose_name for c in sheet.columns]
        assert sheet.permission == sheet.editor.permission
        assert {column.name for column in sheet.columns if column.required} == set(sheet.key)


def test_a_sheet_without_its_key_is_refused_and_what_it_is_like_is_told(send_table):
    with pytest.raises(BadSheet, match="缺少：学校"):
        send_table(CHILDREN, {"身份证号": A1, "班级": "2班"})
    with pytest.raises(BadSheet, match="这像是《资助对象更新表》，不是《账号更新表》"):
        send_table(ACCOUNTS, child(班级="2班"))


@pytest.mark.parametrize("slug", GENERATED)
def test_its_template_offers_what_the_editor_takes_and_comes_in_again_empty(slug, world, tmp_path):
    template_workbook(world.actors["county"], slug, tmp_path / "template.xlsx")
    with opened(tmp_path / "template.xlsx", values=False) as book:
        page = book[FORMATS[slug].title]
        assert [cell.value for cell in page[4]] == [column.title for column in FORMATS[slug].columns]
        assert len([rule for rule in page.data_validations.dataValidation if rule.type == "list"]) == len(
            [column for column in FORMATS[slug].columns if column.choices]
        )
    report = run_import(world.actors["county"], slug, tmp_path / "template.xlsx", file_name="模板.xlsx")
    assert (report.rows, counts(report)) == (0, (0, 0, 0, 0))
    assert all(column.told for column in FORMATS[slug].columns)


# -- the whole way -------------------------------------------------------------


def test_a_sheet_is_previewed_applied_and_undone(world, clerk, sheet):
    before = without_versions({"Beneficiary": stored()["Beneficiary"]})
    unknown = child(班级="", 学校="无")
    path = sheet(child(班级="2班", 性别="女"), {"身份证号": A2, "学校": SCHOOL, "班级": "1班"}, unknown)
    row = upload(clerk, "", path, file_name="名单.xlsx")
    assert (row.kind, fates(row)) == (CHILDREN, {"changed": 1, "unchanged": 1, "held": 1})
    [line] = of_upload(clerk, row, Fate.CHANGED, page=0).lines
    assert [(cell.before, cell.text) for cell in line.cells if cell.before is not None] == [("1班", "2班"), ("", "女")]
    row = carried_out(world, again(row))
    assert Beneficiary.get_by_id(world.children["a1"].id).class_name == "2班"
    undo(clerk, Operation.get_by_id(row.operation))
    assert without_versions({"Beneficiary": stored()["Beneficiary"]}) == before


def test_new_and_moved_organisations_are_rehearsed_without_being_made(world, clerk, sheet):
    before = stored()
    path = sheet(NEW, office("c", world, 机构名称="德安县聂桥镇小学", 学段="小学", 行政区划="蒲亭镇"))
    row = upload(clerk, OFFICES, path, file_name="机构.xlsx")
    assert fates(row) == {"added": 1, "changed": 1}
    assert [name for name, lines in stored().items() if lines != before[name]] == ["Upload"]
    [line] = of_upload(clerk, row, Fate.CHANGED, page=0).lines
    assert [(cell.before, cell.text) for cell in line.cells if cell.before is not None] == [
        (world.regions["other_town"].name, "蒲亭镇")
    ]
