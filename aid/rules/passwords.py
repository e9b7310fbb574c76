"""Passwords: how they are kept, made and judged."""

import base64
import hashlib
import hmac
import secrets

COST = {"n": 2**15, "r": 8, "p": 1}
MEMORY = 64 * 1024 * 1024  # scrypt needs 128 · n · r bytes, 32 MiB here; OpenSSL's own limit is just below that
SHORTEST, LONGEST = 10, 128
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without 0 o 1 l i: it is read from paper and typed
NOBODY = "scrypt$32768$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAA"  # fits no password, and costs as much to try

COMMON = frozenset(
    {
        "1234567890",
        "0123456789",
        "9876543210",
        "0987654321",
        "12345678910",
        "123456789a",
        "a123456789",
        "1234567890a",
        "1111111111",
        "0000000000",
        "8888888888",
        "6666666666",
        "qwertyuiop",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "qwerty12345",
        "qwer123456",
        "asdfghjkl1",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "iloveyou123",
        "woaini1314",
        "woaini1314520",
        "5201314520",
        "1314520520",
        "admin12345",
        "admin123456",
        "administrator",
        "abc1234567",
        "abcd123456",
        "abcdefghij",
        "aa12345678",
        "zhuxue123456",
        "xuesheng123",
        "zizhu12345",
        "zizhu123456",
        "jiaoyuju123",
        "xuexiao123",
        "school1234",
        "school12345",
    }
)


def hashed(password: str) -> str:
    """The text to keep instead of `password`: scheme, cost, salt and scrypt key."""
    salt = secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, maxmem=MEMORY, **COST)
    cost = "$".join(str(value) for value in COST.values())
    return f"scrypt${cost}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def fits(password: str, kept: str) -> bool:
    """Whether `password` is the one `kept` was made from. Takes as long when it is not.

    >>> fits("correct horse", hashed("correct horse")), fits("correct horse", NOBODY)
    (True, False)
    """
    _, n, r, p, salt, key = kept.split("$")
    found = hashlib.scrypt(password.encode(), salt=base64.b64decode(salt), maxmem=MEMORY, n=int(n), r=int(r), p=int(p))
    return hmac.compare_digest(found, base64.b64decode(key))


def one_time() -> str:
    """A fresh password of 14 characters, 69 bits, to be handed over on paper and changed at the first sign-in."""
    return "".join(secrets.choice(ALPHABET) for _ in range(14))


def fault(password: str, login: str) -> str:
    """Why `password` may not be used by `login`, as a sentence; "" where it may.

    >>> fault("zhuxue123456", "x"), fault("德安县蒲亭镇小学的密码", "x")
    ('这个密码太常见，请换一个', '')
    """
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 位"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 位"
    if password.lower() in COMMON or len(set(password)) < 4:
        return "这个密码太常见，请换一个"
    if login.lower() in password.lower() and len(login) * 2 > len(password):
        return "密码不能与登录名相同或相近"
    return ""
