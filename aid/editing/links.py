"""The rows that typed texts mean in a column that points at another table, as far as the actor sees them."""

import re
from collections import defaultdict
from collections.abc import Collection

import peewee as pw

from aid import dialect
from aid.rules import cells
from aid.rules.cells import Fault
from aid.scope import Actor, visible
from models import Row

LONGEST = 200
CODE = re.compile(r"(?:.*\s)?([0-9]{12})", re.DOTALL)  # alone, or behind a name as a lookup fills it in
STAGE = re.compile(r"(.+)（[^（）]+）")


def meant(
    actor: Actor, target: type[Row], texts: Collection[str], *, among: pw.ModelSelect | None = None
) -> dict[str, Row | Fault]:
    """By text the one row of `target` that it means: by its code, "name code", "name（学段）" or its name.

    A Fault where there is none or more than one among those the actor sees, or the rows `among`. One query, however
    many texts.
    """
    sound, found = {}, {}
    for text in texts:
        try:
            sound[text] = cells.text(text, longest=LONGEST)
        except Fault as fault:
            found[text] = fault
    by_code, by_name = _candidates(visible(target, actor.scope) if among is None else among, sound.values())
    for text, words in sound.items():
        code = CODE.fullmatch(words)
        rows = by_code[code[1]] if code else _named(by_name, words)
        found[text] = rows[0] if len(rows) == 1 else _fault(words, len(rows))
    return found


def _candidates(rows: pw.ModelSelect, texts: Collection[str]) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """Of `rows` those that texts may mean, by code and by name."""
    target = rows.model
    name, code = target._meta.fields[target.named_by[0]], target._meta.fields.get("code")
    codes = {match[1] for text in texts if (match := CODE.fullmatch(text))}
    names = {*texts, *(match[1] for text in texts if (match := STAGE.fullmatch(text)))}
    by_code, by_name = defaultdict(list), defaultdict(list)
    called = dialect.listed(name, names)
    for row in rows.where(called | dialect.listed(code, codes) if code else called):
        if code:
            by_code[row.code].append(row)
        by_name[getattr(row, name.name)].append(row)
    return by_code, by_name


def _named(by_name: dict[str, list[Row]], words: str) -> list[Row]:
    """Those that are called exactly so where they are pointed at; else those of that name, whatever their stage."""
    bare = STAGE.fullmatch(words)
    exact = [row for name in (words, bare and bare[1]) for row in by_name.get(name, ()) if str(row) == words]
    return exact or by_name.get(words, [])


def _fault(words: str, rows: int) -> Fault:
    told = f"有 {rows} 个叫“{words[:20]}”的" if rows else f"没有“{words[:20]}”，或不归您管理"
    return Fault("unknown", f"{told}；请从下拉中选择，或输入编码")
