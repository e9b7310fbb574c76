"""A folder that sheets are dropped into: each comes in as one operation and is filed with its result beside it.

A file is moved to 正在导入 before it is read, under a name that no other has: of two servers that look into one folder
one gets it. That name is the operation's gesture too: what a killed server had begun is done again by the next, or
found to be written, and then only filed. Nothing of ours comes in again: only what lies in the folder itself counts.
"""

import logging
import os
import re
import secrets
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from aid.attempts import attempted, why_not
from aid.errors import AidError, BadSheet, NotAllowed, RuleBroken
from aid.imports.base import Delivery
from aid.imports.formats import FORMATS, intake_of, others_than
from aid.imports.looking import kind_of
from aid.imports.reader import digest_of, read_parts
from aid.imports.run import read_from, write
from aid.imports.staged import Staged
from aid.operations.accounts import account_called, actor_of
from aid.own_columns import held as definitions_held
from aid.rules.times import local
from aid.scope import Actor, visible
from aid.workbooks.errors_sheet import error_workbook
from models import Change, ImportRun, Operation, now

logger = logging.getLogger(__name__)
NAP = 5  # seconds between two looks; what has not changed in between has been written to its end
UNDER_WAY, DONE, REFUSED = "正在导入", "已导入", "未导入"
ADDRESS = "收件夹"  # where an operation came from, in the history
# What Excel, LibreOffice, browsers, copying programs and Windows keep beside the files that one means.
PASSED_OVER = re.compile(r"[.~].*|.*\.(tmp|part|partial|crdownload)|thumbs\.db|desktop\.ini", re.IGNORECASE | re.DOTALL)
CLAIMED = re.compile(r"(\d{8}-\d{6}-[0-9a-f]{8}) (.+)")
LONGEST = 200  # bytes of a name; with the time before it and what we add behind it, 255 at most
ADVICE = "改正后再放进文件夹即可。要选定工作表、表格种类或批次，请在“导入表格”页上传。"
Stand = tuple[int, int]


@dataclass(frozen=True)
class Taken:
    """A file that has come in: the operation, the record of it unless it was undone since, and what to heed."""

    actor: Actor
    operation: Operation
    run: ImportRun | None
    warnings: list[str]


@dataclass(frozen=True)
class Read:
    """A file that was read, once: which format it is, its SHA-256, and its rows, which go when it has been filed."""

    kind: str
    digest: str
    staged: Staged


