"""What the child says: a sheet's name, its rows chunk by chunk, cells by their kind; and what it never says.

A sheet begins with {"sheet": name}; then each line is {"rows": [[…], …]}, cells being text or [kind, text] with kind
n(umber), d(ate), b(oolean), e(rror), m(erged with that of the row numbered so). The last line is {"end": …}; a
refusal is one line {"refused": sentence}.
"""

import json
import re
from collections.abc import Iterable

ROWS, COLUMNS = 200_000, 500
CHUNK_ROWS = 2000
RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入"
MANY_ROWS = f"表超过 {ROWS:,} 行，请删去表尾多余的空行或拆分后再导入"
MANY_COLUMNS = f"表超过 {COLUMNS} 列，请删去多余的列再导入"
LOCKED = "文件带密码或被加密保护，请在 Excel 或 WPS 里去掉密码和保护，另存后再导入"
MERGED = "有上下合并的单元格，不知道各行该是什么；请取消合并、逐行填好再导入"
UNTOLD_ERROR = "（公式出错）"
Told = str | list[str]
_APOSTROPHE = re.compile(r"'([0-9A-Za-z]+|[-=+@\t\r\n＝＋－＠].*)", re.DOTALL)
_QUOTED = re.compile(r'="([^"]*)"')


class Refused(Exception):
    """The file cannot be taken in; the message is for the clerk."""


def merged(first: int) -> list[str]:
    """A cell that is merged with the filled one of the row of this number, from 0."""
    return ["m", str(first + 1)]


def say_sheet(name: str) -> None:
    """Tell that a sheet of this name begins."""
    print(json.dumps({"sheet": name}), flush=True)


def say_rows(rows: Iterable[list[Told]]) -> None:
    """Tell a sheet's rows from row 1 on. Raises Refused for more rows or columns than any table has."""
    chunk: list[list[Told]] = []
    for number, cells in enumerate(rows, start=1):
        if number > ROWS:
            raise Refused(MANY_ROWS)
        if len(cells) > COLUMNS:
            raise Refused(MANY_COLUMNS)
        chunk.append(cells)
        if len(chunk) == CHUNK_ROWS:
            print(json.dumps({"rows": chunk}, ensure_ascii=False))
            chunk = []
    print(json.dumps({"rows": chunk}, ensure_ascii=False), flush=True)


def bare(words: str) -> str:
    """A cell of text without what kept a spreadsheet from taking it for a number or a formula: ="00123" and '00123.

    >>> bare('="00123"'), bare("'00123"), bare("'=1+1"), bare("’s"), bare('="a"&"b"')
    ('00123', '00123', '=1+1', '’s', '="a"&"b"')
    """
    found = _QUOTED.fullmatch(words) or _APOSTROPHE.fullmatch(words)
    return found[1] if found else words
