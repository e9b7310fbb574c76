"""Passwords: kept so that they cannot be read, made so that they cannot be guessed, judged with a sentence."""

import hashlib
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.rules import passwords

KEPT = passwords.hashed("德安县蒲亭镇小学的密码")


def test_a_password_fits_what_was_kept_of_it_and_no_other_does():
    assert passwords.fits("德安县蒲亭镇小学的密码", KEPT)
    assert not any(passwords.fits(wrong, KEPT) for wrong in ("", "德安县蒲亭镇小学的密碼", KEPT))


def test_what_is_kept_names_scheme_cost_and_salt_and_never_the_password():
    scheme, n, r, p, salt, key = KEPT.split("$")
    assert (scheme, int(n) >= 2**15, int(r), int(p)) == ("scrypt", True, 8, 1)
    assert len(b64decode(salt)) == 16
    assert b64decode(key) == hashlib.scrypt(
        "德安县蒲亭镇小学的密码".encode(), salt=b64decode(salt), n=int(n), r=8, p=1, maxmem=passwords.MEMORY
    )
    assert "密码" not in KEPT


def test_the_same_password_is_never_kept_the_same_way_twice():
    assert passwords.hashed("correct horse") != passwords.hashed("correct horse")


def test_nobodys_password_costs_as_much_and_fits_nothing():
    assert passwords.NOBODY.split("$")[:4] == KEPT.split("$")[:4]
    assert not any(passwords.fits(password, passwords.NOBODY) for password in ("", "AAAA", passwords.NOBODY))


def test_a_one_time_password_is_fresh_long_and_without_letters_mistaken_on_paper():
    made = [passwords.one_time() for _ in range(200)]
    assert len(set(made)) == 200
    assert {len(password) for password in made} == {14}
    assert not set("".join(made)) & set("01lioO")


def test_a_one_time_password_may_be_used():
    assert {passwords.fault(passwords.one_time(), "360426000003") for _ in range(50)} == {""}


@pytest.mark.parametrize("common", sorted(passwords.COMMON))
def test_every_common_password_is_called_common_however_its_letters_are_written(common):
    assert passwords.fault(common, "x") == passwords.fault(common.upper(), "x") == "这个密码太常见，请换一个"


@pytest.mark.parametrize(
    ("password", "told"),
    [
        *(("short", "密码至少 10 位"), ("a" * 129, "密码最多 128 位"), ("", "密码至少 10 位")),
        *(("abababababab", "这个密码太常见，请换一个"), ("aaaabbbbcccc", "这个密码太常见，请换一个")),
        *(("county36042", ""), ("County-Office1", "密码不能与登录名相同或相近")),
        *(("county-office", "密码不能与登录名相同或相近"), ("x" * 10 + "yzw", "")),
    ],
)
def test_a_password_is_judged_with_a_sentence(password, told):
    assert passwords.fault(password, "county-office") == told


def test_a_login_that_is_a_small_part_of_a_long_password_does_no_harm():
    assert passwords.fault("anna rides to school", "anna") == ""


@given(st.text(st.characters(codec="utf-8")), st.text())
def test_every_password_is_judged_and_none_is_repeated_in_the_sentence(password, login):
    told = passwords.fault(password, login)
    assert told == "" or len(password) < 3 or password not in told
