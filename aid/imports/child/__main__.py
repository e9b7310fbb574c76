"""Reads one file of a table in a process of its own and writes its rows to standard output, as lines of JSON.

A folder run as a script by reader.py, never imported: whatever a hostile file does, it does here, under limits, and
this process dies of it. Nothing of the panel can be imported here; what these modules import by bare names is each
other. What crashed or hung which reader is told in docs/decisions.md. What the lines mean is told in told.py.
"""

import ctypes
import json
import resource
import signal
import struct
import sys
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from kinds import reader_of
from python_calamine import CalamineError
from told import RESAVE, Refused

MEMORY = 1024 * 2**20
SECONDS = 60


def main(path: str) -> None:
    """Answer on standard output with the rows of the file at `path`, or with why it is refused."""
    _limit()
    try:
        reader_of(path)(path)
    except Refused as refusal:
        _refuse(str(refusal))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, struct.error):
        _refuse(f"文件已损坏，无法读取；{RESAVE}")
    except (CalamineError, ParseError, AssertionError, LookupError, ValueError):
        _refuse(f"文件内容不是正常的表格；{RESAVE}")
    else:
        print(json.dumps({"end": True}), flush=True)


def _refuse(sentence: str) -> None:
    print(json.dumps({"refused": sentence}), flush=True)


def _limit() -> None:
    """Bounds on memory, time and files; and no life after the server's own death."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1])
