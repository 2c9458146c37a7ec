"""Work in progress on the disk: gone after the block, and swept when its process was killed."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from cloudapps.scratch import STALE_AFTER_SECONDS, scratch_folder, sweep_scratch
from cloudapps.storage.files import FileStorage


@pytest.fixture(autouse=True)
def scratch_dir(settings: Any, tmp_path: Path) -> Path:
    settings.SCRATCH_DIR = tmp_path / "scratch"
    return tmp_path / "scratch"


class TestScratch:
    def test_is_gone_after_a_failure(self, scratch_dir: Path) -> None:
        def fail() -> None:
            with scratch_folder() as folder:
                (folder / "source").write_bytes(b"x")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()

        assert list(scratch_dir.iterdir()) == []

    def test_of_a_killed_process_is_swept_and_that_of_a_living_one_is_not(self, scratch_dir: Path) -> None:
        assert sweep_scratch() == 0
        with scratch_folder() as alive:
            left = scratch_dir / "left-behind"
            left.mkdir()
            (left / "source").write_bytes(b"x")
            long_ago = time.time() - STALE_AFTER_SECONDS - 1
            os.utime(left, (long_ago, long_ago))

            assert sweep_scratch() == 1
            assert list(scratch_dir.iterdir()) == [alive]


def test_drafts_of_a_killed_process_are_gone_from_the_storage_at_the_next_start(tmp_path: Path) -> None:
    drafts = FileStorage(tmp_path).tmp
    (drafts / "new").write_bytes(b"x")
    (drafts / "old").write_bytes(b"x")
    long_ago = time.time() - STALE_AFTER_SECONDS - 1
    os.utime(drafts / "old", (long_ago, long_ago))

    FileStorage(tmp_path)

    assert [path.name for path in drafts.iterdir()] == ["new"]
