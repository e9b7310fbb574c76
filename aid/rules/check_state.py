"""What a school's check amounts to (question 14: the two kinds of 已核对)."""

from collections.abc import Mapping
from typing import Any


def differing(own: Mapping[str, Any], delivered: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of `own`, the school's side, that no longer say what was delivered; empty and missing are alike.

    >>> differing({"name": "王芳", "grade": "四年级"}, {"name": "王芳", "grade": "三年级"})
    ('grade',)
    >>> differing({"sex": None, "nation": ""}, {"sex": "", "nation": None})
    ()
    """
    return tuple(name for name, value in own.items() if _blank(value) != _blank(delivered.get(name)))


def _blank(value: Any) -> Any:
    return None if value == "" else value
