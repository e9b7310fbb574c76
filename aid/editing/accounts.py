"""账号 in the grid: the name of who uses it. Its role, its login and its state have operations of their own."""

from collections.abc import Iterator, Sequence

from aid.editing.base import Draft, Editor, Fault
from aid.ledger import Ledger
from aid.operations.accounts import manages
from aid.permissions import Permission
from aid.scope import changeable, within
from models import Account

ONESELF = "自己的姓名由上级机构或同事修改"


class Accounts(Editor):
    """Accounts of one's own level and below, as in aid.operations.account_status; not one's own."""

    model = Account
    permission = Permission.ACCOUNT_MANAGE
    columns = ("name",)

    def drafts(self, ledger: Ledger, ids: Sequence[int]) -> dict[int, Draft]:
        columns = (Account.id, Account.version, Account.login, Account.name, Account.role)
        rows = within(changeable(Account, ledger.actor.scope), ids).select(*columns)
        return {
            row.id: Draft(row.id, row.version, row.login, {"name": row.name})
            for row in rows
            if manages(ledger.actor, row.role)
        }

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        return ((draft, "name", ONESELF) for draft in drafts if draft.key == ledger.actor.account_id)
