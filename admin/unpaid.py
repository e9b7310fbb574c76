"""应发未发: who is due an item in a term and has not been given it, with the giving."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

import peewee as pw

from admin.base import BulkAction, PanelView
from admin.columns import NONE, Column, Kind
from admin.listing import Listing
from admin.selection import key_of
from admin.table import Table
from aid.errors import OutOfScope
from aid.operations.entitlement import Aim, Standing, Tally, offered_items, tally
from aid.operations.grants import give, preview
from aid.permissions import Permission
from aid.rules import terms
from aid.rules.cells import Fault
from aid.rules.times import local
from aid.scope import Scope, changeable
from aid.selection import Selection
from forms.aid import GiveForm
from models import AidItem, AidStandard, Beneficiary, now

YEARS = 3  # school years before and after the present one that are offered
NEXT_STEP = {
    Standing.UNCHECKED: "学校核对以后才能发。",
    Standing.ENDED: "不再发。",
    Standing.GONE: "不在本校了，不发。",
    Standing.DOUBLED: "先到“重复核查”里定下保留哪一条，再发。",
    Standing.BOARDING: "先在“核对工作”里填上是否寄宿，才知道发多少。",
}
NO_ITEM = "还没有资助项目。先在“资助项目”里填入国家项目和标准，再回到这里。"
AMOUNT = Column("amount_fen", "应发金额（元）", Kind.MONEY, AidStandard.amount_fen, (pw.SQL("NULL"),))


class Aimed(Listing):
    """A look at who is due an item in a term, or at those who stand otherwise; nobody, where there is no such item."""

    def __init__(
        self, table: Table, scope: Scope, words: Mapping[str, str], *, aim: Aim | None, term: str, items: list[AidItem]
    ) -> None:
        self.aim, self.items = aim, items
        asked = words.get("standing")
        self.standing = Standing(asked) if asked in set(Standing) else Standing.DUE
        narrow = aim.standing == self.standing.value if aim else Beneficiary.id.is_null()
        carried = {"item": str(aim.item.id), "term": term} if aim else {"term": term}
        carried |= {} if self.standing is Standing.DUE else {"standing": self.standing.value}
        super().__init__(table, scope, words, narrow=narrow, carried=carried)
        self._asked_for = Listing(table, scope, words)

    @cached_property
    def where(self) -> pw.Expression:
        among = self._asked_for.where
        return self.narrow if among is None else self.narrow & among

    @cached_property
    def tally(self) -> Tally | None:
        """How everybody stands, and how many of those listed are asked for, with their amount: in one statement."""
        if self.aim is None:
            return None
        return tally(self.scope, self.aim, among=self._asked_for.where, standing=self.standing)

    @property
    def total(self) -> int:
        return self.tally.heads if self.tally else 0

    def sum_of(self, column: Column) -> int:
        if column.name != AMOUNT.name:
            return super().sum_of(column)
        return self.tally.fen if self.tally else 0

    @property
    def told(self) -> list[str]:
        return [*(text for _, text in self._aims), *super().told]

    @property
    def asked(self) -> list[tuple[str, str]]:
        return [*self._aims, *super().asked]

    @property
    def _aims(self) -> list[tuple[str, str]]:
        if self.aim is None:
            return []
        aims = [("item", f"资助项目：{self.aim.item}"), ("term", f"学期：{self.aim.term}")]
        return aims if self.standing is Standing.DUE else [*aims, ("standing", f"情况：{self.standing.label}")]


class UnpaidView(PanelView):
    model = Beneficiary
    read = Permission.AID_READ
    reach = staticmethod(changeable)
    columns = ("name", "id_number", "school", "grade", "class_name", "boards", "hardship", "home_region", "aid_until")
    filters = ("school", "hardship", "home_region")
    search = ("name", "id_number")
    sort = "id"
    sums = True
    row_page = "beneficiary.details_view"
    list_template: ClassVar[str] = "unpaid.html"
    note = "应发：已核对、在资助期内、没有转出或毕业、没有未处理的重复，且学段有标准的学生；每人每学期每个项目一次。"
    bulk_actions = (
        BulkAction(
            *("give", "按标准发放", give, Permission.AID_WRITE, "给这 {n} 人登记发放？每人按学段和寄宿的标准："),
            form=GiveForm,
            counter="人",
            page="give.html",
        ),
    )

    def tabled(self, wanted: Any) -> Table:
        table = super().tabled(wanted)
        behind = [column.name for column in table.columns].index("boards") + 1
        return replace(table, columns=[*table.columns[:behind], AMOUNT, *table.columns[behind:]])

    def listing(self, table: Table, words: Mapping[str, str]) -> Aimed:
        term = _term(words.get("term", ""))
        offered = offered_items(self.actor.scope)
        asked = key_of(words.get("item")) or next((item.id for item, amounts in offered if any(amounts.values())), 0)
        aim = next((Aim(item, term, amounts) for item, amounts in offered if item.id == asked), None)
        columns = {name: [_aimed(one, aim) for one in getattr(table, name)] for name in ("columns", "filters")}
        items = [item for item, _ in offered]
        return Aimed(replace(table, **columns), self.actor.scope, words, aim=aim, term=term, items=items)

    def actions(self, look: Aimed) -> list[BulkAction]:
        """Only who is due is given anything."""
        return super().actions(look) if look.standing is Standing.DUE else []

    def extras(self, look: Aimed) -> dict[str, Any]:
        offered = terms.around(_present(), years=YEARS)
        return {
            "items": look.items,
            "terms": offered if look.carried["term"] in offered else [look.carried["term"], *offered],
            "standings": look.tally.standings if look.tally else NONE,
            "next_step": NEXT_STEP.get(look.standing, ""),
            "nothing": f"没有{look.standing.label}的学生。" if look.items else NO_ITEM,
        }

    def meant(self, look: Aimed) -> dict[str, Any]:
        return {"item_id": _aim(look).item.id, "term": _aim(look).term}

    def foreseen(self, form: GiveForm, look: Aimed, selection: Selection) -> dict[str, Any]:
        shares = preview(self.actor, selection, _aim(look))
        form.shown_fen.data = str(sum(share.fen for share in shares))
        return {"aim": look.aim, "shares": shares}


def _aim(look: Aimed) -> Aim:
    if look.aim is None:
        raise OutOfScope("没有这个资助项目，或它已停用。")
    return look.aim


def _aimed(column: Column, aim: Aim | None) -> Column:
    return replace(column, expressions=(aim.amount,)) if column is AMOUNT and aim else column


def _term(word: str) -> str:
    """The term of an address; the present one for anything else."""
    try:
        return terms.read(word)
    except Fault:
        return _present()


def _present() -> str:
    return terms.term_of(local(now()).date())
