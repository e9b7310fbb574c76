"""Where everything on a chart stands."""

import datetime as dt

from admin.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Part, bars, days

DAY = dt.date(2026, 11, 1)


def spread(*counts: int) -> dict[dt.date, int]:
    return {DAY + dt.timedelta(days=at): count for at, count in enumerate(counts)}


def test_a_bar_is_as_long_as_its_share_and_keeps_clear_of_names_and_figures():
    parts = [Part("蒲亭镇", 0.5, "5/10", "/a"), Part("聂桥镇第一中心幼儿园（学前）", 1, "12,345/12,345", "/b")]
    chart = bars(parts, title="进度", under="今天")
    assert [bar.width / chart.track for bar in chart.bars] == [0.5, 1]
    assert [bar.y for bar in chart.bars] == sorted({bar.y for bar in chart.bars})
    assert chart.height > chart.bars[-1].y + chart.bar
    assert chart.left > 14 * 12
    assert chart.percent + 13 * 6 < WIDTH
    assert chart.desc == "蒲亭镇 50.0%（5/10）；聂桥镇第一中心幼儿园（学前） 100.0%（12,345/12,345）"


def test_no_bars_is_an_empty_chart():
    assert bars([], title="进度", under="").bars == []


def test_a_line_goes_from_the_floor_to_the_highest_day_within_its_frame():
    chart = days(spread(0, 3, 8), title="每天", under="")
    assert [point.count for point in chart.points] == [0, 3, 8]
    assert chart.points[0].y == chart.floor == HEIGHT - BOTTOM
    assert chart.points[2].y == chart.grid[-1][0] == TOP
    assert LEFT < chart.points[0].x < chart.points[1].x < chart.points[2].x < WIDTH - RIGHT
    assert [number for _, number in chart.grid] == [0, 2, 4, 6, 8]
    assert [point.number for point in chart.points] == ["", "3", "8"]
    assert chart.desc == "2026-11-01 至 2026-11-03 共 11 人，最多一天 8 人"


def test_of_many_days_some_are_named_the_last_always_and_none_is_marked():
    few, many = days(spread(*[1] * 14), title="", under=""), days(spread(*[1] * 200), title="", under="")
    assert (few.marked, many.marked) == (True, False)
    for chart in (few, many):
        named = [point.named for point in chart.points if point.named]
        assert 4 <= len(named) <= 8
        assert chart.points[-1].named
    assert not [point for point in many.points if point.number]


def test_days_on_which_nothing_was_done_lie_on_the_floor():
    chart = days(spread(0, 0), title="", under="")
    assert {point.y for point in chart.points} == {chart.floor}
    assert len(days(spread(0), title="", under="").points) == 1


def test_a_day_on_which_anything_was_done_leads_somewhere():
    chart = days(spread(0, 3), title="", under="", url_of=lambda day: f"/{day}")
    assert [(point.url, point.told) for point in chart.points] == [
        *(("", "2026-11-01 0 人"), ("/2026-11-02", "2026-11-02 3 人")),
    ]
