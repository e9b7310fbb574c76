"""Which row of a sheet is its header, and which column is which. Pure: it reads cells alone.

A title is known by what the clerk says now, by what the office said of it before, by the column's name or by a synonym,
in that order. Never guessed: two columns that could both be a required one are asked about, and a note in brackets that
may name another person (“身份证号（户主）”) is part of the title.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest
from types import MappingProxyType

from aid.imports.base import Column, SheetFormat
from aid.rules.cells import Cell, ErrorCell, shown, tidy

HEADER_ROWS = 20
LONGEST = 100  # characters of a title that count
IGNORED = ""  # the column that a title is given which is not to be taken in
NOTHING: Mapping = MappingProxyType({})

_MARKS = "¥￥●○*★☆※▲△◆◇■□•·:;,.、。_-—|\"'“”‘’`"
_NUMBERED = re.compile(r"^(?:[0-9]{1,3}[.、)]|\([0-9]{1,3}\)|[①-⑳]|[一二三四五六七八九十]{1,3}、)")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|〔([^〔〕]*)〕|《([^《》]*)》|\{([^{}]*)\}")
_HARMLESS = re.compile(
    r"填|选|空|格式|文本|文字|数字|汉字|中文|大写|全称|手机|[0-9一二三四五六七八九十]位|开头|^[0-9]?男.?[0-9]?女$|位数|^如|例|元|年|月|日|yyyy|说明|注意|备注|一致|/|、|,|^[*●]*$"
)
_ANOTHER = re.compile(
    r"户主|父|母|监护|家长|配偶|祖|爷|奶|兄|弟|姐|妹|亲|家属|成员|本人|他人|法人|校长|班主任|教师|老师|经办|联系人|负责人|"
    r"代(?!码)|银行|卡|原|旧|曾|新|现|上级|并入|转入|去年|上年|上学|下学"
)
_OVER_OTHERS = re.compile(r"(户主|(?:法定)?监护人|代理人|家长|父亲|母亲|配偶)的?(?:基本)?(?:信息|情况|资料)?")


class How(StrEnum):
    """By what a column was found, the surest first."""

    HAND = "hand"
    REMEMBERED = "remembered"
    NAME = "name"
    SYNONYM = "synonym"


@dataclass(frozen=True)
class Matching:
    """A header row and its columns: `header_row` counts from 1, places in the row from 0, columns go by their names.

    `titles` are as they came, "" where there is no text. `unknown` are those that are not taken in though nobody said
    so; `missing` the required columns that no title is; `repeated` the places that could all be one column.
    """

    header_row: int
    titles: tuple[str, ...]
    columns: Mapping[str, int]
    how: Mapping[str, How]
    unknown: tuple[str, ...]
    missing: tuple[Column, ...]
    repeated: Mapping[str, tuple[int, ...]]

    @property
    def complete(self) -> bool:
        """Whether every required column is there, be it more than once."""
        return not self.missing

    @property
    def sound(self) -> bool:
        """Whether rows can be read by it without asking."""
        return not self.missing and not self.repeated

    @property
    def found(self) -> int:
        """How many columns are there, be it more than once."""
        return len(self.columns) + len(self.repeated)


# -- one title -----------------------------------------------------------------


def plain(title: str) -> str:
    """A title as titles are compared: without white space, width, case, marks around it and notes on how to fill it.

    A note that may say whose or which value it is stays.

    >>> [plain(title) for title in (" ＊姓 名：", "身份证号\\n（必填，18位）", "1.性别(男/女)", "姓名（户主）")]
    ['姓名', '身份证号', '性别', '姓名(户主)']
    """
    return _plain(title[: LONGEST * 5])


@lru_cache(maxsize=5000)
def _plain(title: str) -> str:
    bare = re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", tidy(title)).casefold()
    bare = _NUMBERED.sub("", _NUMBERED.sub("", bare.strip(_MARKS)).strip(_MARKS))
    inner = bare[1:-1] if bare[:1] + bare[-1:] in ("【】", "()", "[]") else ""
    if inner and not _BRACKETS.search(inner):
        bare = inner
    bare = _NUMBERED.sub("", _BRACKETS.sub(_note, bare).strip(_MARKS))
    return bare.strip(_MARKS)[:LONGEST]


def _note(brackets: re.Match[str]) -> str:
    """Nothing for a note on how to fill the column, the note itself for any other."""
    note = next(part for part in brackets.groups() if part is not None)
    return "" if _HARMLESS.search(note) and not _ANOTHER.search(note) else f"({note})"


def _meanings(sheet: type[SheetFormat]) -> Mapping[str, tuple[str, How]]:
    """By plain title the format's column and how it is known; a name goes before a synonym."""
    return _meanings_of(tuple((column.name, column.title, column.synonyms) for column in sheet.columns))


@lru_cache(maxsize=200)
def _meanings_of(columns: Sequence[tuple[str, str, Sequence[str]]]) -> Mapping[str, tuple[str, How]]:
    synonyms = {plain(word): (name, How.SYNONYM) for name, _, words in columns for word in words}
    return synonyms | {plain(title): (name, How.NAME) for name, title, _ in columns}


def means(sheet: type[SheetFormat], title: str) -> str:
    """The name of the column that a title means by itself, "" where it means none."""
    return _meanings(sheet).get(plain(title), ("", How.NAME))[0]


