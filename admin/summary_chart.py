"""A summary's chart: what its bars are of; where they stand is worked out in admin/charts/."""

from admin.charts.bars import Piece, Whole, stacked
from admin.charts.parts import Chart
from admin.summary_table import told
from aid.rules.times import local
from aid.summaries.picture import Picture
from models import now


def drawn(picture: Picture | None) -> Chart | None:
    """The chart of a summary's figures of now; None where there is none."""
    if picture is None:
        return None
    legend = [name for name, _ in picture.pieces] if len(picture.pieces) > 1 else []
    wholes = [_whole(picture, at) for at in range(len(picture.names))]
    return stacked(wholes, title=picture.title, under=f"{local(now()):%Y-%m-%d %H:%M}", legend=legend)


def _whole(picture: Picture, at: int) -> Whole:
    name, measure = picture.names[at], picture.measure
    pieces = [
        Piece(float(figures[at] or 0), " ".join(part for part in (name, called, told(measure, figures[at])) if part))
        for called, figures in picture.pieces
    ]
    return Whole(name, told(measure, picture.totals[at]), pieces)
