"""A file that was uploaded is read, and looked at: which of its sheets and columns, what would become of its rows.

What comes of it lies in the upload's own file (staged.py); nothing of the database is written here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread
from typing import Any

from aid.errors import BadSheet
from aid.imports.base import Delivery, Fate, Intake, Report, SheetFormat
from aid.imports.choices import remembered
from aid.imports.formats import FORMATS, importable, intake_of, others_than
from aid.imports.guessing import clear, guess
from aid.imports.headers import HEADER_ROWS, NOTHING, Matching, header_at
from aid.imports.merged import merged_in
from aid.imports.reader import Part, read_parts
from aid.imports.rows import EMPTY, Heading, find_sheet, headings, refuse_more
from aid.imports.run import contents, rehearse
from aid.imports.staged import Sheet, Staged
from aid.rules.cells import Cell
from aid.rules.times import local
from aid.scope import Actor
from models import Upload, UploadState, now

TICK = 0.5  # seconds between two words while a file is being opened
Watch = Callable[[str, int, int], None]  # told what is being done, how many rows, of how many (0: nobody knows)


@dataclass(frozen=True)
class Choice:
    """How a file is to be read: the kind of sheet, the sheet's place from 0, its header row from 1, and what the clerk
    said of columns, by their places from 0."""

    kind: str
    sheet: int
    header_row: int
    hand: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settled:
    """What is known of a file once its columns are: the choice, its header, remarks."""

    choice: Choice
    headings: Sequence[Heading]
    remarks: Sequence[str] = ()


def look(actor: Actor, row: Upload, watch: Watch) -> dict[str, Any]:
    """Read the file of an upload where that is to be done, and find out what would become of its rows. Return what the
    upload's row says of it from now on: WAITING with the kind and the counts, or CHOOSING and why.

    Raises BadSheet for a file that cannot be read or holds nothing, NotAllowed, RuleBroken.
    """
    staged = Staged(row.staged)
    sheets = read(staged, watch) if staged.source.exists() else staged.sheets()
    facts = staged.facts()
    try:
        settled = settled_of(facts, row.kind) or _settled(actor, row.kind, sheets)
    except BadSheet as doubt:
        return {"state": UploadState.CHOOSING, "message": str(doubt)}
    choice = settled.choice
    intake = begun_again(actor, row, choice.kind, digest=facts["digest"])
    keep(staged, settled)
    intake.report.watch = watch
    lines = sheets[choice.sheet].below(choice.header_row)
    report = rehearse(intake, contents(intake, settled.headings, lines))
    staged.judge(_fates(report, lines))
    staged.say(warnings=[*settled.remarks, *report.warnings], merged=merged_in(report.held_back, _taken(settled)))
    return {"state": UploadState.WAITING, "kind": choice.kind, "message": "", **report.counts}


def _taken(settled: Settled) -> set[int]:
    known = {column.title for column in FORMATS[settled.choice.kind].columns}
    return {place for place, heading in enumerate(settled.headings) if heading.own in known}


def begun_again(actor: Actor, row: Upload, kind: str, *, digest: str) -> Intake:
    """An import by `actor` of what an upload holds, as of today. Raises NotAllowed."""
    delivery = Delivery(row.file_name, digest, row.batch, local(now()).date())
    return intake_of(actor, kind, delivery)


# -- which sheet, which columns ------------------------------------------------


def keep(staged: Staged, settled: Settled) -> None:
    """From now on the file is read so."""
    choice = settled.choice
    staged.say(
        sheet=choice.sheet,
        header_row=choice.header_row,
        hand={str(place): name for place, name in choice.hand.items()},
        titles=[heading.own for heading in settled.headings],
        sent=[heading.sent for heading in settled.headings],
        remarks=list(settled.remarks),
    )


def settled_of(facts: Mapping[str, Any], kind: str) -> Settled | None:
    """How the file with these facts is read, where that is known."""
    if "titles" not in facts:
        return None
    hand = {int(place): name for place, name in facts["hand"].items()}
    found = [Heading(own, sent) for own, sent in zip(facts["titles"], sent_titles(facts), strict=True)]
    return Settled(Choice(kind, facts["sheet"], facts["header_row"], hand), found, facts["remarks"])


def sent_titles(facts: Mapping[str, Any]) -> list[str]:
    """The titles of a file with these facts as its sender wrote them."""
    return facts.get("sent", facts["titles"])  # a file that waits since before these were kept


def chosen(actor: Actor, sheets: Sequence[Sheet], choice: Choice) -> tuple[Matching, Settled]:
    """The columns by a clerk's choice. Raises BadSheet where rows cannot be read by it, or there is no such row."""
    if choice.sheet >= len(sheets) or choice.header_row > len(sheets[choice.sheet].top):
        raise BadSheet("没有这张工作表，或它没有这一行；请重新选择")
    sheet = FORMATS[choice.kind]
    matching = header_at(
        sheets[choice.sheet].top,
        choice.header_row,
        sheet,
        remembered=remembered(actor).get(choice.kind, NOTHING),
        hand=choice.hand,
    )
    if matching.repeated:
        twice = "、".join(column.title for column in sheet.columns if column.name in matching.repeated)
        raise BadSheet(f"不止一列收作：{twice}；请各只留一列，其余的选“（不导入）”")
    if matching.missing:
        missing = "、".join(column.title for column in matching.missing)
        raise BadSheet(f"必有的列还没有选定：{missing}；请在“收作”里选定它们")
    return matching, Settled(choice, headings(matching, sheet))


