"""Where every bar stands."""

import pytest

from admin.charts.bars import BAR, Part, Piece, Whole, bars, stacked
from admin.charts.parts import NARROW, WIDE
from aid.workbooks.style import SERIES


def of(*sizes: float, name: str = "蒲亭镇") -> Whole:
    return Whole(name, "12,345", [Piece(size, f"{name} {size}") for size in sizes])


def test_a_bar_is_as_long_as_its_share_and_keeps_clear_of_names_and_figures():
    parts = [Part("蒲亭镇", 0.5, "5/10", "/a"), Part("聂桥镇第一中心幼儿园（学前）", 1, "12,345/12,345", "/b")]
    chart = bars(parts, title="进度", under="今天")
    tracks, filled = zip(*(mark.boxes for mark in chart.marks), strict=True)
    assert [bar.width / track.width for track, bar in zip(tracks, filled, strict=True)] == [0.5, 1]
    assert [bar.y for bar in filled] == sorted({bar.y for bar in filled})
    assert chart.height > filled[-1].y + BAR
    name, percent, counted = chart.marks[1].texts
    assert 14 * 12 < name.x < tracks[1].x
    assert tracks[1].x + tracks[1].width < percent.x - 6 * 7
    assert percent.x + 13 * 6 < counted.x < NARROW
    assert [mark.url for mark in chart.marks] == ["/a", "/b"]
    assert chart.desc == "蒲亭镇 50.0%（5/10）；聂桥镇第一中心幼儿园（学前） 100.0%（12,345/12,345）"


def test_no_bars_is_an_empty_chart():
    assert bars([], title="进度", under="").marks == []
    assert stacked([], title="进度", under="").marks == []


def test_pieces_lie_end_to_end_to_one_scale_in_the_colours_of_the_legend():
    chart = stacked([of(10, 0, 30), of(20, 0, 0)], title="人数", under="", legend=["未核对", "无效", "已核对"])
    *keys, long, short = chart.marks
    assert [(key.texts[0].words, key.boxes[0].colour) for key in keys] == [
        *(("未核对", SERIES[0]), ("无效", SERIES[1]), ("已核对", SERIES[2])),
    ]
    first, last = long.boxes
    assert first.x + first.width == pytest.approx(last.x, abs=0.11)
    assert last.width == pytest.approx(3 * first.width, abs=0.2)
    assert short.boxes[0].width == pytest.approx(2 * first.width, abs=0.2)
    assert [box.colour for box in long.boxes] == [SERIES[0], SERIES[2]]
    assert long.texts[1].x > last.x + last.width
    assert long.texts[1].x + 6 * 7 < WIDE


def test_what_is_below_nought_lies_to_the_left_of_a_line():
    chart = stacked([of(-5), of(10)], title="收入", under="")
    [nought] = chart.strokes
    [below], [above] = (mark.boxes for mark in chart.marks)
    assert nought.x == pytest.approx(below.x + below.width, abs=0.11) == pytest.approx(above.x, abs=0.11)
    assert chart.marks[0].texts[0].x < below.x
    assert stacked([of(5), of(10)], title="", under="").strokes == []


def test_a_long_legend_goes_on_in_the_next_line_above_the_bars():
    chart = stacked([of(*[1] * 8)], title="", under="", legend=["已核对（已更新）" * 2] * 8)
    *keys, bar = chart.marks
    assert {key.boxes[0].x for key in keys} >= {bar.boxes[0].x}
    assert len({key.boxes[0].y for key in keys}) > 1
    assert max(key.boxes[0].y for key in keys) < bar.boxes[0].y
    assert max(key.texts[0].x + 32 * 6 for key in keys) <= WIDE


def test_a_long_name_is_cut_and_told_whole():
    [mark] = stacked([of(1, name="德安县" * 9)], title="", under="").marks
    assert mark.texts[0].words.endswith("…")
    assert mark.told == f"{'德安县' * 9} 12,345"
