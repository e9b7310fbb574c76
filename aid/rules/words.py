"""The words by which an address asks for one value of a column; admin/conditions.py reads them."""

import re

BLANK = "-"  # asks for what is not filled in
EXACT = "="  # before a text that is meant whole


def exactly(text: str) -> str:
    """The word that asks for this text and no other.

    >>> exactly("三年级"), exactly("a|b"), exactly("")
    ('=三年级', '=a\\\\|b', '-')
    """
    return EXACT + escaped(text) if text else BLANK


def placed(name: str, code: str) -> str:
    """The word that asks for all that lies in the place of this name and code.

    >>> placed("宝塔镇", "360426100000")
    '宝塔镇 360426100000'
    """
    return f"{escaped(name)} {code}".lstrip()


def escaped(text: str) -> str:
    """The same text where "|" parts one value from the next.

    >>> escaped("a|b")
    'a\\\\|b'
    """
    return re.sub(r"([|\\])", r"\\\1", text)
