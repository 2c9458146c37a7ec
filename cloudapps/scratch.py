"""Folders on this machine's disk for work in progress; what a killed process leaves behind is swept."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

STALE_AFTER_SECONDS = 3600  # longer than anybody works in one


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder that is gone after the block, whatever happens in it."""
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        yield Path(folder)


def sweep_scratch() -> int:
    """Remove the scratch folders of processes that were killed, and return how many there were."""
    return sweep(settings.SCRATCH_DIR) if settings.SCRATCH_DIR.is_dir() else 0


def sweep(folder: Path) -> int:
    """Remove what lies in a folder of drafts and has not changed for an hour; return how much that was."""
    oldest = time.time() - STALE_AFTER_SECONDS
    stale = [path for path in folder.iterdir() if path.stat().st_mtime < oldest]
    for path in stale:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(stale)
