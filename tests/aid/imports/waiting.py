"""An upload that waits, for tests."""

from aid.imports.staged import Staged
from aid.imports.uploads import correct, hand_in
from aid.imports.worker import WORKER, take_in
from models import Upload
from tests.conftest import World


def again(row: Upload) -> Upload:
    return Upload.get_by_id(row.id)


def fates(row: Upload) -> dict[str, int]:
    return {fate.value: count for fate, count in Staged(row.staged).counts().items() if count}


def carried_out(world: World, row: Upload) -> Upload:
    hand_in(world.actors["county"], row)
    take_in(again(row))
    return again(row)


def corrected(world: World, row: Upload, corrections: dict) -> Upload:
    return WORKER.look_soon(correct(world.actors["county"], row, corrections))
