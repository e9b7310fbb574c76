"""What a summary may be of: a table, what its rows are grouped by and what is told of them. Another subject is one more
entry of SUBJECTS, and one of admin/summary_subjects.py, which says how its page asks."""

from dataclasses import dataclass

from aid.permissions import Permission
from aid.summaries import dimensions, dropouts, measures
from aid.summaries.kinds import Dimensions
from aid.summaries.measures import Measures
from models import Extensible


@dataclass(frozen=True)
class Subject:
    """`read` is the permission to see its rows, `counter` their measure word."""

    dimensions: Dimensions
    measures: Measures
    read: Permission
    counter: str

    @property
    def model(self) -> type[Extensible]:
        return self.dimensions.model

    @property
    def name(self) -> str:
        return self.model._meta.table_name

    @property
    def title(self) -> str:
        return self.model.title

    @property
    def tables(self) -> dict[str, type[Extensible]]:
        """The tables whose own columns it can name, by what stands before their names there."""
        return self.dimensions.tables


THE_LIST = Subject(dimensions.DIMENSIONS, measures.MEASURES, Permission.BENEFICIARY_READ, "条")
CASES = Subject(dropouts.DIMENSIONS, dropouts.MEASURES, Permission.DROPOUT_READ, "件")
SUBJECTS = {one.name: one for one in (THE_LIST, CASES)}
USUAL = THE_LIST.name
