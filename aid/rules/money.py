"""Money: whole fen inside, yuan with two decimals outside. Nothing here is a binary fraction."""

import re
from decimal import Decimal

from aid.rules.cells import Cell, Fault, figures

MOST = 10_000_000  # fen: nobody is given 100,000 yuan in a term
FEN_OF_YUAN = 100
_WRITTEN = re.compile(r"[¥￥]?(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.([0-9]+))?(?:元整?)?")


def read(cell: Cell) -> int:
    """The fen that a cell of yuan says: 1000.1, "1,000.00", "￥1000", "1000元".

    Raises Fault: error_cell, malformed for what is no amount, is negative, has more than two decimals or more than
    100,000 yuan.

    >>> read(1000.1), read("1,000.00"), read("￥1000"), read("３１２.５元")
    (100010, 100000, 100000, 31250)
    """
    found = _WRITTEN.fullmatch(figures(cell))
    if not found:
        raise Fault("malformed", "应为金额，如 625 或 312.50")
    minus, whole, decimals = found[1], found[2].replace(",", ""), found[3] or ""
    if minus:
        raise Fault("malformed", "金额不能是负数")
    if len(decimals) > 2:
        raise Fault("malformed", "金额最多两位小数（到分）")
    fen = int(whole) * FEN_OF_YUAN + int(decimals.ljust(2, "0"))
    if fen > MOST:
        raise Fault("malformed", f"金额超过 {MOST // FEN_OF_YUAN} 元，请核对是不是多打了数字")
    return fen


def read_given(cell: Cell) -> int:
    """The same of an amount that was given, which is never none. Raises Fault as `read` does."""
    fen = read(cell)
    if not fen:
        raise Fault("malformed", "金额应大于 0")
    return fen


def told(fen: int) -> str:
    """As it is shown and typed, in yuan.

    >>> told(31250), told(0)
    ('312.50', '0.00')
    """
    return f"{yuan(fen):f}"


def grouped(fen: int) -> str:
    """A sum, for reading alone.

    >>> grouped(123456789)
    '1,234,567.89'
    """
    return f"{yuan(fen):,f}"


def yuan(fen: int) -> Decimal:
    """For a cell of a workbook or a CSV, exactly."""
    return Decimal(fen).scaleb(-2)
