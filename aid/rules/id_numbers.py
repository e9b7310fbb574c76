"""The citizen number of 18 characters, GB 11643."""

import datetime as dt
import re
from functools import lru_cache

from stdnum.cn import ric

from aid.rules.cells import EARLIEST_YEAR, Cell, Fault, identifier, text, tidy

_FORM = re.compile(r"[0-9]{17}[0-9X]")


def read(cell: Cell, *, today: dt.date) -> str:
    """The number half-width, without white space, with a capital X (DOMAIN.md part 2 "ID numbers").

    The place in it is not looked at: stdnum's `validate` refuses whoever was born before the county had its code.
    Raises Fault: number_cell, error_cell, malformed, check_digit, birth_date. The right check digit is never told,
    for it would be copied in, and the slip is as likely in the other seventeen.

    >>> read(" 11010519491231002x ", today=dt.date(2026, 9, 1))
    '11010519491231002X'
    """
    # Nearly every one of 100,000 is written as it should be, and tidying leaves that as it is.
    plain = isinstance(cell, str) and _FORM.fullmatch(cell)
    number = cell if plain else tidy(identifier(cell, longest=60)).upper()
    if not _FORM.fullmatch(number):
        old = "是 15 位的旧号码，" if re.fullmatch(r"[0-9]{15}", number) else f"有 {len(number)} 位，"
        raise Fault("malformed", f"{old if len(number) != 18 else '含有不该有的字符，'}应为 17 位数字加 1 位校验位")
    if ric.calc_check_digit(number) != number[17]:
        raise Fault("check_digit", "校验位不对，请对照证件核实")
    born = birth_date(number)
    if born is None or born.year < EARLIEST_YEAR or born > today:
        raise Fault("birth_date", f"其中的出生日期 {number[6:14]} 不可能")
    return number


def copied(cell: Cell) -> str:
    """A number beside the row's own, such as the household head's: in the same form, but not judged.

    Raises Fault: number_cell, error_cell, malformed where it is longer than any number.

    >>> copied("３６０４２６ 19700101001x")
    '36042619700101001X'
    """
    return text(tidy(identifier(cell, longest=60)).upper(), longest=18)


def birth_date(number: str) -> dt.date | None:
    """The birth date in a number of the right form; None where the calendar has no such day.

    >>> birth_date("11010519491231002X")
    datetime.date(1949, 12, 31)
    """
    return _day(number[6:14])


def holds_one(words: str) -> bool:
    """Whether a whole number stands anywhere in what was typed, full-width or spaced as well: such words go into no
    address and are not kept.

    >>> holds_one("=11010519491231002x|-"), holds_one("1101051949")
    (True, False)
    >>> holds_one("１１０１０５１９４９１２３１００２Ｘ"), holds_one("110105 19491231 002x")
    (True, True)
    """
    return _FORM.search(tidy(words).upper()) is not None


def is_male(number: str) -> bool:
    """The sex in a number of the right form: the 17th digit is odd for men.

    >>> is_male("11010519491231002X")
    False
    """
    return number[16] in "13579"


@lru_cache(maxsize=50_000)
def _day(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:  # a day the calendar does not have
        return None
