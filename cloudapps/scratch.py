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
    """Remove the folders of processes that were killed, and return how many there were."""
    if not settings.SCRATCH_DIR.is_dir():
        return 0
    oldest = time.time() - STALE_AFTER_SECONDS
    stale = [folder for folder in settings.SCRATCH_DIR.iterdir() if folder.stat().st_mtime < oldest]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)
