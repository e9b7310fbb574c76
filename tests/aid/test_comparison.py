"""Register, roll and list of one child, line by line."""

import datetime as dt

from aid.comparison import compare
from aid.ledger import writing
from aid.permissions import Permission


def line_of(row, label):
    return next(line for line in compare(row) if line.label == label)


def changed(world, **values):
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], **values)
    return world.children["a1"]


def test_equal_sides_are_not_marked(world):
    assert not any(line.differs for line in compare(world.children["a1"]))


def test_a_different_name_is_marked_with_all_three_sides(world):
    line = line_of(changed(world, name="王方"), "姓名")
    assert (line.register, line.roll, line.own, line.differs) == ("王芳", "王芳", "王方", True)


def test_sex_and_birth_date_against_the_number_are_noted(world):
    row = changed(world, sex="female", birth_date=dt.date(2009, 8, 31))
    assert line_of(row, "性别").note == "身份证号里是男"
    assert line_of(row, "出生日期").note == "身份证号里是2009-08-30"


def test_what_agrees_with_the_number_is_not_noted(world):
    row = changed(world, sex="male", birth_date=dt.date(2009, 8, 30))
    assert (line_of(row, "性别").note, line_of(row, "出生日期").note) == ("", "")


def test_a_row_without_register_shows_the_roll_alone(world):
    row = changed(world, register_person=None)
    assert line_of(row, "姓名").register == ""
    assert not [line for line in compare(row) if not line.shared]
