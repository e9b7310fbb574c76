"""资助对象 in the grid: the school's side of a row, and its remark."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from aid.editing.base import Draft, Editor, Fault
from aid.ledger import Ledger
from aid.locks import locked_for
from aid.operations import corrections
from aid.operations.facts import differs_from_register, facts_of, looked_at, outcome_of
from aid.permissions import Permission
from models import Beneficiary, CheckState, now

RECOVER = "这一行已是无效，请先恢复再修改"


class Beneficiaries(Editor):
    """An edit corrects the school's side and checks nothing: 未核对 stays so; what was checked is worked out anew.

    Rows are not added here: supplements have their own way, with a reason and proof.
    """

    model = Beneficiary
    permission = Permission.BENEFICIARY_CHECK
    columns = corrections.WRITABLE

    def read(self, column: str, given: str, *, today: dt.date) -> Any:
        return corrections.read(column, given, today=today)

    def drafts(self, ledger: Ledger, ids: Sequence[int]) -> dict[int, Draft]:
        return {
            facts.row_id: Draft(facts.row_id, facts.version, facts.own["name"], facts.own, facts)
            for facts in facts_of(ledger, ids, checked_only=True)
        }

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        for draft in drafts:
            recover = RECOVER if draft.source.state == CheckState.INVALID else ""
            if why := locked_for(ledger.actor, draft.source.report) or recover:
                yield draft, "", why

    def beside(self, ledger: Ledger, draft: Draft) -> dict[str, Any]:
        facts = draft.source
        if facts.state == CheckState.UNCHECKED:
            name = draft.values.get("name", draft.present["name"])
            outcome = {"name_differs": differs_from_register(facts, name)}
        else:
            outcome = outcome_of(facts, draft.present | draft.values) | {
                "checked_by": ledger.actor.name,
                "checked_at": now(),
            }
        if outcome["name_differs"] == facts.name_differs:
            del outcome["name_differs"]
        return outcome | looked_at(facts.report)
