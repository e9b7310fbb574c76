"""The roll's changes in the clerk's words: for their page and for the workbook of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aid.labels import changes_as_text, label_of
from aid.operations.roll_changes import FIELDS, Found
from aid.scope import Scope, visible
from codes import RollChange
from models import CORRECTABLE, Organisation

NAME, GRADE, CLASS, STATUS = (CORRECTABLE.index(name) for name in ("name", "grade", "class_name", "roll_status"))
HEADINGS = ("姓名", "身份证号", "现在的学校", "年级班级", "核对", "学籍状态")
TOLD = ("school", *CORRECTABLE, "name_differs")
ENDS = "改为无效（已毕业）"


@dataclass(frozen=True)
class Line:
    """One row of the lists as shown; `changes` are (column, before, after)."""

    kind: RollChange
    row_id: int
    name: str
    id_number: str
    school: str
    where: str
    state: str
    state_label: str
    roll_status: str
    changes: Sequence[tuple[str, str, str]]

    @property
    def cells(self) -> Sequence[str]:
        """What is shown of the row as it is, in the order of HEADINGS."""
        return self.name, self.id_number, self.school, self.where, self.state_label, self.roll_status

    @property
    def told(self) -> str:
        """What would change, as one text."""
        return ENDS if self.kind == RollChange.GRADUATED else changes_as_text(self.changes)


def lines_of(scope: Scope, found: Sequence[Found]) -> Iterator[Line]:
    """The found rows as lines, in their order; one query for the names of the schools."""
    wanted = {key for one in found for key in (one.row.school, one.values.get("school"))}
    schools = {row.id: str(row) for row in visible(Organisation, scope).where(Organisation.id.in_(wanted))}
    for one in found:
        row = one.row
        yield Line(
            kind=one.kind,
            row_id=row.row_id,
            name=row.own[NAME],
            id_number=row.id_number,
            school=schools.get(row.school, ""),
            where=f"{row.own[GRADE]} {row.own[CLASS]}".strip(),
            state=row.state,
            state_label=label_of(FIELDS["state"], row.state),
            roll_status=label_of(FIELDS["roll_status"], row.roll[STATUS]),
            changes=list(_changes(one, schools)),
        )


def _changes(one: Found, schools: dict[int, str]) -> Iterator[tuple[str, str, str]]:
    present: dict[str, Any] = dict(zip(CORRECTABLE, one.row.own, strict=True))
    present |= {"school": one.row.school, "name_differs": one.row.name_differs}
    for name in (name for name in TOLD if name in one.values):
        sides = (present[name], one.values[name])
        if name == "school":
            yield FIELDS[name].verbose_name, *(schools.get(side, "") for side in sides)
        else:
            yield FIELDS[name].verbose_name, *(label_of(FIELDS[name], side) for side in sides)
