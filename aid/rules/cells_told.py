"""What a reader of aid.rules.cells takes, told beforehand: the labels of a list, and how a cell is written.

A template's drop-downs and explanations come from here, so that they promise what the import keeps.
"""

from functools import partial

from aid.rules import cells, id_numbers, money, terms
from aid.rules.cells import Reader

MONEY = "金额，单位元，最多两位小数，如 625 或 312.50"
WRITTEN = {  # reader -> how a cell for it is written; {longest} is the reader's own
    cells.text: "文字，最多 {longest} 个字",
    cells.words: "文字，最多 {longest} 个字",
    cells.identifier: "按文本填写，开头的 0 要保留，最多 {longest} 个字",
    cells.code: "12 位数字，按文本填写",
    cells.year: "四位年份，如 2014",
    cells.month: "年月，如 201709",
    cells.date: "过去的日期，如 2014-01-25",
    cells.whole: "整数，如 12",
    cells.decimal: "数字，最多四位小数，如 12 或 1,234.5",
    cells.one_of: "从下拉列表中选择",
    cells.yes_or_no: "从下拉列表中选择",
    money.read: MONEY,
    money.read_given: MONEY,
    terms.read: "学期，如 2026秋、2027春，或 2026-2027学年第一学期",
    id_numbers.read: "18 位，17 位数字加 1 位校验位，按文本填写；校验位不对的退回",
    id_numbers.copied: "18 位，按文本填写；只照录，不核对",
}
ANYTHING = (cells.text, cells.words)


def permitted(read: Reader) -> tuple[str, ...]:
    """The labels a cell may hold, in their order, where `read` knows a closed list; empty where it does not.

    >>> permitted(cells.yes_or_no), permitted(cells.year)
    (('是', '否'), ())
    """
    function, options = _parts(read)
    labels = cells.YES_OR_NO if function is cells.yes_or_no else options.get("labels", {})
    return tuple(labels)


def written(read: Reader) -> str:
    """How a cell is written that `read` takes, as a clerk's sentence without its full stop; empty for a reader of a
    table's own.

    >>> written(partial(cells.words, longest=40))
    '文字，最多 40 个字'
    """
    function, options = _parts(read)
    return WRITTEN.get(function, "").format_map(options)


def is_plain(read: Reader) -> bool:
    """Whether nothing but its length is asked of a cell: nobody needs to be told how to type that."""
    return _parts(read)[0] in ANYTHING


def _parts(read: Reader) -> tuple[Reader, dict]:
    """A reader and what it was given. One that leaves the reading to another names it as `like`."""
    read = getattr(read, "like", read)
    return (read.func, read.keywords) if isinstance(read, partial) else (read, {})
