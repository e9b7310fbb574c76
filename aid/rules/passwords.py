"""Passwords: how they are kept, made and judged."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pypinyin import lazy_pinyin
from zxcvbn import zxcvbn

COST = {"n": 2**15, "r": 8, "p": 1}
MEMORY = 64 * 1024 * 1024  # scrypt needs 128 · n · r bytes, 32 MiB here; OpenSSL's own limit is just below that
SHORTEST, LONGEST = 10, 128
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without 0 o 1 l i: it is read from paper and typed
NOBODY = "scrypt$32768$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAA"  # fits no password, and costs as much to try

OFFICE_WORDS = (
    *("学生资助", "资助中心", "管理中心", "教育局", "学校", "小学", "中学", "中心校", "幼儿园", "助学", "台账", "密码"),
    *("zhuxue", "zizhu", "xuesheng", "xueshengzizhu", "jiaoyuju", "xuexiao", "xiaoxue", "zhongxue", "zhongxinxiao"),
    *("youeryuan", "mima", "woaini", "woshini", "laoshi", "bangongshi"),
)
PLACE = re.compile("(.{2,})(?:省|市|县|区|镇|乡|街道|村|自治县)")
EASIEST = 3  # of zxcvbn's 0–4: below it fewer than 10**8 guesses
OWN_LETTERS = 3  # besides names and signs a password has at least so many


@dataclass(frozen=True)
class Demands:
    """What the office asks of passwords beyond their length: `classes` of characters (small and capital letters,
    digits, others, Chinese among them), and after how many days a password (0: never), and one handed out on paper,
    must be changed."""

    classes: int = 2
    max_age_days: int = 180
    one_time_days: int = 30


DEMANDS = Demands()


def hashed(password: str) -> str:
    """The text to keep instead of `password`: scheme, cost, salt and scrypt key."""
    salt = secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, maxmem=MEMORY, **COST)
    cost = "$".join(str(value) for value in COST.values())
    return f"scrypt${cost}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def fits(password: str, kept: str) -> bool:
    """Whether `password` is the one `kept` was made from. Takes as long when it is not, and when nothing is kept.

    >>> fits("correct horse", hashed("correct horse")), fits("correct horse", NOBODY), fits("", "")
    (True, False, False)
    """
    _, n, r, p, salt, key = (kept or NOBODY).split("$")
    found = hashlib.scrypt(password.encode(), salt=base64.b64decode(salt), maxmem=MEMORY, n=int(n), r=int(r), p=int(p))
    return hmac.compare_digest(found, base64.b64decode(key))


def one_time() -> str:
    """A fresh password of 74 bits, in groups for the eye, to be handed over on paper and changed at the first
    sign-in."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(3))


def fault(password: str, *, words: Iterable[str] = (), demands: Demands = DEMANDS) -> str:
    """Why `password` may not be used, as a sentence; "" where it may. `words` are the names of the login, the person,
    the organisation and its places: they and their pinyin count as known to whoever guesses.

    >>> fault("xuesheng123"), fault("dean888888", words=["德安县"])
    ('这个密码太容易猜到，请换一个，例如几个不相干的词', '这个密码太容易猜到，请换一个，例如几个不相干的词')
    >>> fault("德安县教育局2026", words=["德安县"])
    '密码不能只由地名、单位名、登录名和数字组成'
    >>> fault("春天石门村的两只喜鹊8")
    ''
    """
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 位"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 位"
    if classes_in(password) < demands.classes:
        return f"密码要有 {demands.classes} 种以上的字符：小写字母、大写字母、数字、符号"
    known = {form for word in (*OFFICE_WORDS, *words) for form in _forms(word)}
    found = zxcvbn(password, user_inputs=sorted(known), max_length=LONGEST)
    if found["score"] < EASIEST:
        return "这个密码太容易猜到，请换一个，例如几个不相干的词"
    parts = found["sequence"]
    own = sum(letter.isalpha() for part in parts if part["pattern"] == "bruteforce" for letter in part["token"])
    if own < OWN_LETTERS and any(part.get("dictionary_name") == "user_inputs" for part in parts):
        return "密码不能只由地名、单位名、登录名和数字组成"
    return ""


def classes_in(password: str) -> int:
    """How many classes of characters there are: small letters, capitals, digits, Chinese and other letters, signs.

    >>> classes_in("abcdefghij"), classes_in("Abc123"), classes_in("喜鹊8")
    (1, 3, 2)
    """
    return len({_class_of(character) for character in password})


def _class_of(character: str) -> str:
    if not character.isascii():
        return "letter" if character.isalpha() else "sign"
    kinds = {"small": str.islower, "capital": str.isupper, "digit": str.isdigit}
    return next((name for name, holds in kinds.items() if holds(character)), "sign")


def _forms(word: str) -> Iterator[str]:
    """A name, without 县 or 镇, and either in pinyin."""
    short = PLACE.fullmatch(word)
    for form in (word, *(short.groups() if short else ())):
        yield form.lower()
        yield "".join(lazy_pinyin(form)).lower()
