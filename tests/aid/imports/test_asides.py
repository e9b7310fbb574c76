"""What stands below a header and is no data is passed over and told; whatever may be a child is held back."""

from tests.aid.imports.sheets import row, titles


def test_totals_signatures_numbers_and_a_header_once_more_are_passed_over_and_told(world, send_lines):
    columns = titles("roll")
    lines = [
        *(columns, [str(n) for n in range(1, len(columns) + 1)], row("roll"), columns),
        *(["小计", "", "1人"], ["合计", "1人"], ["填表人：王老师", "", "审核人：李主任"], ["说明：一式两份"]),
    ]
    report = send_lines(world.actors["county"], "roll", lines)
    assert ((report.rows, report.added, len(report.held_back)), len(report.warnings)) == ((1, 1, 0), 1)
    assert report.warnings[0].startswith("没有收进来的行：第 2 行“1”、第 4 行“全国学籍号”、第 5 行“小计”")
    assert "等 6 行" in report.warnings[0]


def test_a_child_is_never_taken_for_a_total(world, send_lines):
    filled = row("roll", {"全国学籍号": "合计", "身份证号": ""})
    alone = ["", "总计长", "", "", "", "", "", "", "", "三年级"]
    report = send_lines(world.actors["county"], "roll", [titles("roll"), filled, alone, ["蒲亭镇小学"]])
    assert [held.row for held in report.held_back] == [2, 3, 4]
