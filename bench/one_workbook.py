"""Makes one workbook in a process of its own, and prints how many megabytes that ever held: DATABASE SLUG OUT."""

import re
import sys
from pathlib import Path

from aid import dialect
from aid.workbooks import make_workbook
from bench.county_clerk import clerk
from models import db


def main() -> None:
    database, slug, out = sys.argv[1:]
    dialect.open_database("", Path(database))
    with db.connection_context():
        make_workbook(clerk(), slug, Path(out))
    status = Path("/proc/self/status").read_text()  # getrusage would tell of the parent's as well
    print(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024)


if __name__ == "__main__":
    main()
