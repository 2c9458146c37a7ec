"""Folders that last as long as this process of the suite; a worker of pytest-xdist never comes to `atexit`."""

import atexit
import shutil
import tempfile
from pathlib import Path

_made: list[Path] = []


def make_folder(prefix: str) -> Path:
    """Make a folder that `remove_folders` removes."""
    _made.append(Path(tempfile.mkdtemp(prefix=prefix)))
    return _made[-1]


@atexit.register
def remove_folders() -> None:
    """Remove them all; harmless to repeat."""
    while _made:
        shutil.rmtree(_made.pop(), ignore_errors=True)
