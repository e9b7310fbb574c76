"""The sheets that come in, by their short names: those the office receives, and one for every table that is edited.

Add a class to a file here, and it to DELIVERED; for a table see generated.py.
"""

from pathlib import Path

from aid.editing.editors import EDITORS
from aid.imports.base import Delivery, Intake, SheetFormat
from aid.imports.generated import made_for
from aid.imports.grants import Grants
from aid.imports.places import Organisations, Regions
from aid.imports.reader import digest_of
from aid.imports.register import Register
from aid.imports.roll import Roll
from aid.imports.supplement import Supplement
from aid.rules.times import local
from aid.scope import Actor
from models import Row, now

Formats = dict[str, type[SheetFormat]]

DELIVERED: Formats = {sheet.slug: sheet for sheet in (Regions, Organisations, Register, Roll, Supplement, Grants)}
GENERATED: Formats = {sheet.slug: sheet for sheet in made_for(EDITORS.values(), DELIVERED.values())}
FORMATS: Formats = DELIVERED | GENERATED


def sheets_of(model: type[Row]) -> list[type[SheetFormat]]:
    """The formats that bring rows of this table."""
    return [sheet for sheet in FORMATS.values() if sheet.intake.model is model]


def importable(actor: Actor) -> list[type[SheetFormat]]:
    """The formats that `actor` may import, without those that have nothing to bring."""
    return [sheet for sheet in FORMATS.values() if actor.may(sheet.permission) and not sheet.idle()]


def others_than(slug: str) -> list[type[SheetFormat]]:
    """Every other format: what a file may be when it is not this one."""
    return [sheet for key, sheet in FORMATS.items() if key != slug]


def begun(actor: Actor, slug: str, path: Path, *, file_name: str, batch: str, sheet: str = "") -> Intake:
    """An import by `actor` of the file at `path`, or of one sheet of it, handed in today. Raises NotAllowed before the
    file is looked at."""
    actor.demand(FORMATS[slug].permission)
    digest = digest_of(path)
    return intake_of(actor, slug, Delivery(file_name, digest, batch.strip(), local(now()).date(), sheet))


def intake_of(actor: Actor, slug: str, delivery: Delivery) -> Intake:
    """An import of the format `slug` by `actor`. Raises NotAllowed."""
    sheet = FORMATS[slug]
    actor.demand(sheet.permission)
    return sheet.intake(sheet, actor, delivery)
