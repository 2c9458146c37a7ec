"""
Where strangers' programs run: bubblewrap with own namespaces, a read-only system, and limits.

Inside there is no network, no other user's file, no secret of the environment. As root the program gets a user id that
nobody else has, as the limit of processes is kept per user and not at all for root; an ordinary user gets a user
namespace. What the owner chose for the environment is set last, by `env`: LD_PRELOAD must not reach what comes before.
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from mapreduce.core.streaming.seccomp import seccomp_filter
from mapreduce.core.streaming.spec import MIB, Limits

WORK, PROGRAM, PYTHON = "/work", "/program", "/opt/python"
SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
ETC = ("ld.so.cache", "alternatives", "localtime")
HIDDEN = ("/usr/src", "/usr/local/src", "/usr/local/etc")  # where images keep applications
FIRST_UID = 0x70000000


def sandbox_missing() -> str:
    """Tell what to install or allow before the sandbox works on this machine; nothing if it works."""
    return _missing(os.geteuid() == 0)


@functools.cache
def _missing(is_root: bool) -> str:
    needed = {"bwrap": "bubblewrap", "prlimit": "util-linux", "env": "coreutils", "setpriv": "util-linux"}
    absent = sorted({package for tool, package in needed.items() if not shutil.which(tool, path=os.defpath)})
    if absent:
        return f"Programs cannot be shut in: install the package {' and '.join(absent)}."
    with tempfile.TemporaryDirectory() as folder:
        box, pipe = Sandbox(Path(folder), Limits()), subprocess.PIPE
        tried = box.start(["/bin/true"], {}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=pipe)
        said = tried.communicate(timeout=10)[1].decode(errors="replace")
    if tried.returncode == 0:
        return ""
    words = said.strip().splitlines()[-1:] or ["no reason given"]
    return f"Programs cannot be shut in: bubblewrap says “{words[0]}”. Allow user namespaces, or run as root."


def search_path() -> str:
    """Give the PATH of programs in the sandbox."""
    usual = "/usr/local/bin:/usr/bin:/bin"
    return usual if _has_python() else f"{PYTHON}/bin:{usual}"


def _has_python() -> bool:
    return any(Path(folder, "python3").exists() for folder in ("/usr/local/bin", "/usr/bin"))


class Sandbox:
    """Builds the command that runs a program shut in; `program` is a folder that everybody can read."""

    def __init__(self, program: Path, limits: Limits) -> None:
        self._limits = limits
        self._uid = _unused_uid() if os.geteuid() == 0 else None
        self._mounts = [*_system(), *self._private(program)]

    def start(
        self, argv: Sequence[str], environment: Mapping[str, str], *, stdin: int, stdout: int, stderr: int
    ) -> "subprocess.Popen[bytes]":
        """Run `argv` in the sandbox with this environment."""
        variables = [f"{name}={value}" for name, value in environment.items()]
        program = ["--chdir", WORK, "--", *self._drop(), *variables, *argv]
        uid = os.geteuid() if self._uid is None else self._uid
        with _readable(seccomp_filter()) as rules, _readable(f"task:x:{uid}:{uid}::{WORK}:/bin/sh\n".encode()) as users:
            seccomp = ["--seccomp", str(rules)] if rules else []
            passwd = ["--perms", "0444", "--ro-bind-data", str(users), "/etc/passwd"]
            return subprocess.Popen(  # noqa: S603 - everything of a stranger comes after bubblewrap's own words
                [*self._namespaces(), *seccomp, *self._mounts, *passwd, "--remount-ro", "/", *program],
                env={},
                cwd="/",
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                pass_fds=[fd for fd in (rules, users) if fd],
            )

    def _namespaces(self) -> list[str]:
        if self._uid is None:
            user = ["--unshare-user", "--disable-userns"]
        else:
            user = [word for name in ("SETUID", "SETGID", "SETPCAP") for word in ("--cap-add", f"CAP_{name}")]
        shared = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
        alone = ["--hostname", "task", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
        return ["/usr/bin/bwrap", *shared, *alone, *user]

    def _private(self, program: Path) -> list[str]:
        disk = self._limits.task_disk_bytes
        words = ["--proc", "/proc", "--dev", "/dev", *_tmpfs("/dev/shm", 64 * MIB), "--remount-ro", "/dev"]  # noqa: S108
        words += [*_tmpfs("/tmp", disk), *_tmpfs(WORK, disk), "--ro-bind", str(program), PROGRAM]  # noqa: S108 - its own
        for name in sorted(os.listdir(program)):
            words += ["--symlink", f"{PROGRAM}/{name}", f"{WORK}/{name}"]
        return words

    def _drop(self) -> list[str]:
        rlimits = {
            "data": self._limits.task_memory_bytes,
            "fsize": self._limits.task_disk_bytes,
            "nproc": self._limits.task_processes,
            "nofile": 512,
            "core": 0,
        }
        limited = ["/usr/bin/prlimit", *(f"--{name}={value}:{value}" for name, value in rlimits.items()), "--"]
        user: list[str] = []
        if self._uid is not None:
            ids = [f"--reuid={self._uid}", f"--regid={self._uid}", "--clear-groups"]
            user = ["/usr/bin/setpriv", *ids, "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"]
        return [*user, *limited, "/usr/bin/env", "-i"]


def _tmpfs(folder: str, size: int) -> list[str]:
    return ["--size", str(size), "--perms", "1777", "--tmpfs", folder]


@contextmanager
def _readable(content: bytes) -> Iterator[int]:
    """Open a file that holds these bytes, for another program to read; 0 if there are none."""
    if not content:
        yield 0
        return
    with open(os.memfd_create("rules"), "w+b") as file:
        file.write(content)
        file.seek(0)
        yield file.fileno()


def _unused_uid() -> int:
    """Choose a user id from this process's id, so that no two tasks share one."""
    size = int(Path("/proc/self/uid_map").read_text().split()[2])
    first, room = (FIRST_UID, 1 << 22) if size > FIRST_UID + (1 << 22) else (20_000, 40_000)
    return first + os.getpid() % room


@functools.cache
def _system() -> list[str]:
    words = ["--ro-bind", "/usr", "/usr"]
    for name in SYSTEM:
        folder = Path("/", name)
        if folder.is_symlink():
            words += ["--symlink", os.readlink(folder), str(folder)]
        elif folder.is_dir():
            words += ["--ro-bind", str(folder), str(folder)]
    project = str(Path(__file__).resolve().parents[3])
    for hidden in (*HIDDEN, *([project] if project.startswith("/usr/") else [])):
        if Path(hidden).is_dir():
            words += ["--tmpfs", hidden]
    words += ["--perms", "0755", "--dir", "/etc"]
    for name in (*ETC, *(path.name for path in Path("/etc").glob("java-*"))):
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return words if _has_python() else [*words, "--ro-bind", sys.base_prefix, PYTHON]
