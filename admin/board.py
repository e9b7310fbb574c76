"""进度看板: how far the check has come, by place, school and day; a bar leads a level down, a figure to its rows."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from flask import Response, request, url_for
from flask_admin import BaseView, expose

from admin.charts.bars import Part, bars
from admin.charts.days import Day, by_days
from admin.charts.parts import Chart
from admin.conditions import EXACT, OR
from admin.exporting import taken_out
from admin.shell import Locked
from aid.board import CHECKED, LIVE, Board, Counts, Place, School, Unit, board, checked_by_day, place_in
from aid.permissions import Permission
from aid.rules import names
from aid.rules.eligibility import FIRST_MONTH, school_year_of
from aid.rules.times import local
from aid.rules.words import exactly, placed
from aid.scope import Scope
from aid.workbooks.base import Column
from aid.workbooks.style import PERCENT, WHOLE
from models import CheckState, Source, now

MOST_SCHOOLS, COUNTY_DIGITS = 30, 6
WITHIN = {2: "各市", 4: "各县", 6: "各乡镇"}  # by the digits of a place what it is divided into
PLACED = {2: "school_city", 4: "school_city", 6: "school_county"}  # the list's word for where the school lies
ORDERS = {"slow": "慢的在前", "name": "按名称"}
SPANS = {"14": "近 14 天", "30": "近 30 天", "year": "本学年"}
LIST, REPORTING = "beneficiary.index_view", "late_schools.index_view"
FIRST = ("slow", "14")  # chosen without being said
FIGURES = {"rows": "名单人数", "checked": "已核对", "unchecked": "未核对", "invalid": "无效", "supplements": "补录"}
COLUMNS = (
    *(Column("学校", 30), Column("机构编码", 15)),
    *(Column(label, 10, number_format=WHOLE, total=True) for label in FIGURES.values()),
    *(Column("上报", 10), Column("进度", 10, number_format=PERCENT)),
)
ENDINGS = {"Excel": "xlsx", "CSV": "csv"}
NARROWED = {  # what the list is asked for each figure beside the place
    "checked": {"state": OR.join(CHECKED)},
    "unchecked": {"state": CheckState.UNCHECKED.value},
    "invalid": {"state": CheckState.INVALID.value},
    "supplements": {"source": Source.SUPPLEMENT.value, "state": OR.join(LIVE)},
}


@dataclass(frozen=True)
class Figure:
    """A number as it is read; "" is the address of one that has no list."""

    label: str
    told: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A bar, and the row of the table behind it."""

    name: str
    url: str
    counts: Counts
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Drawn:
    """A chart with the table behind it."""

    name: str
    chart: Chart
    lines: Sequence[Line] = ()
    days: Sequence[Day] = ()


class BoardView(Locked, BaseView):
    """What one looks at is a place of one's own; a school has none beneath it and does not enter."""

    read = Permission.PROGRESS_READ

    @expose("/")
    def index_view(self) -> str:
        place = _place(self.actor.scope)
        seen, at = board(self.actor.scope, place), local(now())
        figures = list(_figures(seen.total, place, seen.name))
        return self.render(
            "board.html",
            board=seen,
            figures=figures,
            headings=[figure.label for figure in figures],
            columns=_columns(seen, at) if seen.schools else [],
            crumbs=[(name, _address(one)) for one, name in seen.path[:-1]],
            orders=_ways(place, "order", ORDERS),
            spans=_ways(place, "days", SPANS),
            exports={label: _address(place, ending=ending) for label, ending in ENDINGS.items()},
            whole=url_for(REPORTING, region=_word(place, seen.name)),
            most=MOST_SCHOOLS,
        )

    @expose("/export/<ending>")
    def export_view(self, ending: str) -> Response:
        """Every school of a place with its figures, the slowest first."""
        place = _place(self.actor.scope)
        seen = board(self.actor.scope, place)
        subtitle = f"{_under(seen, local(now()))}；导出人：{self.actor.name}"
        rows = ([one.name, one.code, *_numbers(one.counts)] for one in sorted(seen.schools, key=_slowness))
        title = f"{seen.name}各校核对进度"
        return taken_out(self.actor, ending, title=title, subtitle=subtitle, columns=COLUMNS, rows=rows)


def _place(scope: Scope) -> Place:
    """The place that the address asks for."""
    return place_in(scope, request.args.get("place", ""), own=request.args.get("own") == "1")


def _numbers(counts: Counts) -> list[int | float | str]:
    """As the columns of an export have them, behind the school."""
    reported = ("已上报" if counts.reported else "未上报") if counts.due else ""
    return [*(getattr(counts, name) for name in FIGURES), reported, round(counts.done, 4)]


# -- addresses ------------------------------------------------------------------


def _asked(word: str, known: Mapping[str, str]) -> str:
    """What the address chooses of these, the first where it does not."""
    asked = request.args.get(word, "")
    return asked if asked in known else next(iter(known))


def _address(place: Place, ending: str = "", **changes: str) -> str:
    """The page of a place, with what is chosen on this one; with an ending its export."""
    if ending:
        return url_for("board.export_view", place=place.code, own="1" if place.own else None, ending=ending)
    words = {"order": _asked("order", ORDERS), "days": _asked("days", SPANS)} | changes
    chosen = {word: value for word, value in words.items() if value not in FIRST}
    return url_for("board.index_view", place=place.code, own="1" if place.own else None, **chosen)


