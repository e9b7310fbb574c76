"""Workbooks that were made long ago: they hold children's numbers and are not kept for ever."""

import datetime as dt

from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import Actor, visible
from aid.workbooks import store
from models import MadeWorkbook, MakingState, now


def tidy_workbooks(actor: Actor, *, days: int) -> int:
    """Take away the workbooks, and what was not made, of `days` days ago and before, with their files; return how many.

    That they went is on record. Raises NotAllowed: only the server itself may.
    """
    before = now() - dt.timedelta(days=days)
    with writing(actor, Permission.WORKBOOK_SETTLE, undoable=False) as ledger:
        over = visible(MadeWorkbook, actor.scope).where(
            MadeWorkbook.at < before, MadeWorkbook.state != MakingState.QUEUED
        )
        old = list(over)
        ledger.remove_many(MadeWorkbook, [row.id for row in old])
        ledger.say(f"清理 {days} 天以前生成的汇总表 {len(old)} 份")
    for row in old:
        store.remove(row.file)
    return len(old)
