"""A typed text becomes the column's value, and the value's own text gives the value again."""

import datetime as dt

import peewee as pw
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aid import typed
from aid.labels import label_of
from aid.rules import money
from aid.rules.cells import Fault
from models import MODELS, Beneficiary, Decimals, Enrolment, Fen, Organisation, Region, RegisterPerson

TODAY = dt.date(2026, 9, 1)
UNTYPED = (pw.ForeignKeyField, pw.DateTimeField, pw.TextField)  # looked up, set by the program, never typed
FIELDS = [
    field
    for model in MODELS
    for field in model._meta.sorted_fields
    if type(field) not in UNTYPED and field.name != "id"
]


def read(field: pw.Field, given: object) -> object:
    return typed.read(field, given, today=TODAY)


def fault(field: pw.Field, given: object) -> str:
    with pytest.raises(Fault) as refused:
        read(field, given)
    return str(refused.value)


def values_of(field: pw.Field) -> st.SearchStrategy:
    if field.choices:
        return st.sampled_from([code for code, _ in field.choices])
    if isinstance(field, pw.BooleanField):
        return st.booleans()
    if isinstance(field, pw.DateField):
        return st.dates(dt.date(1900, 1, 1), TODAY)
    if isinstance(field, Fen):
        return st.integers(0, money.MOST)
    if isinstance(field, Decimals):
        return st.integers(-(10**13) + 1, 10**13 - 1)
    if isinstance(field, pw.IntegerField):
        return st.integers(-(10**15) + 1, 10**15 - 1)
    return st.text(max_size=field.max_length)


@settings(deadline=None, max_examples=400)
@given(field=st.sampled_from(FIELDS), draw=st.data())
def test_the_text_of_a_value_typed_back_gives_the_value(field, draw):
    value = draw.draw(values_of(field))
    if isinstance(value, str) and not field.choices:
        try:
            value = read(field, value)
        except Fault:
            assume(False)
    assert read(field, label_of(field, value)) == value


@pytest.mark.parametrize(
    "text", ["2017-9-1", "2017/9/1", "20170901", "2017年9月1日", " 2017.09.01 ", dt.date(2017, 9, 1)]
)
def test_a_date_is_typed_in_many_ways(text):
    assert read(Beneficiary.birth_date, text) == dt.date(2017, 9, 1)


@pytest.mark.parametrize("text", ["女", "female", " ｆｅｍａｌｅ", "女 "])
def test_a_choice_is_typed_by_label_or_code(text):
    assert read(Beneficiary.sex, text) == "female"


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (Beneficiary.sex, "妖", "不认识“妖”，应为：男、女"),
        (Beneficiary.birth_date, "2017-13-1", "应为过去的日期，如 2014-01-25"),
        (Beneficiary.birth_date, "2999-1-1", "应为过去的日期，如 2014-01-25"),
        (Beneficiary.boards, "1", "应为“是”或“否”"),
        (Beneficiary.nation, "汉" * 21, "有 21 个字，最多 20 个字"),
        (Beneficiary.remark, "两行\n字", "含有看不见的控制字符或换行，请重新输入"),
        (RegisterPerson.poor_since, "一四年", "应为整数，如 12"),
        (Organisation.networks, "学校里", "“学校里”不是网段"),
        (Region.code, "360426", "应为 12 位数字"),
    ],
)
def test_what_cannot_be_is_told(field, text, sentence):
    assert sentence in fault(field, text)


@pytest.mark.parametrize(
    ("field", "value"),
    [(Beneficiary.sex, None), (Beneficiary.birth_date, None), (Beneficiary.boards, None), (Beneficiary.nation, "")],
)
@pytest.mark.parametrize("text", ["", " 　", None])
def test_empty_clears(field, value, text):
    assert read(field, text) == value


@pytest.mark.parametrize("field", [Beneficiary.name, Beneficiary.hardship, Enrolment.nth, Beneficiary.name_differs])
def test_what_must_be_there_is_not_cleared(field):
    assert fault(field, "") == "不能为空"


def test_an_organisations_name_has_single_spaces_and_its_networks_one_form():
    assert read(Organisation.name, " 蒲亭镇  小学 ") == "蒲亭镇 小学"
    assert read(Organisation.networks, "10.36.0.0/16，10.36.0.0/16") == "10.36.0.0/16"
