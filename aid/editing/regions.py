"""行政区划 in the grid: names, and new regions in one's own place by the rules of their sheet."""

from collections.abc import Iterator, Sequence

from aid import dialect
from aid.editing.base import Draft, Editor, Fault
from aid.ledger import Ledger
from aid.operations.region_rules import code_above, misplaced
from aid.permissions import Permission
from aid.scope import changeable, visible, within
from models import Region


class Regions(Editor):
    """Everybody reads every region; one names those in one's own place, and those that a sheet has left nameless."""

    model = Region
    permission = Permission.REGION_WRITE
    columns = ("name",)
    addable = ("code", "name", "level", "parent")
    required = ("code", "name", "level")

    def drafts(self, ledger: Ledger, ids: Sequence[int]) -> dict[int, Draft]:
        own = Region.code.startswith(ledger.actor.scope.prefix) | (Region.code == Region.name)
        rows = within(changeable(Region, ledger.actor.scope), ids).where(own)
        return {row.id: Draft(row.id, row.version, row.name, {"name": row.name}) for row in rows}

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        new = [draft for draft in drafts if draft.key < 0]
        taken = set(self._ids(ledger, [draft.values["code"] for draft in new])) if new else set()
        for draft in new:
            code, parent = draft.values["code"], draft.values.get("parent")
            if not code.startswith(ledger.actor.scope.prefix):
                yield draft, "code", "不在您的管理范围内"
            elif code in taken:
                yield draft, "code", f"区划代码 {code} 已经有了"
            elif parent is not None and (told := misplaced(code, parent.code)):
                yield draft, "parent", told
            taken.add(code)

    def add(self, ledger: Ledger, drafts: Sequence[Draft]) -> list[int]:
        """What lies above goes in before what lies in it."""
        waiting = {draft.values["code"]: draft for draft in drafts}
        while waiting:
            ready = [code for code in waiting if code_above(code) not in waiting]
            above = self._ids(ledger, [code_above(code) for code in ready])
            rows = [self._row(waiting.pop(code), above) for code in ready]
            ledger.add_many(Region, ("code", "name", "level", "parent"), rows)
        codes = [draft.values["code"] for draft in drafts]
        ids = self._ids(ledger, codes)
        return [ids[code] for code in codes]

    def _row(self, draft: Draft, above: dict[str, int]) -> tuple[str, str, str, int | None]:
        code, parent = draft.values["code"], draft.values.get("parent")
        return code, draft.values["name"], draft.values["level"], parent.id if parent else above.get(code_above(code))

    def _ids(self, ledger: Ledger, codes: Sequence[str]) -> dict[str, int]:
        found = visible(Region, ledger.actor.scope).where(dialect.listed(Region.code, codes))
        return dict(found.select(Region.code, Region.id).tuples())
