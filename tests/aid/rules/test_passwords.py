"""Passwords: kept so that they cannot be read, made so that they cannot be guessed, judged with a sentence."""

import hashlib
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.rules import passwords


@pytest.fixture
def kept(dear) -> str:
    return passwords.hashed("德安县蒲亭镇小学的密码")


def test_a_password_fits_what_was_kept_of_it_and_no_other_does(kept):
    assert passwords.fits("德安县蒲亭镇小学的密码", kept)
    assert not any(passwords.fits(wrong, kept) for wrong in ("", "德安县蒲亭镇小学的密碼", kept))


def test_what_is_kept_names_scheme_cost_and_salt_and_never_the_password(kept):
    scheme, n, r, p, salt, key = kept.split("$")
    assert (scheme, int(n) >= 2**15, int(r), int(p)) == ("scrypt", True, 8, 1)
    assert len(b64decode(salt)) == 16
    assert b64decode(key) == hashlib.scrypt(
        "德安县蒲亭镇小学的密码".encode(), salt=b64decode(salt), n=int(n), r=8, p=1, maxmem=passwords.MEMORY
    )
    assert "密码" not in kept


def test_the_same_password_is_never_kept_the_same_way_twice():
    assert passwords.hashed("correct horse") != passwords.hashed("correct horse")


def test_nobodys_password_costs_as_much_and_fits_nothing(kept):
    assert passwords.NOBODY.split("$")[:4] == kept.split("$")[:4]
    assert not any(passwords.fits(password, passwords.NOBODY) for password in ("", "AAAA", passwords.NOBODY))


def test_a_one_time_password_is_fresh_long_and_without_letters_mistaken_on_paper():
    made = [passwords.one_time() for _ in range(200)]
    assert len(set(made)) == 200
    assert {tuple(map(len, password.split("-"))) for password in made} == {(5, 5, 5)}
    assert not set("".join(made)) & set("01lioO")


def test_a_one_time_password_may_be_used():
    assert {passwords.fault(passwords.one_time(), words=["360426000003"]) for _ in range(50)} == {""}


GUESSED = "这个密码太容易猜到，请换一个，例如几个不相干的词"
NAMES = "密码不能只由地名、单位名、登录名和数字组成"
COUNTY = ("德安县", "蒲亭镇", "德安县蒲亭镇小学", "360426000003", "王老师")


@pytest.mark.parametrize(
    "common",
    [
        *("1234567890a", "password123", "Password1234", "a123456789", "1q2w3e4r5t", "1qaz2wsx3edc", "qwerty12345"),
        *("woaini1314520", "admin123456", "iloveyou123", "zhuxue123456", "xuesheng2026", "jiaoyuju123"),
        *("abcd123456", "aaaa1111bbbb", "ABCDEF123456", "school12345", "mima888888", "zizhu@123456"),
    ],
)
def test_a_common_password_is_refused(common):
    assert passwords.fault(common) == GUESSED


@pytest.mark.parametrize(
    "name",
    [
        "dean888888",
        "DeAn@20261124",
        "puting123456",
        "360426000003a",
        "德安县教育局2026",
        "蒲亭镇小学123456",
        "deanxian-2026",
    ],
)
def test_names_of_the_county_are_known_to_whoever_guesses(name):
    assert passwords.fault(name, words=COUNTY) in (GUESSED, NAMES)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "密码至少 10 位"),
        ("a" * 129, "密码最多 128 位"),
        ("", "密码至少 10 位"),
        ("correcthorse", "密码要有 2 种以上的字符：小写字母、大写字母、数字、符号"),
        *[(good, "") for good in ("correct horse", "anna rides to 学校", "春天石门村的两只喜鹊8", "kk93hhd7aqz")],
    ],
)
def test_a_password_is_judged_with_a_sentence(password, told):
    assert passwords.fault(password, words=COUNTY) == told


@pytest.mark.parametrize(("classes", "told"), [(1, ""), (2, ""), (3, "3 种"), (4, "4 种")])
def test_the_office_says_how_many_classes(classes, told):
    assert told in passwords.fault("correct horse", demands=passwords.Demands(classes=classes))


@given(st.text(st.characters(codec="utf-8")), st.lists(st.text(max_size=20), max_size=4))
def test_every_password_is_judged_and_none_is_repeated_in_the_sentence(password, words):
    told = passwords.fault(password, words=words)
    assert told == "" or len(password) < 3 or password not in told