def _ways(place: Place, word: str, known: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """(label, address, whether it is chosen) of each."""
    return [(label, _address(place, **{word: one}), one == _asked(word, known)) for one, label in known.items()]


def _word(place: Place, name: str) -> str:
    """What a list is asked for a place: all that lies in it, or exactly it."""
    return exactly(place.code) if place.own else placed(name, place.code)


def _rows_of(place: Place, name: str) -> dict[str, str]:
    """What the list of 资助对象 is asked for the rows of a place."""
    return {PLACED.get(len(place.prefix), "school_township"): _word(place, name)}


# -- figures --------------------------------------------------------------------


def _figures(counts: Counts, place: Place, name: str) -> Iterator[Figure]:
    """The figures of a place, each with the list of its rows."""
    yield from _counted(counts, _rows_of(place, name))
    url = url_for(REPORTING, region=_word(place, name), round_from=1)
    yield Figure("已上报 / 应上报学校", f"{counts.reported:,} / {counts.due:,}", url)
    yield Figure("进度", _share(counts))


def _counted(counts: Counts, rows: Mapping[str, str]) -> Iterator[Figure]:
    """`rows` are what the list of 资助对象 is asked for all of them."""
    for name, label in FIGURES.items():
        yield Figure(label, f"{getattr(counts, name):,}", url_for(LIST, **rows, **NARROWED.get(name, {})))


def _share(counts: Counts) -> str:
    return f"{counts.done:.1%}" if counts.rows else "–"


# -- charts ---------------------------------------------------------------------


def _columns(seen: Board, at: dt.datetime) -> list[list[Drawn]]:
    """The charts as they stand side by side."""
    schools, by_day = _by_school(seen, at), _by_day(seen, at)
    return [[_by_unit(seen, at), by_day], [schools]] if seen.place.digits else [[schools], [by_day]]


def _by_unit(seen: Board, at: dt.datetime) -> Drawn:
    def line(unit: Unit) -> Line:
        figures = _figures(unit.counts, unit.place, unit.name)
        return Line(unit.name, _address(unit.place), unit.counts, list(figures))

    title = f"{seen.name}{WITHIN[len(seen.place.prefix)]}核对进度"
    return _bars("units", [line(unit) for unit in _ordered(seen.units)], title=title, under=_under(seen, at))


def _by_school(seen: Board, at: dt.datetime) -> Drawn:
    above = [name for place, name in seen.path if len(place.prefix) <= COUNTY_DIGITS and not place.own]

    def line(school: School) -> Line:
        counts, rows = school.counts, {"school": f"{EXACT}{school.code}"}
        name = reduce(str.removeprefix, above, school.name)
        reported = Figure("", ("已上报" if counts.reported else "未上报") if counts.due else "–")
        figures = [*_counted(counts, rows), reported, Figure("", _share(counts))]
        return Line(name, url_for(LIST, **rows), counts, figures)

    slowest = sorted(seen.schools, key=_slowness)[:MOST_SCHOOLS]
    title = f"{seen.name}各校核对进度" + (f"（最慢的 {MOST_SCHOOLS} 所）" if len(seen.schools) > MOST_SCHOOLS else "")
    return _bars("schools", [line(school) for school in _ordered(slowest)], title=title, under=_under(seen, at))


def _by_day(seen: Board, at: dt.datetime) -> Drawn:
    span, last = _asked("days", SPANS), at.date()
    first = dt.date(school_year_of(last), FIRST_MONTH, 1) if span == "year" else last - dt.timedelta(days=int(span) - 1)
    counts = checked_by_day(seen.place, first, last)
    rows = _rows_of(seen.place, seen.name)
    under = f"{first} 至 {last}　共 {sum(counts.values()):,} 人（按操作记录，撤销的不算）"
    title = f"{seen.name}每天核对人数"
    chart, days = by_days(
        counts, title=title, under=under, url_of=lambda day: url_for(LIST, **rows, checked_on=day.isoformat())
    )
    return Drawn("days", chart, days=days)


def _bars(name: str, lines: Sequence[Line], *, title: str, under: str) -> Drawn:
    parts = [Part(line.name, line.counts.done, _of_all(line.counts), line.url) for line in lines]
    return Drawn(name, bars(parts, title=title, under=under), lines)


def _under(seen: Board, at: dt.datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}　已处理 {_of_all(seen.total)} 人，{_share(seen.total)}"


def _of_all(counts: Counts) -> str:
    return f"{counts.rows - counts.unchecked:,}/{counts.rows:,}"


def _ordered(some: Sequence[Unit] | Sequence[School]) -> list[Any]:
    by_name = _asked("order", ORDERS) == "name"
    return sorted(some, key=lambda one: (names.initials(one.name), one.name) if by_name else _slowness(one))


def _slowness(one: Unit | School) -> tuple[float, int, str]:
    """Lowest share done, then most unchecked."""
    return one.counts.done, -one.counts.unchecked, one.name
