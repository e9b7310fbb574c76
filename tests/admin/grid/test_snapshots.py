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


def test_keys_are_not_to_be_guessed():
    kept = Snapshots()
    keys = {kept.keep(number, "check", []).key for number in range(50)}
    assert len(keys) == 50
    assert min(map(len, keys)) >= 16
