"""Rows below a header that are nobody's: totals, who filled the sheet in, the columns' numbers, the header once more,
and right below it how the columns are filled and an example.

But for an example asked only of rows that cannot be taken in as they are; what is passed over is told. Pure.
"""

import re
from collections.abc import Mapping, Sequence

from aid.imports.base import SheetFormat
from aid.imports.headers import means
from aid.rules.cells import Cell, ErrorCell, is_empty, shown, tidy

NAMED = 5  # rows that are told one by one
NUMBERED = 3  # cells from which 1, 2, 3 are the columns' numbers
NUMBER = "id_number"  # the column of our examples that is nobody's
BELOW = 3  # rows below a header among which an example or a note on how to fill it in is looked for
_TOTAL = re.compile(r"(?:本页|本表|本班|本校|全[班校乡镇县])?(?:合|总|小|共|累)计(?:[:(0-9人户元].*)?")
_SIGNED = re.compile(
    r"(?:填表|制表|填报|填写|审核|审批|复核|经办|负责|联系|校长|园长|班主任|单位|学校|主管|报送|统计|盖章|日期|说明|备注|注意|注)"
    r"[^0-9]{0,12}[:(].*"
)
_COUNT = re.compile(r"共?[0-9]+[人户所名个条元]?")
_LETTERS = ["甲", "乙", "丙"]  # how forms number their columns
_EXAMPLE = re.compile(r"[(\[【]?(?:填写)?(?:示例|样例|范例|举例|例子|例如|例)(?:行|数据|[0-9一二三])?[)\]】:]*")
_NOTE = re.compile(
    r".*(?:必填|选填|非必|不填|填写|必选|可选|选择|请选|下拉|格式|文本|写法|默认|[0-9]位|年-?月|yyyy).*|\(?(?:如|例).+|"
    r"\(?(?:男/女|是/否|单位:.*|全称)\)?",
    re.IGNORECASE,
)


def explains(cells: Sequence[Cell], sheet: type[SheetFormat]) -> bool:
    """Whether a row right below the header is none of the sheet's data but an example, or says how each column is
    filled. An example holds our template's own number, which nobody has, or calls itself one."""
    texts = _texts(cells)
    own = next((column.example for column in sheet.columns if column.name == NUMBER), "")
    if any(one == own or _EXAMPLE.fullmatch(one) for one in texts):
        return True
    notes = sum(1 for one in texts if _NOTE.fullmatch(one))
    return texts[:NUMBERED] == _LETTERS or (notes > 1 and 2 * notes >= len(texts))


def is_aside(cells: Sequence[Cell], places: Mapping[str, int], sheet: type[SheetFormat]) -> bool:
    """Whether a row, with the places of the format's columns in it, is none of the sheet's data."""
    texts = _texts(cells)
    if not texts or not _needed(sheet, places):
        return False
    needed = [cells[at] if at < len(cells) else "" for at in (places[name] for name in _needed(sheet, places))]
    if _TOTAL.fullmatch(texts[0]) or _SIGNED.fullmatch(texts[0]):
        said = [tidy(shown(cell)) for cell in needed if not is_empty(cell)]
        return 2 * sum(one != texts[0] and not _COUNT.fullmatch(one) for one in said) <= len(needed)
    if [one.strip("()") for one in texts] == [str(number) for number in range(1, len(texts) + 1)]:
        return len(texts) >= NUMBERED
    titled = zip(_needed(sheet, places), needed, strict=True)
    return all(isinstance(cell, str) and means(sheet, cell) == name for name, cell in titled)


def told(passed: Sequence[tuple[int, Sequence[Cell]]]) -> str:
    """The rows that were passed over, as a remark on the sheet."""
    named = "、".join(f"第 {number} 行“{_first(cells)}”" for number, cells in passed[:NAMED])
    more = f" 等 {len(passed)} 行" if len(passed) > NAMED else ""
    return f"没有收进来的行：{named}{more}，是合计、落款、表头或填写示例，不是数据"


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [tidy(shown(cell)) for cell in cells if not is_empty(cell) and not isinstance(cell, ErrorCell)]


def _first(cells: Sequence[Cell]) -> str:
    return next(shown(cell) for cell in cells if not is_empty(cell)).strip()[:20]


def _needed(sheet: type[SheetFormat], places: Mapping[str, int]) -> list[str]:
    return [column.name for column in sheet.columns if column.required and column.name in places]
