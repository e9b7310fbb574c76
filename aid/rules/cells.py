"""Reading one cell of a sheet that came in: what it says, or the fault a clerk has to correct.

Every reader takes a filled cell as the sheet holds it and returns the value as the database stores it, or raises Fault.
Nothing is repaired or guessed (DOMAIN.md part 2): a number where text belongs, an error value or a control character
is told, never blanked.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from aid.rules.labels_written import OTHER_WORDS

SPACES = " \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
EXACT = 10**15  # Excel keeps 15 digits of a number; whatever is longer has lost some
ERRORS = frozenset({"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!"})
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
DECIMALS, WHOLE_DIGITS = 4, 9  # of a number: the sum of a million such still is a whole number of 64 bits
YES_OR_NO = {"是": True, "否": False}
SIGNS = {"TRUE": True, "FALSE": False, "√": True, "×": False}
DAYS = (10_000.0, 60_000.0)  # of 1900: what a date from 1927 to 2064 is where its cell is not formatted as one

_HALF_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)}  # ！ to ～
_SPACE = re.compile(f"[{SPACES}]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]")
_DATE = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]|([0-9]{2})([0-9]{2}))"
)
_MONTH = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月|([0-9]{2}))")
_DECIMAL = re.compile(r"(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.([0-9]+))?")
_WHOLE, _YEAR = re.compile(r"-?[0-9]{1,15}"), re.compile(r"([0-9]{4})(?:年度?)?")
_TIME = re.compile(r"[ T]+(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,7})?)?")
_AROUND = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,3}")


@dataclass(frozen=True)
class ErrorCell:
    """A cell that holds an error value such as #N/A, or a formula without its result ("")."""

    text: str


@dataclass(frozen=True)
class MergedCell(ErrorCell):
    """A cell that is merged with the filled one of the row numbered `first`: nobody says whether that is meant here."""

    text: str = ""
    first: int = field(default=0, compare=False)


Cell = str | float | bool | dt.date | dt.time | dt.timedelta | ErrorCell
Reader = Callable[..., Any]


class Fault(ValueError):
    """Why a cell cannot be taken in: `reason` is a code of DOMAIN.md's list, the message a clerk's sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def tidy(text: str) -> str:
    """Half-width, without any white space: how identifiers and labels are compared.

    >>> tidy(" ３６０４ 26　ｘ")
    '360426x'
    """
    if not text.isascii():
        text = text.translate(_HALF_WIDTH)
    return text if text.isalnum() else _SPACE.sub("", text)


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing, or only white space."""
    return isinstance(cell, str) and not cell.strip(SPACES)


