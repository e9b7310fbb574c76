"""Which opened grids are kept, for whom, and which go first."""

import pytest

from admin.grid.snapshots import MOST_OF_ONE, Gone, Snapshots


def test_a_snapshot_is_found_by_its_owner_and_table():
    kept = Snapshots()
    snapshot = kept.keep(1, "check", [3, 1, 2])
    assert list(kept.find(snapshot.key, 1, "check").ids) == [3, 1, 2]
    for account, table in ((2, "check"), (1, "beneficiary")):
        with pytest.raises(Gone):
            kept.find(snapshot.key, account, table)


def test_who_opens_many_loses_the_oldest_of_their_own():
    kept = Snapshots()
    other = kept.keep(2, "check", [1])
    mine = [kept.keep(1, "check", [number]) for number in range(MOST_OF_ONE + 1)]
    with pytest.raises(Gone):
        kept.find(mine[0].key, 1, "check")
    assert [kept.find(one.key, 1, "check") for one in mine[1:]] == mine[1:]
    assert kept.find(other.key, 2, "check") == other


def test_one_that_is_in_use_stays_longest():
    kept = Snapshots()
    mine = [kept.keep(1, "check", [number]) for number in range(MOST_OF_ONE)]
    kept.find(mine[0].key, 1, "check")
    kept.keep(1, "check", [99])
    assert kept.find(mine[0].key, 1, "check") == mine[0]
    with pytest.raises(Gone):
        kept.find(mine[1].key, 1, "check")


def test_rows_are_added_to_a_snapshot_of_their_own_table_each_once():
    kept = Snapshots()
    key = kept.keep(1, "check", range(100_000)).key
    kept.extend(key, 1, "check", ids=[7, *range(100_000, 110_000), 100_000])
    for account, table in ((2, "check"), (1, "session")):
        kept.extend(key, account, table, ids=[999_999])
    assert list(kept.find(key, 1, "check").ids) == list(range(110_000))


def test_large_ones_go_before_there_are_many(monkeypatch):
    monkeypatch.setattr("admin.grid.snapshots.MOST_IDS", 10)
    kept = Snapshots()
    first, second = (kept.keep(account, "change", range(6)).key for account in (1, 2))
    assert kept.find(second, 2, "change")
    with pytest.raises(Gone):
        kept.find(first, 1, "change")
    alone = kept.keep(3, "change", range(50)).key
    assert len(kept.find(alone, 3, "change").ids) == 50


def test_keys_are_not_to_be_guessed():
    kept = Snapshots()
    keys = {kept.keep(number, "check", []).key for number in range(50)}
    assert len(keys) == 50
    assert min(map(len, keys)) >= 16