def _settled(actor: Actor, kind: str, sheets: Sequence[Sheet]) -> Settled:
    """How a file is read that nobody has said anything of but, perhaps, the kind. Raises BadSheet where that has to be
    asked."""
    known = remembered(actor)
    if not kind:
        kind = kind_of(actor, sheets)
    sheet = FORMATS[kind]
    intake = Intake(sheet, actor, Delivery("", "", "", local(now()).date()))
    tops, chosen = iter([(one.name, iter(one.top)) for one in sheets]), known.get(kind, NOTHING)
    found = find_sheet(tops, intake, others_than(kind), remembered=chosen)
    refuse_more(found, tops, intake, remembered=chosen)
    choice = Choice(kind, found.place, found.matching.header_row)
    return Settled(choice, headings(found.matching, sheet), intake.report.warnings)


def kind_of(actor: Actor, sheets: Sequence[Sheet]) -> str:
    """The format, of those that `actor` may import, whose header a file of these sheets has. Raises BadSheet."""
    return _kind([(one.name, one.top) for one in sheets], importable(actor), remembered=remembered(actor))


def _kind(
    tops: Sequence[tuple[str, Sequence[list[Cell]]]],
    may: Sequence[type[SheetFormat]],
    *,
    remembered: Mapping[str, Mapping[str, str]],
) -> str:
    guesses = guess(tops, may, remembered=remembered)
    if sure := clear(guesses):
        return sure.slug
    likeliest = {one.sheet: one for one in reversed(guesses) if one.matching.complete}
    fitting = list(dict.fromkeys(one.slug for one in guesses if one.matching.complete))
    if len(likeliest) > 1:
        fitting = [slug for slug in fitting if slug in {one.slug for one in likeliest.values()}]
    if len(fitting) > 1:
        told = "、".join(f"《{FORMATS[slug].title}》" for slug in fitting)
        raise BadSheet(f"文件里有不止一种表格的表头（{told}）；请选定是哪一种")
    needed = {one.slug: sum(column.required for column in FORMATS[one.slug].columns) for one in guesses}
    guesses = [one for one in guesses if len(one.matching.missing) < needed[one.slug]]
    if not guesses:
        told = f"前 {HEADER_ROWS} 行里没有认得的表头，看不出是哪一种表格"
        raise BadSheet(f"{told}；请选定表格的种类和列，表头在更下面的，请删去它上面的行再导入")
    missing = "、".join(column.title for column in guesses[0].matching.missing)
    likely = f"最像《{FORMATS[guesses[0].slug].title}》" + (f"，但缺少：{missing}" if missing else "")
    raise BadSheet(f"看不出是哪一种表格，{likely}；请选定表格的种类和列，没有的列请在表里补上")


# -- its rows ------------------------------------------------------------------


def read(staged: Staged, watch: Watch = lambda *_: None) -> list[Sheet]:
    """The sheets of the file that was uploaded, kept as they came in its place. Raises BadSheet."""
    with _opening(watch) as opened, closing(read_parts(staged.source)) as sheets:
        read = staged.fill(_watched(sheets, watch, opened))
    if not any(sheet.rows for sheet in read):
        raise BadSheet(EMPTY)
    staged.source.unlink()
    return read


@contextmanager
def _opening(watch: Watch) -> Iterator[Event]:
    """Until the event is set, say every half second that the file is being opened: the reader has no word before its
    first row."""
    opened = Event()

    def tell() -> None:
        for times in count(1):
            if opened.wait(TICK):
                return
            watch(f"打开文件，已 {int(times * TICK)} 秒", 0, 0)

    ticking = Thread(target=tell, name="opening", daemon=True)
    ticking.start()
    try:
        yield opened
    finally:
        opened.set()
        ticking.join()


def _watched(
    sheets: Iterable[tuple[str, Iterable[Part]]], watch: Watch, opened: Event
) -> Iterator[tuple[str, Iterator[Part]]]:
    for name, parts in sheets:
        yield name, _told(parts, watch, opened)


def _told(parts: Iterable[Part], watch: Watch, opened: Event) -> Iterator[Part]:
    read = 0
    for part in parts:
        opened.set()
        watch("读取", read, 0)
        yield part
        read += len(part.rows)


def _fates(report: Report, lines: Sequence[tuple[int, list[Cell]]]) -> Iterator[tuple[int, Fate, Any]]:
    """Of every row what was found in a rehearsal."""
    faulty = {held.row: held.faults for held in report.held_back}
    for number, _ in report.passing("整理", lines):
        if number in report.aside:
            continue
        yield (number, Fate.HELD, faulty[number]) if number in faulty else (number, *report.fates[number])
