"""Instances: processes of the Procfile, each in a working copy, with a VAR_DIR and on an address of its own."""

import os
import platform
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil

from tests.cluster.releases import Release


class Instance:
    """One line of a release's Procfile, run by bin/keep as on a machine in a cloud."""

    def __init__(self, name: str, release: Release, folder: Path, address: str, **environment: str) -> None:
        self.name, self.release, self.address = name, release, address
        self.component = name.partition("-")[0]
        self._log = folder.with_suffix(".log")
        shutil.copytree(release.folder, folder, symlinks=True)  # its VAR_DIR is the `var` in it
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                _command(folder, self.component),
                cwd=folder,
                env={**release.environment, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Give the number of its first process, which is its group's too."""
        return self._process.pid

    @property
    def on_the_board(self) -> str:
        """Give the name under which it beats."""
        return f"{platform.node()}:{self.pid}"

    def log(self) -> str:
        """Give what it has said."""
        return self._log.read_text()

    def is_ready(self) -> bool:
        """Tell whether a worker has begun to take tasks."""
        assert self._process.poll() is None, self.log()[-3000:]
        return " ready." in self.log()

    def stop(self) -> None:
        """End it as systemd does, and wait until it has finished what it was at."""
        self.tell_to_end()
        self.wait_for_end()

    def tell_to_end(self) -> None:
        """Send SIGTERM."""
        self._process.terminate()

    def wait_for_end(self) -> None:
        """Wait until it is gone."""
        self._process.wait(timeout=90)

    def kill(self) -> float:
        """Send SIGKILL to all its processes at once, wait until they are gone, and say when that was begun."""
        processes = self._processes()
        began = time.monotonic()
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        while not all(_is_gone(process) for process in processes):
            time.sleep(0.001)
        return began

    def freeze(self) -> None:
        """Have it stand still at whatever it is at."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on."""
        os.killpg(self.pid, signal.SIGCONT)

    def end(self) -> None:
        """Leave nothing of it running, whatever state it is in."""
        if self._process.poll() is None:
            self.kill()

    def _processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self.pid)
        return [parent, *parent.children(recursive=True)]


def _is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE  # its sockets are closed, whenever init buries it
    except psutil.NoSuchProcess:
        return True


def _command(folder: Path, component: str) -> list[str]:
    lines = (folder / "Procfile").read_text().splitlines()
    return shlex.split(next(line for line in lines if line.startswith(f"{component}: ")).partition(": ")[2])
