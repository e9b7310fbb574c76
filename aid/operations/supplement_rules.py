"""What is told of a child who is to be supplemented, how each part is read, and what of it cannot be.

The page and the sheet 补录 ask these same functions (aid.operations.supplements, aid.imports.supplement).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from aid.rules import id_numbers
from aid.rules.cells import Fault, Reader, code, one_of, text, words
from models import Coded, HardshipKind, Organisation, Stage, SupplementReason


def _labels(codes: type[Coded]) -> Reader:
    return partial(one_of, labels={member.label: member.value for member in codes})


@dataclass(frozen=True)
class Wish:
    """A child to be put on a list, in the order of the sheet's columns: values as the columns keep them, schools and
    places by their codes; "" or None where nothing is told. An empty `school` is the actor's own."""

    name: str
    id_number: str
    school: str
    grade: str
    class_name: str
    hardship: str
    home: str
    reason: str
    remark: str = ""
    outside_school: str = ""
    outside_stage: str | None = None


TITLES = {
    "name": "姓名",
    "id_number": "身份证号",
    "school": "学校编码",
    "grade": "年级",
    "class_name": "班级",
    "hardship": "困难类型",
    "home": "户籍区划代码",
    "reason": "补录原因",
    "remark": "补录说明",
    "outside_school": "省外学校",
    "outside_stage": "省外学段",
}
READERS: Mapping[str, Reader] = {
    "name": partial(words, longest=40),
    "id_number": id_numbers.read,
    "school": code,
    "grade": partial(text, longest=20),
    "class_name": partial(text, longest=20),
    "hardship": _labels(HardshipKind),
    "home": code,
    "reason": _labels(SupplementReason),
    "remark": partial(text, longest=200),
    "outside_school": partial(text, longest=Organisation.name.max_length),
    "outside_stage": _labels(Stage),
}
REQUIRED = ("name", "hardship", "reason")

Faults = list[tuple[str, Fault]]  # by the name of a wish's part


def faults_of(wish: Wish, *, keeps: bool) -> Faults:
    """What of a wish contradicts itself; `keeps` is whether the actor is a county's office, which keeps the rows of
    children who study outside the province itself (question 22)."""
    return [*_number_faults(wish), *_outside_faults(wish, keeps=keeps), *_word_faults(wish)]


def _number_faults(wish: Wish) -> Iterator[tuple[str, Fault]]:
    """A child truly without a number is supplemented with that reason, and no other child is (question 7)."""
    says_none = wish.reason == SupplementReason.NO_NUMBER
    outside = wish.reason == SupplementReason.OUTSIDE_PROVINCE
    if says_none and wish.id_number:
        yield "reason", Fault("malformed", "填了身份证号，原因就不能是“无身份证号”")
    if not says_none and not wish.id_number:
        instead = "省外就读的必须有身份证号" if outside else "确实没有的，补录原因请选“无身份证号”"
        yield "id_number", Fault("missing", f"没有填写；{instead}")


def _outside_faults(wish: Wish, *, keeps: bool) -> Iterator[tuple[str, Fault]]:
    if wish.reason != SupplementReason.OUTSIDE_PROVINCE:
        for name in ("outside_school", "outside_stage"):
            if getattr(wish, name):
                yield name, Fault("malformed", "只有补录原因是“省外就读”时才填")
        return
    if not keeps:
        yield "reason", Fault("scope", "省外就读的学生由县资助中心自己补录，请报给县里")
    if wish.school:
        yield "school", Fault("malformed", "省外就读的不填本省的学校")
    for name in ("outside_school", "outside_stage"):
        if not getattr(wish, name):
            yield name, Fault("missing", "没有填写；省外就读的要写明")


def _word_faults(wish: Wish) -> Iterator[tuple[str, Fault]]:
    if wish.reason == SupplementReason.OTHER and not wish.remark:
        yield "remark", Fault("missing", "没有填写；补录原因是“其他”时请写明")
