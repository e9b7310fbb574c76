"""机构 in the grid: what lies below an office, by the very rules of its form (aid.operations.organisation_rules)."""

from collections.abc import Iterator, Sequence
from typing import Any

import peewee as pw

from aid.editing.base import Draft, Editor, Fault
from aid.ledger import Ledger
from aid.operations.organisation_rules import ONESELF, Wanted, broken, is_oneself
from aid.operations.organisations import EDITABLE, add_below, own_office
from aid.own_columns import own_names, values_of
from aid.permissions import Permission
from aid.scope import Actor, changeable, within
from models import Organisation, OrganisationKind, Region

START = {"stage": None, "networks": "", "kind": OrganisationKind.SCHOOL}


class Organisations(Editor):
    """A new one stands under the actor's own office, with a code by rule; who has no office adds by the form."""

    model = Organisation
    permission = Permission.ORGANISATION_WRITE
    columns = EDITABLE
    addable = ("name", "stage", "region", "kind", "networks")
    required = ("name", "region")  # and a stage, where it is a school: the rules say so

    def addable_by(self, actor: Actor) -> tuple[str, ...]:
        return super().addable_by(actor) if actor.organisation_id else ()

    def drafts(self, ledger: Ledger, ids: Sequence[int]) -> dict[int, Draft]:
        above, place, seat = Organisation.alias(), Region.alias(), Region.alias()
        rows = (
            within(changeable(Organisation, ledger.actor.scope), ids)
            .select(Organisation, place, above, seat)
            .join(place, on=(Organisation.region == place.id), attr="region")
            .switch(Organisation)
            .join(above, pw.JOIN.LEFT_OUTER, on=(Organisation.parent == above.id), attr="parent")
            .join(seat, pw.JOIN.LEFT_OUTER, on=(above.region == seat.id), attr="region")
        )
        return {row.id: self._draft(row) for row in rows}

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        actor = ledger.actor
        own = [draft for draft in drafts if draft.source and is_oneself(actor, draft.source)]
        yield from ((draft, "", ONESELF) for draft in own)
        others = [draft for draft in drafts if draft not in own]
        for place, column, refusal in broken(actor, self._wanted(ledger, others)):
            yield others[place], column, str(refusal)

    def add(self, ledger: Ledger, drafts: Sequence[Draft]) -> list[int]:
        wanted = self._wanted(ledger, drafts)
        return [row.id for row in add_below(ledger, wanted[0].office, wanted)]

    def _draft(self, row: Organisation) -> Draft:
        present = {name: getattr(row, name) for name in EDITABLE} | values_of(row)
        return Draft(row.id, row.version, str(row), present, row)

    def _wanted(self, ledger: Ledger, drafts: Sequence[Draft]) -> list[Wanted]:
        new = [draft for draft in drafts if draft.source is None]
        office = own_office(ledger.actor, ledger.actor.organisation_id) if new else None
        return [self._one(draft, office) for draft in drafts]

    def _one(self, draft: Draft, office: Organisation | None) -> Wanted:
        row, values = draft.source, START | draft.present | draft.values
        columns: dict[str, Any] = {name: values[name] for name in EDITABLE}
        if row is None:
            own = {name: values[name] for name in own_names(Organisation) if name in values}
            return Wanted(office, OrganisationKind(values["kind"]), **columns, own=own)
        return Wanted(row.parent or row, OrganisationKind(row.kind), **columns, itself=row)
