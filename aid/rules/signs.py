"""A sign that a page carries of what it showed, so that nothing else is done than that."""

import hashlib


def sign_of(shown: object) -> str:
    """16 hexadecimal digits, the same again for what reads the same: texts, numbers, and lists or tuples of them.

    >>> sign_of([(1, "王芳")]) == sign_of([(1, "王芳")]), sign_of([(1, "王芳")]) == sign_of([(1, "王芬")])
    (True, False)
    """
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
