"""The rows of an opened grid, in order: so that no row jumps away while somebody edits it.

Only ids are kept, in the memory of the one process that serves the county. Which of them somebody may read is asked
anew with every window. A snapshot that has gone (a restart, too many opened since) is simply opened again.
"""

import secrets
import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from aid.errors import RuleBroken

MOST = 400  # grids open at the same time
MOST_IDS = 20_000_000  # in all of them: 160 MB; a grid of the history alone may have millions
NO_WORDS: Mapping[str, str] = MappingProxyType({})
MOST_OF_ONE = 8  # of one account


class Gone(RuleBroken):
    """The snapshot is not kept any more: open the grid again."""


@dataclass(frozen=True)
class Snapshot:
    """Whose it is, of which table, the ids of its rows in order, and the words that its columns hang on."""

    key: str
    account_id: int
    table: str
    ids: Sequence[int]
    words: Mapping[str, str]


class Snapshots:
    """The most recently used ones of every account."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Snapshot] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, account_id: int, table: str, ids: Iterable[int], *, words: Mapping[str, str] = NO_WORDS) -> Snapshot:
        """Keep these ids for this account, and let the oldest go where there are too many."""
        snapshot = Snapshot(secrets.token_urlsafe(12), account_id, table, array("q", ids), words)
        with self._lock:
            own = [key for key, kept in self._kept.items() if kept.account_id == account_id]
            for key in own[: max(0, len(own) - MOST_OF_ONE + 1)]:
                del self._kept[key]
            self._kept[snapshot.key] = snapshot
            while len(self._kept) > MOST or (len(self._kept) > 1 and self._ids > MOST_IDS):
                self._kept.popitem(last=False)
        return snapshot

    @property
    def _ids(self) -> int:
        return sum(len(kept.ids) for kept in self._kept.values())

    def extend(self, key: str, account_id: int, table: str, *, ids: Iterable[int]) -> None:
        """Put rows that the account has added to the table behind those of its snapshot, each once; one that has gone
        is not missed, for the grid will be opened again."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None and (found.account_id, found.table) == (account_id, table):
                known = set(found.ids)
                fresh = array("q", (row_id for row_id in dict.fromkeys(ids) if row_id not in known))
                self._kept[key] = replace(found, ids=array("q", found.ids) + fresh)

    def find(self, key: str, account_id: int, table: str) -> Snapshot:
        """The account's own snapshot of this table. Raises Gone."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or (found.account_id, found.table) != (account_id, table):
                raise Gone("表格打开得太久，正在重新打开")
            self._kept.move_to_end(key)
        return found


snapshots = Snapshots()
