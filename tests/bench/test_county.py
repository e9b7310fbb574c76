"""The generator: its sheets are of the asked size, deterministic, and hold what truth.json says is planted in them."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bench.county import make_county

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, by hand: not what made the numbers
REST = {sign: rest for rest, sign in enumerate("10X98765432")}
SIZE = {"schools": 16, "roll_rows": 600, "register_rows": 200}


def sheet(path: Path) -> list[dict[str, object]]:
    header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    make_county(folder, **SIZE)
    return folder


@pytest.fixture(scope="module")
def truth(county) -> dict:
    return json.loads((county / "truth.json").read_text(encoding="utf-8"))


def test_the_sheets_have_the_size_asked_for(county, truth):
    names = ("regions", "organisations", "register", "register2", "roll")
    rows = {name: len(sheet(county / f"{name}.xlsx")) for name in names}
    assert (rows["register"], rows["roll"], rows["organisations"]) == (200, 600, 16 + 3)
    assert rows["register2"] == truth["second_batch"]["rows"]
    assert truth["counts"]["register_rows"] == 200


def test_the_same_seed_makes_the_same_sheets(county, tmp_path):
    make_county(tmp_path, **SIZE)
    assert [(tmp_path / path.name).read_bytes() for path in sorted(county.iterdir())] == [
        path.read_bytes() for path in sorted(county.iterdir())
    ]


def test_the_roll_holds_sound_numbers_that_agree_with_sex_birth_date_and_grade(county):
    for row in sheet(county / "roll.xlsx"):
        number, born = row["身份证号"], date.fromisoformat(row["出生日期"])
        assert sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False)) % 11 == REST[number[17]]
        assert number[6:14] == f"{born:%Y%m%d}"
        assert (int(number[16]) % 2 == 1) == (row["性别"] == "男")
        assert row["学段"] != "小学" or date(2014, 9, 1) <= born <= date(2020, 8, 31)


def test_the_planted_places_on_the_roll_are_there(county, truth):
    rows = sheet(county / "roll.xlsx")
    at = {
        school: {row["身份证号"] for row in rows if row["学校编码"] == school}
        for school in {r["学校编码"] for r in rows}
    }
    times = Counter(row["身份证号"] for row in rows)
    assert at[truth["merged_school"]] == set(truth["roll_at_merged_school"])
    assert at[truth["closed_school"]] == set(truth["roll_at_closed_school"])
    assert {number for number, count in times.items() if count > 1} == set(truth["roll_twice"])
    assert not times.keys() & {number for key in truth if key.startswith("no_roll") for number in truth[key]}


def test_the_planted_rows_of_the_register_are_where_the_truth_says(county, truth):
    typed = {at: row["身份证号"] for at, row in enumerate(sheet(county / "register.xlsx"), 2)}
    rows_of = truth["register_rows_of"]
    assert all(len(rows_of[number]) == 2 for key in truth if key.startswith("register_twice") for number in truth[key])
    assert [typed[rows_of[row["true"]][0]] for row in truth["id_bad_check_digit"]] == [
        row["typed"] for row in truth["id_bad_check_digit"]
    ]
    assert all(isinstance(typed[rows_of[number][0]], float | int) for number in truth["id_lost_digits"])
    assert not any(typed[rows_of[row["true"]][0]] for row in truth["id_missing"])


def test_the_next_delivery_differs_as_the_truth_says(county, truth):
    first = {row["户编号"]: row for row in sheet(county / "register.xlsx")}
    second = {row["户编号"]: row for row in sheet(county / "register2.xlsx")}
    material = ("姓名", "困难类型", "脱贫年度", "户籍区划代码")
    changed = {
        second[key]["身份证号"]
        for key in first.keys() & second.keys()
        if any(first[key][column] != second[key][column] for column in material)
    }
    assert changed == set(truth["second_batch"]["changed"])
    assert {second[key]["身份证号"] for key in second.keys() - first.keys()} == set(truth["second_batch"]["new"])
    assert {first[key]["身份证号"] for key in first.keys() - second.keys()} == set(truth["second_batch"]["gone"])


def test_refuses_numbers_that_leave_no_room(tmp_path):
    with pytest.raises(ValueError, match="at least 16 schools"):
        make_county(tmp_path, schools=3)
    with pytest.raises(ValueError, match="roll rows"):
        make_county(tmp_path, roll_rows=100)
