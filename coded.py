"""What a closed list is: a code that is stored, and the label that is shown and read."""

from enum import StrEnum
from typing import Self


class Coded(StrEnum):
    """A closed list: the code is stored, the Chinese label is shown and read from sheets."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]

    @classmethod
    def labelled(cls, label: str) -> Self:
        """The member a clerk calls `label`. Raises ValueError where there is none."""
        for member in cls:
            if member.label == label:
                return member
        raise ValueError(f"不认识“{label}”，应为：{'、'.join(member.label for member in cls)}")