class WatchedFolder:
    """What is dropped into `folder` comes in as the account called `login`; `start` it with the server."""

    def __init__(self, folder: Path, login: str) -> None:
        self._folder, self._login = folder, login
        self._seen: dict[str, Stand] = {}
        self._interrupted = True  # a server that was killed may have left files under way

    def start(self) -> None:
        threading.Thread(target=self._watch, name="folder", daemon=True).start()

    def look(self) -> None:
        """One look: take in what has come to rest since the last one, places before those who live in them.

        Raises OSError where the folder cannot be used.
        """
        left, self._interrupted = self._left(), True
        with ExitStack() as afterwards:
            found = [(path, attempted(self._read, path, afterwards)) for path in (*left, *self._claimed())]
            filed = [
                self._is_filed(path, attempted(self._take_in, path, file))
                for path, file in sorted(found, key=lambda one: _turn(one[1]))
            ]
        self._interrupted = not all(filed)

    def _watch(self) -> None:
        told = ""
        while True:
            fault = attempted(self.look).exception()
            if fault is not None and repr(fault) != told:  # a folder that is away for a night is one line
                logger.error("%s cannot be looked at", self._folder, exc_info=fault)
            told = repr(fault)
            time.sleep(NAP)

    # -- which files ---------------------------------------------------------------

    def _left(self) -> list[Path]:
        if not self._interrupted:
            return []
        return [path for path in self._room(UNDER_WAY).iterdir() if CLAIMED.fullmatch(path.name)]

    def _claimed(self) -> Iterator[Path]:
        before, self._seen = self._seen, dict(self._standing())
        for name, stand in sorted(self._seen.items()):
            if before.get(name) != stand:
                continue
            path = self._room(UNDER_WAY) / f"{local(now()):%Y%m%d-%H%M%S}-{secrets.token_hex(4)} {_fitting(name)}"
            try:
                (self._folder / name).rename(path)
            except (FileNotFoundError, PermissionError):  # another server has it, or somebody still has it open
                continue
            yield path

    def _standing(self) -> Iterator[tuple[str, Stand]]:
        for path in self._folder.iterdir():
            try:
                found = path.lstat()
            except FileNotFoundError:  # it went between the two
                continue
            file = stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)
            if file and not PASSED_OVER.fullmatch(path.name):
                yield path.name, _stand(found)

    def _room(self, name: str) -> Path:
        """One of our three folders; the first is for the server alone, the others for whoever may use the folder."""
        path = self._folder / name
        path.mkdir(mode=0o700 if name == UNDER_WAY else 0o770 & self._folder.stat().st_mode, exist_ok=True)
        if path.is_symlink():
            raise NotADirectoryError(f"{path} leads elsewhere")
        return path

    # -- taking in -----------------------------------------------------------------

    def _actor(self) -> Actor:
        actor = actor_of(account_called(self._login), address=ADDRESS)
        if not any(actor.may(sheet.permission) for sheet in FORMATS.values()):
            raise NotAllowed(f"账号 {self._login} 不能导入任何表格，请系统管理员在 WATCH_AS 写一个能导入的账号")
        return actor

    def _read(self, path: Path, afterwards: ExitStack) -> Read:
        if path.is_symlink():
            raise BadSheet("这是一个快捷方式（链接），不会打开它指向的文件；请把文件本身放进来")
        try:
            path.open("rb").close()
        except PermissionError as refusal:
            raise BadSheet("服务器没有读取这个文件的权限；请改好权限，再放进文件夹") from refusal
        actor, before = self._actor(), _stand(path.lstat())
        staged = Staged.begun()
        afterwards.callback(staged.remove)
        with closing(read_parts(path)) as parts:
            kind = kind_of(actor, staged.fill(parts))
        digest = digest_of(path)
        if _stand(path.lstat()) != before:
            raise BadSheet("文件在读取的时候还在变化；请等它保存完，再放一次")
        return Read(kind, digest, staged)

    def _take_in(self, path: Path, file: "Future[Read]") -> Taken:
        actor, gesture = self._actor(), f"folder-{CLAIMED.fullmatch(path.name)[1]}"
        if earlier := _written(actor, gesture):
            return _as_written(actor, earlier, ["这次导入中途停过，写入的内容是完整的；当时的提醒没有保存"])
        try:
            warnings = _read_and_write(actor, file.result(), _original(path), gesture=gesture)
        except AidError:
            if not _written(actor, gesture):  # where it is, another server was quicker
                raise
            warnings = []
        return _as_written(actor, _written(actor, gesture), warnings)

    # -- filing --------------------------------------------------------------------

    def _is_filed(self, path: Path, outcome: "Future[Taken]") -> bool:
        fault = attempted(self._file, path, outcome).exception()
        if fault is not None:
            logger.error("%s could not be filed and is tried again", path.name, exc_info=fault)
        return fault is None

    def _file(self, path: Path, outcome: "Future[Taken]") -> None:
        """Lay the result where the file belongs, and then the file itself beside it."""
        if not os.path.lexists(path):  # another server has filed it
            return
        refused = outcome.exception()
        room = self._room(REFUSED if refused else DONE)
        told = _refused(path, refused) if refused else _done(outcome.result(), room / f"{path.name}.退回行.xlsx")
        lines = [_original(path), f"{local(now()):%Y-%m-%d %H:%M}　{room.name}", *told]
        (room / f"{path.name}.结果.txt").write_text("\n".join([*lines, ""]), encoding="utf-8-sig", newline="\r\n")
        path.rename(room / path.name)


