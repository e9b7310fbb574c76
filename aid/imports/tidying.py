"""Sheets that were looked at and then left: they hold children's numbers and are not kept for ever."""

import datetime as dt

from aid.imports.staged import Staged
from aid.imports.uploads import CHOOSABLE
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import Actor, visible
from aid.trace import last_operations
from models import Upload, now


def tidy(actor: Actor, *, days: int) -> int:
    """Take away the sheets that have waited `days` days with nobody touching them, and their files; return how many.

    A sheet that is being corrected waits anew from each correction. That they went, and which, is on record. Raises
    NotAllowed: only the server itself may.
    """
    before = now() - dt.timedelta(days=days)
    with writing(actor, Permission.IMPORT_SETTLE, undoable=False) as ledger:
        old = {
            row.id: row for row in visible(Upload, actor.scope).where(Upload.state.in_(CHOOSABLE), Upload.at < before)
        }
        touched = last_operations(Upload, list(old))
        left = [row for key, row in old.items() if key not in touched or touched[key].at < before]
        ledger.remove_many(Upload, [row.id for row in left])
        names = "、".join(row.file_name for row in left)
        ledger.say(f"清理 {days} 天没有人处理的待导入的表 {len(left)} 张：{names}")
    for row in left:
        Staged(row.staged).remove()
    return len(left)
