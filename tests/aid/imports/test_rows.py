"""Which sheet of a file is read, and that no other is left out in silence."""

import pytest

from aid.errors import BadSheet
from tests.aid.imports.sheets import row, titles


def test_of_two_sheets_of_a_kind_none_is_left_out_in_silence(world, send_lines):
    second = [titles("regions"), row("regions", {"区划代码": "360426103000"})]
    with pytest.raises(BadSheet, match="“Sheet1”、“Sheet2”"):
        send_lines(world.actors["county"], "regions", [titles("regions"), row("regions")], second=second)


def test_only_the_first_sheet_is_read_where_the_second_has_a_header_alone(world, send_lines):
    second = [["填写说明"], titles("regions")]
    report = send_lines(world.actors["county"], "regions", [titles("regions"), row("regions")], second=second)
    assert (report.rows, report.warnings) == (1, [])