# -- one row -------------------------------------------------------------------


def titles_of(cells: Iterable[Cell]) -> list[str]:
    """The cells of a row as titles, on one line each; "" for one that holds nothing or an error."""
    return ["" if isinstance(cell, ErrorCell) else " ".join(shown(cell).split()) for cell in cells]


def match(
    titles: Sequence[str],
    sheet: type[SheetFormat],
    *,
    remembered: Mapping[str, str] = NOTHING,
    hand: Mapping[int, str] = NOTHING,
    header_row: int = 1,
) -> Matching:
    """Which of these titles is which column of the format.

    `remembered` gives columns by plain title, `hand` by place; IGNORED there is a column not to be taken in, a name
    the format does not have is no choice at all. What is said by hand is not asked about; a required column is, where
    titles found in different ways claim it, any other where titles found in its surest way do.
    """
    names = {IGNORED, *(column.name for column in sheet.columns)}
    claims: dict[str, dict[How, list[int]]] = {name: {} for name in names}
    for at, title in enumerate(titles):
        key = plain(title)
        name, how = _meanings(sheet).get(key, (None, How.NAME)) if key else (None, How.NAME)
        if key and remembered.get(key) in names:
            name, how = remembered[key], How.REMEMBERED
        if hand.get(at) in names:
            name, how = hand[at], How.HAND
        if name is not None:
            claims[name].setdefault(how, []).append(at)
    ignored = [at for places in claims.pop(IGNORED).values() for at in places]
    return _settled(titles, sheet, claims, ignored=ignored, header_row=header_row)


def _settled(
    titles: Sequence[str],
    sheet: type[SheetFormat],
    claims: Mapping[str, Mapping[How, list[int]]],
    *,
    ignored: Sequence[int],
    header_row: int,
) -> Matching:
    columns, how, repeated = {}, {}, {}
    for column in sheet.columns:
        claimed = claims[column.name]
        surest = next((way for way in How if way in claimed), None)
        if surest is None:
            continue
        every = column.required and surest is not How.HAND
        places = sorted(at for way in claimed if every or way is surest for at in claimed[way])
        if len(places) > 1:
            repeated[column.name] = tuple(places)
        else:
            columns[column.name], how[column.name] = places[0], surest
    told = {*columns.values(), *ignored, *(at for places in repeated.values() for at in places)}
    unknown = tuple(title for at, title in enumerate(titles) if title and at not in told)
    missing = tuple(c for c in sheet.columns if c.required and c.name not in columns and c.name not in repeated)
    return Matching(header_row, tuple(titles), columns, how, unknown, missing, repeated)


def worth_remembering(titles: Sequence[str], hand: Mapping[int, str]) -> dict[str, str]:
    """The choices made by hand, by title, for the office's next sheet of this kind; a title that stands there twice
    says nothing about the next sheet."""
    keys = [plain(title) for title in titles]
    chosen = {keys[at]: name for at, name in hand.items() if at < len(keys)}
    return {key: name for key, name in chosen.items() if key and keys.count(key) == 1}


# -- a sheet's first rows ------------------------------------------------------


def header_at(
    top: Sequence[Sequence[Cell]],
    number: int,
    sheet: type[SheetFormat],
    *,
    remembered: Mapping[str, str] = NOTHING,
    hand: Mapping[int, str] = NOTHING,
) -> Matching:
    """The matching with row `number` of a sheet's first rows, from 1, as its header.

    In a header of two lines a title under “户主信息” is the head's: “姓名” there is “户主姓名”. Where that finds more
    columns, an empty cell has the title above it, which is then merged over both lines.
    """
    own = titles_of(top[number - 1])
    if number > 1:
        own, both = _in_two_lines(titles_of(top[number - 2]), own)
        own = max(own, both, key=lambda titles: match(titles, sheet, remembered=remembered).found)
    return match(own, sheet, remembered=remembered, hand=hand, header_row=number)


def _in_two_lines(upper: Sequence[str], lower: Sequence[str]) -> tuple[list[str], list[str]]:
    """The titles of the lower line with what they stand under, and the same filled up with those of the upper one."""
    told, filled, over = [], [], ""
    for above, title in zip_longest(upper, lower, fillvalue=""):
        if above:
            group = _OVER_OTHERS.fullmatch(plain(above))
            over = group[1] if group else ""
        told.append(title if not title or title.startswith(over) else over + title)
        filled.append(told[-1] or above)
    return told, filled


def find_header(
    top: Sequence[Sequence[Cell]], sheet: type[SheetFormat], *, remembered: Mapping[str, str] = NOTHING
) -> Matching | None:
    """The header among a sheet's first rows: the first that has every required column, or the line under it where
    that has more; else the row that has most of them. None for a sheet without rows."""
    rows = [header_at(top, n, sheet, remembered=remembered) for n in range(1, min(len(top), HEADER_ROWS) + 1)]
    if not rows:
        return None
    first = next((at for at, row in enumerate(rows) if row.complete), None)
    return max(rows if first is None else rows[first : first + 2], key=_likeness)


def _likeness(matching: Matching) -> tuple[int, int]:
    return -len(matching.missing), matching.found
