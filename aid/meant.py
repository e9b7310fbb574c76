"""What is kept may name a column that the county has added: which one it meant, for its spare column may be given
another meaning. Then what was kept is of a column that is no more, and must not be asked of the new one."""

from collections.abc import Iterable, Mapping, Sequence

from aid.own_columns import Defined, ever_in, held, own_among
from models import Row

GONE = "（已删除的列）"


def meanings(model: type[Row], names: Iterable[str]) -> dict[str, int]:
    """Of these names those of the county's columns, each with its definition as it is now; retired ones too."""
    return {name: one.id for name, one in _standing_in(model, names).items()}


def estranged(model: type[Row], meant: Mapping[str, int | None]) -> dict[str, str]:
    """Of these names those of columns that are no more, by the definition that was meant, with what that was called.
    None is a definition that nobody noted: then a spare column that has ever meant two things means none of them."""
    told = {}
    with held():
        for name in own_among(model, meant):
            ever, noted = ever_in(model, name), meant[name]
            if not _is_meant(ever, noted):
                told[name] = next((one.label for one in ever if noted in (None, one.id)), GONE)
    return told


def resting(model: type[Row], names: Iterable[str]) -> dict[str, str]:
    """Of these names those of columns that are retired and may come back, with what they are called."""
    return {name: one.label for name, one in _standing_in(model, names).items() if one.retired}


def _standing_in(model: type[Row], names: Iterable[str]) -> dict[str, Defined]:
    with held():
        found = {name: _standing(ever_in(model, name)) for name in own_among(model, names)}
    return {name: one for name, one in found.items() if one}


def _standing(ever: Sequence[Defined]) -> Defined | None:
    return next((one for one in ever if one.until is None), None)


def _is_meant(ever: Sequence[Defined], noted: int | None) -> bool:
    standing = _standing(ever)
    if noted is None:
        return not ever or (len(ever) == 1 and standing is not None)
    return standing is not None and standing.id == noted
