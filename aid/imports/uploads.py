"""A sheet that is looked at before it comes in: upload, correct, hand in, cancel.

What would become of its rows is found out by a rehearsal and lies in a file of its own (staged.py); the Upload row says
whose it is and how far. It is carried out by worker.py, one sheet after the other.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from aid.errors import BadSheet, Conflict, RuleBroken
from aid.imports.base import Delivery, Fate, Intake, Report
from aid.imports.choices import remembered
from aid.imports.formats import FORMATS, begun, intake_of, others_than
from aid.imports.guessing import clear, guess, tops
from aid.imports.reader import read_sheets
from aid.imports.rows import blank
from aid.imports.run import Contents, counts_told, read, rehearse, write
from aid.imports.staged import Line, Staged
from aid.ledger import writing
from aid.rules.times import local
from aid.scope import Actor
from models import Upload, UploadState, now

OPEN = (UploadState.WAITING, UploadState.FAILED)  # may be corrected, handed in, cancelled
Watch = Callable[[str, int, int], None]


def kind_of(actor: Actor, path: Path) -> str:
    """The format, of those that `actor` may import, whose header the file at `path` has.

    Raises BadSheet where it has none, or those of several.
    """
    may = [sheet for sheet in FORMATS.values() if actor.may(sheet.permission)]
    with closing(read_sheets(path)) as sheets:
        guesses = guess(tops(sheets), may, remembered=remembered(actor))
    if sure := clear(guesses):
        return sure.slug
    fitting = list(dict.fromkeys(one.slug for one in guesses if one.matching.complete))
    if len(fitting) > 1:
        told = "、".join(f"《{FORMATS[slug].title}》" for slug in fitting)
        raise BadSheet(f"文件里有不止一种表格的表头（{told}）；请选定是哪一种再上传")
    likely = f"，最像《{FORMATS[guesses[0].slug].title}》" if guesses else ""
    raise BadSheet(f"看不出是哪一种表格{likely}；请选定表格的种类再上传，会告诉您缺少哪些列，也可以下载模板对照")


def upload(actor: Actor, slug: str, path: Path, *, file_name: str, batch: str = "") -> Upload:
    """Read the file at `path` as a sheet of the kind `slug` and keep it to be looked at; no row of it is written.

    Raises NotAllowed, BadSheet, RuleBroken.
    """
    intake = begun(actor, slug, path, file_name=file_name, batch=batch)
    contents = read(path, intake, others=others_than(slug))
    staged = Staged.begun()
    with ExitStack() as given_up:
        given_up.callback(staged.remove)
        report = rehearse(intake, contents)
        _keep(staged, report, contents)
        staged.say(titles=contents.titles, digest=intake.delivery.digest)
        with writing(actor, intake.sheet.permission, undoable=False) as ledger:
            row = ledger.add(
                Upload,
                office=actor.organisation_id,
                account=actor.account_id,
                kind=slug,
                file_name=file_name[: Upload.file_name.max_length],
                batch=intake.delivery.batch,
                staged=staged.name,
                **report.counts,
            )
            ledger.say(f"上传{intake.sheet.title} {row.file_name}，待确认：{counts_told(report)}")
        given_up.pop_all()
    return row


def correct(actor: Actor, row: Upload, corrections: Mapping[int, Mapping[int, str]]) -> Upload:
    """Put texts into cells of rows, by the row's number in the sheet and the cell's place from 0, and look at all rows
    again; without corrections only that. `row` is the upload as it was shown.

    Raises NotAllowed, OutOfScope, Conflict where somebody has corrected it since, RuleBroken once it is handed in.
    """
    staged = _open(row)
    facts = staged.facts()
    lines = ((number, _put(cells, corrections.get(number, {}))) for number, cells in staged.cells())
    # As in a file, a row in which nothing stands is none.
    contents = Contents(facts["titles"], [(number, cells) for number, cells in lines if not blank(cells)])
    # Before the writer's turn is taken: a long sheet is looked at for seconds.
    report = rehearse(_again(actor, row, facts["digest"]), contents)
    with writing(actor, FORMATS[row.kind].permission, undoable=False) as ledger:
        row, changed = ledger.fresh(row), row.corrected + len(corrections)
        ledger.change(row, state=UploadState.WAITING, message="", corrected=changed, **report.counts)
        ledger.say(f"改正 {row.file_name} 的 {len(corrections)} 行后：{counts_told(report)}")
        _keep(staged, report, contents)
    return row


def hand_in(actor: Actor, row: Upload) -> Upload:
    """Have the sheet taken in by the worker, as whom hands it in. `row` is the upload as it was shown.

    Raises NotAllowed, OutOfScope, Conflict, RuleBroken where it is handed in already.
    """
    _open(row)
    with writing(actor, FORMATS[row.kind].permission, undoable=False) as ledger:
        row = ledger.fresh(row)
        ledger.change(row, state=UploadState.QUEUED, account=actor.account_id, message="")
        ledger.say(f"开始导入 {row.file_name}")
    return row


def cancel(actor: Actor, row: Upload) -> None:
    """Take the sheet away as if it had never come. Raises NotAllowed, OutOfScope, Conflict, RuleBroken."""
    staged = _open(row)
    with writing(actor, FORMATS[row.kind].permission, undoable=False) as ledger:
        ledger.remove(row)
        ledger.say(f"取消导入 {row.file_name}")
    staged.remove()


def carry_out(actor: Actor, row: Upload, watch: Watch) -> Report:
    """Take in what was handed in, as one operation; asked twice it is written once.

    `watch` is told what is being done, how many rows, of how many. Raises NotAllowed, RuleBroken; then nothing of the
    sheet is written.
    """
    staged = Staged(row.staged)
    facts = staged.facts()
    intake = _again(actor, row, facts["digest"])
    intake.report.watch = watch
    lines = list(staged.cells())
    contents = Contents(facts["titles"], intake.report.passing("核对", lines))
    return write(intake, contents, gesture=gesture_of(row))


def gesture_of(row: Upload) -> str:
    """The name of the one operation that takes this upload in."""
    return f"upload-{row.staged}"


def _open(row: Upload) -> Staged:
    if row.state not in OPEN:
        raise RuleBroken(f"“{row.file_name}”{UploadState(row.state).label}，不能再改；请在导入记录里看结果")
    staged = Staged(row.staged)
    if staged.gone():
        raise Conflict(f"“{row.file_name}”已被取消，请重新上传")
    return staged


def _again(actor: Actor, row: Upload, digest: str) -> Intake:
    return intake_of(actor, row.kind, Delivery(row.file_name, digest, row.batch, local(now()).date()))


def _put(cells: Sequence, texts: Mapping[int, str]) -> list:
    changed = [*cells, *[""] * (max(texts, default=-1) + 1 - len(cells))]
    for place, text in texts.items():
        changed[place] = text
    return changed


def _keep(staged: Staged, report: Report, contents: Contents) -> None:
    """What was found in a rehearsal of these rows."""
    faulty = {held.row: held.faults for held in report.held_back}
    staged.put(
        Line(number, cells, Fate.HELD, faulty[number])
        if number in faulty
        else Line(number, cells, *report.fates[number])
        for number, cells in contents.rows
    )
    staged.say(warnings=report.warnings)
