"""What helps whoever types into a sheet that goes out: drop-downs from closed lists, and prompts beside the cell."""

from collections.abc import Sequence
from typing import Any

from aid.workbooks.sheets import Column, column_letters

LISTS = "可选值"
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255  # Excel's


class Entry:
    """`book` and `page` are XlsxWriter's workbook and worksheet."""

    def __init__(self, book: Any, page: Any) -> None:
        self.book, self.page = book, page
        self.lists: Any = None
        self.listed = 0

    def help(self, columns: Sequence[Column], *, first: int, last: int) -> None:
        """Give the cells of `columns` in the rows `first` to `last`, from 0, their drop-downs and prompts."""
        for at, column in enumerate(columns):
            prompt = {"input_title": column.title[:LONGEST_TITLE], "input_message": column.prompt[:LONGEST_MESSAGE]}
            if column.choices:
                rule = self._one_of(column) | (prompt if column.prompt else {})
            elif column.prompt:
                rule = {"validate": "any"} | prompt
            else:
                continue
            self.page.data_validation(first, at, last, at, rule)

    def _one_of(self, column: Column) -> dict[str, Any]:
        told = f"应为：{'、'.join(column.choices)}"
        return {
            "validate": "list",
            "source": self._range(column),
            "error_title": "不在列表里",
            "error_message": told if len(told) <= LONGEST_MESSAGE else "请从下拉列表中选择",
        }

    def _range(self, column: Column) -> str:
        """Where the labels stand, on a hidden sheet: written into the rule they could have 255 signs and no comma."""
        if self.lists is None:
            self.lists = self.book.add_worksheet(LISTS)
            self.lists.hide()
        for row, label in enumerate((column.title, *column.choices)):
            self.lists.write_string(row, self.listed, label)
        self.listed += 1
        letters = column_letters(self.listed - 1)
        return f"='{LISTS}'!${letters}$2:${letters}${1 + len(column.choices)}"
