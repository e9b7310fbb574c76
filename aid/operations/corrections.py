"""What a school may write in a check or in the grid, and what each value must be."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from aid import typed
from aid.errors import RuleBroken
from aid.own_columns import Fields, own_names
from aid.rules.cells import Fault
from aid.rules.times import local
from models import CORRECTABLE, Beneficiary, now

FIELDS = Fields(Beneficiary)
WRITABLE = (*CORRECTABLE, "remark")
REQUIRED = ("name", "grade")


def read(name: str, given: Any, *, today: dt.date) -> Any:
    """The value of a writable column that `given` means, a text or a value. Raises Fault for what cannot be."""
    value = typed.read(FIELDS[name], given, today=today)
    if name in REQUIRED and not value:
        raise Fault("missing", "不能为空")
    return value


def cleaned(corrections: Mapping[str, Any]) -> dict[str, Any]:
    """Corrections as the columns keep them. Raises RuleBroken, with every fault, for what cannot be."""
    values, faults, today = {}, [], local(now()).date()
    for name, given in corrections.items():
        if name not in (*WRITABLE, *own_names(Beneficiary)):
            raise RuleBroken(f"“{FIELDS[name].verbose_name if name in FIELDS else name}”不能在核对中修改")
        try:
            own = name in own_names(Beneficiary) and not isinstance(given, str)  # read by the form, as a value
            values[name] = given if own else read(name, given, today=today)
        except Fault as fault:
            faults.append(f"{FIELDS[name].verbose_name}：{fault}")
    if faults:
        raise RuleBroken("；".join(faults))
    return values
