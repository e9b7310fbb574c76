"""How our workbooks look: one accent colour, thin lines, one font. XlsxWriter's property names."""

import re
from enum import Enum

FONT = "微软雅黑"  # Excel and WPS have it; elsewhere it is replaced by the system's Chinese font
ACCENT, INK, QUIET, LINE = "#1F5F8B", "#222222", "#6B7680", "#D5DBE1"
HEADER_FILL, SUBTOTAL_FILL, TOTAL_FILL, SHADE = "#E9F0F6", "#F5F8FA", "#DDE8F0", "#EEF4F9"
FAULT_FILL, BAR = "#FBE3DF", "#BCD8EA"
SERIES = (ACCENT, "#6FAE8C", "#E9B44C", "#B4656F", "#7F8FB8", "#4FA3A5", "#C39BB4", "#A9B1B7")  # the last is the rest's

TEXT, WHOLE, DAYS, PERCENT = "@", '#,##0;-#,##0;"–"', "0", "0.0%"
MONEY, MEAN, DECIMAL = "#,##0.00", "#,##0.00", "General"  # Excel leaves a point behind whole numbers in 0.####


class Kind(Enum):
    """What a line of a sheet is. SHADED is a PLAIN line of every other group, so that the groups are told apart; only
    these two are summed, and only these and SUBTOTAL lines can be filtered."""

    PLAIN, SUBTOTAL, TOTAL, ASIDE, SHADED = range(5)

    @property
    def summed(self) -> bool:
        return self in (Kind.PLAIN, Kind.SHADED)


BASE = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
TITLE = BASE | {"font_size": 16, "bold": True, "font_color": ACCENT}
SUBTITLE = BASE | {"font_color": QUIET}
NOTE = SUBTITLE | {"font_size": 9}
_CELL = BASE | {"border": 1, "border_color": LINE}
_HEADING = {"bold": True, "font_color": ACCENT, "bg_color": HEADER_FILL, "align": "center", "text_wrap": True}
HEADER = _CELL | _HEADING | {"bottom": 2, "bottom_color": ACCENT}
REQUIRED = HEADER | {"bg_color": ACCENT, "font_color": "#FFFFFF"}
EXAMPLE = BASE | {"font_color": QUIET, "italic": True, "num_format": TEXT, "indent": 1}
TO_FILL = BASE | {"num_format": TEXT}
GROUP = _CELL | _HEADING
OVER_NO_GROUP, UNDER_NO_GROUP = GROUP | {"bottom": 0}, HEADER | {"top": 0}
LINES = {
    Kind.PLAIN: _CELL,
    Kind.SUBTOTAL: _CELL | {"bold": True, "bg_color": SUBTOTAL_FILL},
    Kind.TOTAL: _CELL | {"bold": True, "bg_color": TOTAL_FILL, "top": 2, "top_color": ACCENT},
    Kind.ASIDE: _CELL | {"font_color": QUIET},
    Kind.SHADED: _CELL | {"bg_color": SHADE},
}
FAULT = {"bg_color": FAULT_FILL}
COLOURS = {  # 着色: those of aid/rules/colouring.py, as static/panel.css has them
    "": {},
    "red": {"bg_color": "#FBD9D5"},
    "yellow": {"bg_color": "#FDEAB3"},
    "green": {"bg_color": "#D3EED8"},
    "blue": {"bg_color": "#C9DEF6"},
    "purple": {"bg_color": "#E6D8F6"},
}
_WIDE = re.compile("[\u2e80-\U0010ffff]+")


def width_of(words: str) -> int:
    """How many columns of a fixed-width font `words` fill.

    >>> width_of("核对A")
    5
    """
    return len(words) + sum(map(len, _WIDE.findall(words)))


def printable(words: str) -> str:
    """`words` without the signs that XML has no way to write, for names and footers.

    >>> printable("名单\\x1b")
    '名单 '
    """
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]", " ", words)
