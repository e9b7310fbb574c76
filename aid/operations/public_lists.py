"""Who hangs on the notice board (公示): the checked children of a school that are due an item in a term, or have it.

Nothing else of them may hang there than name, class and item, and the ID number masked (DOMAIN.md part 5, 9): no kind
of hardship, no telephone.
"""

from collections.abc import Iterator
from typing import NamedTuple

from aid import dialect
from aid.operations.borders import SCHOOL
from aid.operations.checking import CHECKED
from aid.operations.classes import by_class, school_told
from aid.operations.given import aims, children, due_or_given
from aid.rules.masks import masked
from aid.scope import Scope
from models import Beneficiary


class Posted(NamedTuple):
    """A child on a public list; its number is masked."""

    school_id: int
    school: str
    name: str
    grade: str
    class_name: str
    number: str
    items: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What is shown of it under its school's name."""
        return self.name, self.grade, self.class_name, self.number, self.items


def posted(scope: Scope, term: str, *, item: str = "", school_id: int | None = None) -> Iterator[Posted]:
    """The children to be shown of one's own schools, or of one of them, with all items of the term, or with one; in
    the order of their classes. Three statements."""
    aimed = {name: some for name, some in aims(scope, term).items() if item in ("", name)}
    rows = children(scope).where(Beneficiary.state.in_(CHECKED))
    if school_id is not None:
        rows = rows.where(Beneficiary.school == school_id)
    own = (Beneficiary.name, Beneficiary.grade, Beneficiary.class_name, Beneficiary.id_number)
    amounts = [due_or_given(some) for some in aimed.values()]
    query = rows.select(SCHOOL.id, school_told(), *own, *amounts).order_by(*by_class())
    for school, told, name, grade, class_name, number, *fens in dialect.fetched(query):
        items = [one for one, fen in zip(aimed, fens, strict=True) if fen is not None]
        if items:
            yield Posted(school, told, name, grade, class_name, masked(number), "、".join(items))