def shown(cell: Cell) -> str:
    """A cell as Excel would show it: a long number with the digits it has, not with those a float is stored by.

    >>> shown(360426000003.0), shown(2.5), shown(ErrorCell("#N/A")), shown(True)
    ('360426000003', '2.5', '#N/A', 'TRUE')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    return cell if isinstance(cell, str) else str(getattr(cell, "text", cell))


def text(cell: Cell, *, longest: int) -> str:
    """The cell as text without outer white space, at most `longest` characters; a whole number as its digits.

    Raises Fault: error_cell, number_cell (a number so long that Excel has dropped digits), malformed.
    """
    if not isinstance(cell, str):
        return text(_digits(cell), longest=longest)
    if len(cell) <= longest and cell.isalnum():  # nothing to strip and nothing unseen among letters and digits
        return cell
    found = cell.strip(SPACES)
    if found in ERRORS:
        raise Fault("error_cell", f"是错误值 {found}")
    if _UNSEEN.search(found):
        raise Fault("malformed", "含有看不见的控制字符或换行，请重新输入")
    if len(found) > longest:
        raise Fault("malformed", f"有 {len(found)} 个字，最多 {longest} 个字")
    return found


def identifier(cell: Cell, *, longest: int) -> str:
    """Text that must have come as text: a number cell has lost leading zeros or last digits, and so has one that was
    written out as 3.6E+17. The apostrophe that makes text of it, and signs without width, are no part of it.

    Raises Fault as `text` does, number_cell for every number.

    >>> identifier("\u200b'0012", longest=30)
    '0012'
    """
    if isinstance(cell, str) and not cell.isalnum():
        cell = _AROUND.sub("", cell).strip(SPACES).lstrip("'＇‘’`")
        if not cell:
            raise Fault("malformed", "没有填写")
        if _SCIENTIFIC.fullmatch(cell):
            raise Fault("number_cell", f"成了 {cell[:20]}，后面的数字已丢失；请在原表里把这一列设为文本，重新取出来")
    if not isinstance(cell, str) and isinstance(cell, int | float) and not isinstance(cell, bool):
        raise Fault("number_cell", "是数字格式，首尾的数字可能已丢失；请把单元格设为文本后重新输入")
    return text(cell, longest=longest)


def words(cell: Cell, *, longest: int) -> str:
    """A name: text, never a number. Raises Fault as `text` does, malformed for a number."""
    if not isinstance(cell, str) and not isinstance(cell, ErrorCell):
        raise Fault("malformed", "应为文字")
    return text(cell, longest=longest)


def code(cell: Cell) -> str:
    """A code of a region or an organisation: 12 digits that came as text (GB/T 2260, GB/T 10114).

    Raises Fault: number_cell, error_cell, malformed.
    """
    found = tidy(identifier(cell, longest=40))
    if not re.fullmatch(r"[1-9][0-9]{11}", found):
        raise Fault("malformed", "应为 12 位数字")
    return found


def year(cell: Cell) -> int:
    """A year such as 2014, "2014" or "2014年", or that of a month or a day. Raises Fault: error_cell, malformed."""
    written = f"{cell:%Y-%m}" if isinstance(cell, dt.date) else _day_alone(cell)
    found = _YEAR.fullmatch(written[:4] if _date_written(written) or _month_written(written) else written)
    if not found or not EARLIEST_YEAR <= int(found[1]) <= LATEST_YEAR:
        raise Fault("malformed", "应为四位年份，如 2014")
    return int(found[1])


def date(cell: Cell, *, today: dt.date) -> dt.date:
    """A past date, from a date cell, 2014-01-25, 2014/1/25, 2014.1.25, 2014年1月25日 or 20140125; the time of a day
    behind one, as databases write it, is left out.

    Raises Fault: error_cell, malformed (also for a date that does not exist, before 1900 or after `today`).
    """
    found = _date_written(f"{cell:%Y-%m-%d}" if isinstance(cell, dt.date) else _day_alone(cell))
    if found is None and isinstance(cell, float) and DAYS[0] < cell < DAYS[1]:
        raise Fault("malformed", f"是数字 {shown(cell)}，可能是没有设成日期格式的日期；请写成 2014-01-25 这样的日期")
    if found is None or found.year < EARLIEST_YEAR or found > today:
        raise Fault("malformed", "应为过去的日期，如 2014-01-25")
    return found


def month(cell: Cell) -> str:
    """A month as 201709, from a date cell, 201709, 2017-9, 2017/09, 2017年9月, or from a day in it. Raises Fault:
    error_cell, malformed.
    """
    day = cell if isinstance(cell, dt.date) else _date_written(_day_alone(cell))
    found = _month_written(f"{day:%Y%m}" if day else tidy(text(cell, longest=40)))
    if not found:
        raise Fault("malformed", "应为年月，如 201709")
    return found


def yes_or_no(cell: Cell, *, also: Mapping[str, bool] = YES_OR_NO) -> bool:
    """是 or 否, or Excel's TRUE and FALSE; `also` are the column's own words. Raises Fault: error_cell, malformed."""
    if isinstance(cell, bool):
        return cell
    found = (YES_OR_NO | SIGNS | also).get(tidy(text(cell, longest=40)).upper())
    if found is None:
        raise Fault("malformed", "应为“是”或“否”")
    return found


def one_of(cell: Cell, *, labels: Mapping[str, str]) -> str:
    """The code of a label in a closed list; the code itself is understood too, and so is another word for a label
    (aid.rules.labels_written).

    Raises Fault: error_cell, unknown (naming the list).
    """
    found = tidy(text(cell, longest=120))
    if found in labels:
        return labels[found]
    for label, member in labels.items():
        if found in (tidy(label), member):
            return member
    if (meant := OTHER_WORDS.get(found)) in labels:
        return labels[meant]
    raise Fault("unknown", f"不认识“{found[:20]}”，应为：{'、'.join(labels)}")


def whole(cell: Cell) -> int:
    """A whole number such as 12, "12" or "-3". Raises Fault: error_cell, number_cell, malformed.

    >>> whole("１２"), whole(12.0)
    (12, 12)
    """
    found = tidy(text(cell, longest=40))
    if not _WHOLE.fullmatch(found):
        raise Fault("malformed", "应为整数，如 12")
    return int(found)


def decimal(cell: Cell) -> int:
    """A number with at most four decimals and nine digits before them, as whole ten-thousandths: 1234.5, "1,234.5",
    "-0.25". Raises Fault: error_cell, malformed.

    >>> decimal("1,234.5"), decimal(-0.25), decimal("１２")
    (12345000, -2500, 120000)
    """
    found = _DECIMAL.fullmatch(figures(cell))
    if not found:
        raise Fault("malformed", "应为数字，如 12 或 1,234.5")
    whole_part, decimals = found[2].replace(",", ""), (found[3] or "").rstrip("0")
    if len(decimals) > DECIMALS or len(whole_part.lstrip("0")) > WHOLE_DIGITS:
        raise Fault("malformed", f"数字最多 {WHOLE_DIGITS} 位整数、{DECIMALS} 位小数")
    value = int(whole_part + decimals.ljust(DECIMALS, "0"))
    return -value if found[1] else value


def decimal_told(value: int) -> str:
    """Ten-thousandths as they are shown and typed.

    >>> decimal_told(12345000), decimal_told(-2500), decimal_told(0), decimal_told(1000000)
    ('1234.5', '-0.25', '0', '100')
    """
    return f"{Decimal(value).scaleb(-DECIMALS):f}".rstrip("0").rstrip(".")


def figures(cell: Cell) -> str:
    """What a cell of a number says: a float with the fifteen digits that Excel has, for a formula's 0.1 + 0.2 is 0.3.

    Raises Fault as `text` does.
    """
    if isinstance(cell, float) and abs(cell) < EXACT and not cell.is_integer():
        return f"{Decimal(f'{cell:.15g}'):f}"
    return tidy(text(cell, longest=40))


def _digits(cell: Cell) -> str:
    """A whole number's digits."""
    if isinstance(cell, MergedCell):
        raise Fault("malformed", "与上一行的单元格合并着，不知道是不是也指这一行；请取消合并、逐行填好")
    if isinstance(cell, ErrorCell):
        raise Fault("error_cell", f"是错误值 {cell.text}" if cell.text else "是没有计算结果的公式")
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not -EXACT < cell < EXACT or cell != int(cell):
        if isinstance(cell, int | float) and abs(cell) >= EXACT:
            raise Fault("number_cell", "是数字格式，末几位已丢失；请设为文本后重新输入")
        raise Fault("malformed", "应为文字")
    return str(int(cell))


def _day_alone(cell: Cell) -> str:
    """What is written of a day, without the time behind it."""
    written = text(cell, longest=40)
    if ":" in written:
        day = _TIME.sub("", written)
        written = day if _TIME.fullmatch(written[len(day) :]) else written
    return tidy(written)


def _month_written(written: str) -> str:
    found = _MONTH.fullmatch(written)
    when = (int(found[1]), int(found[2] or found[3] or found[4])) if found else (0, 0)
    return f"{when[0]}{when[1]:02}" if EARLIEST_YEAR <= when[0] <= LATEST_YEAR and 1 <= when[1] <= 12 else ""


@lru_cache(maxsize=50_000)
def _date_written(written: str) -> dt.date | None:
    found = _DATE.fullmatch(written)
    if not found:
        return None
    month_and_day = [part for part in found.groups()[2:] if part is not None]
    try:
        return dt.date(int(found[1]), *map(int, month_and_day))
    except ValueError:  # a day the calendar does not have
        return None
