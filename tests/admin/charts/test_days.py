"""Where a line by days goes."""

import datetime as dt

from admin.charts.days import BOTTOM, HEIGHT, LEFT, RIGHT, by_days
from admin.charts.parts import NARROW, TOP, Chart, Mark

DAY = dt.date(2026, 11, 1)


def drawn(*counts: int) -> Chart:
    return by_days({DAY + dt.timedelta(days=at): count for at, count in enumerate(counts)}, title="每天", under="")[0]


def points(chart: Chart) -> list[tuple[float, float]]:
    return [tuple(float(number) for number in place.split(",")) for place in chart.line.split()]


def named(mark: Mark) -> list[str]:
    return [text.words for text in mark.texts if "-" in text.words]


def test_a_line_goes_from_the_floor_to_the_highest_day_within_its_frame():
    chart = drawn(0, 3, 8)
    numbers, *days = chart.marks
    (first, low), (second, _), (third, high) = points(chart)
    assert low == HEIGHT - BOTTOM
    assert high == chart.strokes[-1].y == TOP
    assert LEFT < first < second < third < NARROW - RIGHT
    assert [text.words for text in numbers.texts] == ["0", "2", "4", "6", "8"]
    assert [[text.words for text in day.texts if text.clear] for day in days] == [[], ["3"], ["8"]]
    assert chart.desc == "2026-11-01 至 2026-11-03 共 11 人，最多一天 8 人"


def test_of_many_days_some_are_named_the_last_always_and_none_is_marked():
    few, many = drawn(*[1] * 14), drawn(*[1] * 200)
    assert (few.walked, many.walked) == (True, False)
    for chart in (few, many):
        assert 4 <= sum(bool(named(day)) for day in chart.marks) <= 8
        assert named(chart.marks[-1])
    assert all(len(day.dots) == 1 for day in few.marks[1:])
    assert not [day for day in many.marks[1:] if day.dots or any(text.clear for text in day.texts)]


def test_days_on_which_nothing_was_done_lie_on_the_floor():
    assert {y for _, y in points(drawn(0, 0))} == {HEIGHT - BOTTOM}
    assert len(points(drawn(0))) == 1


def test_a_day_on_which_anything_was_done_leads_somewhere():
    counts = {DAY: 0, DAY + dt.timedelta(days=1): 3}
    chart, days = by_days(counts, title="", under="", url_of=lambda day: f"/{day}")
    assert [(day.count, day.url) for day in days] == [(0, ""), (3, "/2026-11-02")]
    told = [(mark.url, mark.told, len(mark.boxes)) for mark in chart.marks[1:]]
    assert told == [("", "2026-11-01 0 人", 0), ("/2026-11-02", "2026-11-02 3 人", 1)]
