"""Files that must outlast a power cut."""

import os
from pathlib import Path


def settle(*paths: Path) -> None:
    """When this returns, each of these files, and each of these folders' lists of names, is on disk."""
    for path in paths:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
