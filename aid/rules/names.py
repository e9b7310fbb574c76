"""Finding a name by the initials of its pinyin, as clerks type them."""

import re
from functools import lru_cache

from pypinyin import Style, pinyin

_INITIALS = re.compile(r"[a-zA-Z]{2,}")


@lru_cache(maxsize=30_000)
def _initials_of(character: str) -> frozenset[str]:
    """Every first letter a character may be read with: 单 is s, d and c."""
    readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
    return frozenset(reading[:1].lower() for reading in readings)


def initials(name: str) -> str:
    """The first letters of a name's pinyin, each character in its usual reading; other characters as they are.

    >>> initials("脱贫户"), initials("1班")
    ('tph', '1b')
    """
    return "".join(letters[0][:1].lower() for letters in pinyin(name, style=Style.FIRST_LETTER, errors=list))


def are_initials(term: str) -> bool:
    """Whether a search term is meant as pinyin initials.

    >>> are_initials("wf"), are_initials("王f"), are_initials("w")
    (True, False, False)
    """
    return _INITIALS.fullmatch(term) is not None


def matches(name: str, initials: str) -> bool:
    """Whether `initials` begin at some character of the name and follow it.

    >>> matches("王芳", "wf"), matches("德安县蒲亭镇小学", "ptz"), matches("王芳", "wx")
    (True, True, False)
    """
    letters = initials.lower()
    starts = range(len(name) - len(letters) + 1)
    return any(_follow(name[start:], letters) for start in starts)


def fits(name: str, term: str) -> bool:
    """Whether a name is meant by what was typed: a part of it, or its initials. Nothing typed fits everything.

    >>> fits("王芳", "芳"), fits("王芳", "wf"), fits("王芳", ""), fits("王芳", "李")
    (True, True, True, False)
    """
    return term in name or (are_initials(term) and matches(name, term))


def _follow(name: str, letters: str) -> bool:
    return all(letter in _initials_of(character) for letter, character in zip(letters, name, strict=False))
