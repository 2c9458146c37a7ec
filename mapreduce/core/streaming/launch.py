"""How a program is started: shut in, or, if it is trusted, with limits only."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from resource import RLIMIT_CORE, RLIMIT_DATA, RLIMIT_FSIZE

from mapreduce.core.streaming import children
from mapreduce.core.streaming.environment import PLAIN
from mapreduce.core.streaming.errors import Hopeless
from mapreduce.core.streaming.sandbox import WORK, Sandbox, search_path
from mapreduce.core.streaming.spec import Limits


@dataclass(frozen=True)
class Launcher:
    """Starts a job's programs; `folder` holds their files, `scratch` takes work folders of trusted ones."""

    folder: Path
    scratch: Path
    limits: Limits
    sandboxed: bool

    def start(
        self, command: str, environment: Mapping[str, str], *, stdin: int, stdout: int, stderr: int
    ) -> "subprocess.Popen[bytes]":
        """
        Start a command with these pipes.

        :raises Hopeless: if there is no such program.
        """
        if self.sandboxed:
            argv = self._located(command, WORK)
            inside = {"HOME": WORK, "TMPDIR": "/tmp", **environment, "PATH": search_path()}  # noqa: S108 - its own /tmp
            return Sandbox(self.folder, self.limits).start(argv, inside, stdin=stdin, stdout=stdout, stderr=stderr)
        work = tempfile.mkdtemp(dir=self.scratch, prefix="work-")
        for entry in self.folder.iterdir():
            Path(work, entry.name).symlink_to(entry)
        rlimits = {
            RLIMIT_CORE: 0,
            RLIMIT_DATA: self.limits.task_memory_bytes,
            RLIMIT_FSIZE: self.limits.task_disk_bytes,
        }
        return subprocess.Popen(  # noqa: S603 - a trusted program
            self._located(command, work),
            env={"HOME": work, "TMPDIR": work, **environment},
            cwd=work,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=children.limited(rlimits),
        )

    def _located(self, command: str, work: str) -> list[str]:
        """Split a command, and find its program: among the job's files first, as Hadoop does, then on the PATH."""
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise Hopeless(f"The command “{command}” cannot be read: {error}.") from error
        if not words or "\0" in command:
            raise Hopeless("A command is empty or holds a NUL. Write it as in a shell, like “python3 mapper.py”.")
        program, *arguments = words
        if (self.folder / program).is_file() and not os.path.isabs(program):
            return [f"{work}/{program}", *arguments]
        if "/" not in program and not shutil.which(program, path=PLAIN["PATH"]):
            raise Hopeless(f"There is no program “{program}”. Upload it, or name one of this machine, like python3.")
        return [program, *arguments]
