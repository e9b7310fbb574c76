"""One thing that the rows of the list can be grouped by, and one of its values. Each value knows the words by which the
list is asked for its rows."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import peewee as pw

from aid.own_columns import own_names
from aid.rules.words import BLANK, EXACT
from aid.scope import Scope
from models import SLOTS, Region, Row

NOT_FILLED_IN = "未填"

Joins = tuple[tuple[type[Row], pw.Expression], ...]
Named = tuple[Sequence[pw.Node], Joins]


@dataclass(frozen=True)
class Member:
    """One value of a dimension. `word` asks the list for its rows, in the dimension's column; where that is "", the
    `ends` of a range do, an open one "". `above` is the name of the place around it, for two of one name."""

    key: Any
    label: str
    word: str
    order: tuple[Any, ...] = ()
    above: str = ""
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Dimension:
    """`value` is what is grouped by, NULL where nothing is filled in. `named` says which columns name a group, once
    each is counted; `member` makes a Member of the value and of those. `asked` is what the list's column of this name
    compares, `field` the column of a table that it is like. Of several to one column of the list, `column` names that,
    and `told` reads an end of its ranges. One of numbers has its `value` once their `banded` limits are known, one that
    hangs on who asks, or on the database, once `at` has made it for a scope."""

    name: str
    label: str
    field: pw.Field
    value: pw.Node
    asked: pw.Node
    member: Callable[[Any, Sequence[Any]], Member]
    joins: Joins = ()
    named: Callable[[pw.Node], Named] | None = None
    column: str = ""
    told: Callable[[str], Any] | None = None
    at: Callable[[Scope], pw.Node] | None = None
    banded: bool = False
    note: str = ""

    @property
    def asks(self) -> str:
        """The list's column that is asked for the rows of a value."""
        return self.column or self.name

    @property
    def in_list(self) -> bool:
        """Whether the list has that column: not one that the county has retired."""
        name = self.asks.rpartition(".")[2]
        return name not in SLOTS or name in own_names(self.field.model)

    @property
    def is_place(self) -> bool:
        """Whether its values are places, of which a filter may name a smaller one."""
        return getattr(self.field, "rel_model", None) is Region

    def read(self, key: Any, names: Sequence[Any]) -> Member:
        """The value that the database gave for one group."""
        if key is None:
            return Member(None, NOT_FILLED_IN, BLANK, (True,))
        member = self.member(key, names)
        return replace(member, order=(False, *member.order))

    def narrowed(self, words: dict[str, str], member: Member) -> None:
        """Have the words of the list's address ask for this value's rows as well. A value stands in the place of its
        own filter, for it is among what that let through; of two ranges what is in both is left."""
        if member.word:
            words[self.asks] = member.word
            return
        for end, value, nearer in (("from", member.ends[0], max), ("to", member.ends[1], min)):
            if value:
                word = f"{self.asks}_{end}"
                words[word] = nearer((words.get(word, value), value), key=self._end)

    def _end(self, value: str) -> Any:
        return self.told(value.removeprefix(EXACT))


def distinct(members: Sequence[Member]) -> list[Member]:
    """The same members, those of one name told apart by the place around them."""
    times = Counter(member.label for member in members)
    return [replace(one, label=f"{one.above}{one.label}") if times[one.label] > 1 else one for one in members]