def _turn(file: "Future[Read]") -> int:
    """Regions before organisations, organisations before children: what is dropped together finds its places there."""
    return len(FORMATS) if file.exception() else list(FORMATS).index(file.result().kind)


def _read_and_write(actor: Actor, file: Read, name: str, *, gesture: str) -> list[str]:
    with definitions_held():
        intake = intake_of(actor, file.kind, Delivery(name, file.digest, "", local(now()).date()))
        known = _known(actor, file.digest)
        sheets = iter([(sheet.name, sheet.whole) for sheet in file.staged.sheets()])
        contents = read_from(sheets, intake, others=others_than(file.kind))
        report = write(intake, contents, gesture=gesture)
    return [*known, *report.warnings]


def _known(actor: Actor, digest: str) -> list[str]:
    """A warning where this very file came in before. Raises RuleBroken where that left nothing to do: a program that
    copies files here again and again would put back what was corrected since."""
    run = visible(ImportRun, actor.scope).where(ImportRun.digest == digest).order_by(ImportRun.id.desc()).first()
    if run is None:
        return []
    told = f"这个文件与 {local(run.at):%Y-%m-%d %H:%M} 导入过的“{run.file_name}”完全相同"
    if not run.held_back:
        raise RuleBroken(f"{told}，没有再导入；确实要再导入一次，请在“导入表格”页上传")
    return [f"{told}，当时退回 {run.held_back} 行，现在又导入了一次"]


def _written(actor: Actor, gesture: str) -> Operation | None:
    return visible(Operation, actor.scope).where(Operation.gesture == gesture).get_or_none()


def _as_written(actor: Actor, operation: Operation, warnings: list[str]) -> Taken:
    runs = visible(Change, actor.scope).where(
        Change.operation == operation.id, Change.table == ImportRun._meta.table_name
    )
    run = visible(ImportRun, actor.scope).where(ImportRun.id.in_(runs.select(Change.row_id))).get_or_none()
    return Taken(actor, operation, run, warnings)


# -- what is told --------------------------------------------------------------


def _done(taken: Taken, book: Path) -> list[str]:
    told = [taken.operation.sentence, f"操作编号 {taken.operation.id}，如有不对，可在“操作记录”里撤销"]
    run = taken.run
    if run is not None and run.batch is not None:
        told.append(f"批次：{run.batch}")
    if run is not None and run.held_back:
        fault = attempted(error_workbook, taken.actor, run, book).exception()
        if fault is None:
            told.append(f"退回的 {run.held_back} 行在“{book.name}”里，各写着原因；改正后把它放进文件夹")
        else:
            logger.error("no error workbook of %s", run, exc_info=fault)
            told.append(f"退回的 {run.held_back} 行没能另存，请在“导入记录”里下载")
    return [*told, *(f"提醒：{warning}" for warning in taken.warnings)]


def _refused(path: Path, fault: BaseException) -> list[str]:
    told = why_not(fault, f"import of {path.name}")
    return [f"没有导入：{told}", ADVICE] if isinstance(fault, AidError) else [told]


def _original(path: Path) -> str:
    return CLAIMED.fullmatch(path.name)[2]


def _stand(found: os.stat_result) -> Stand:
    return found.st_size, found.st_mtime_ns


def _fitting(name: str) -> str:
    """The name as text that can be shown and kept, and no longer than leaves room for ours."""
    shown = os.fsencode(name).decode("utf-8", "replace")
    stem, dot, ending = "".join(one if one.isprintable() else "�" for one in shown).rpartition(".")
    stem, ending = (stem, dot + ending[:10]) if stem else (ending, "")
    while len(f"{stem}{ending}".encode()) > LONGEST:
        stem = stem[:-1]
    return f"{stem}{ending}"
