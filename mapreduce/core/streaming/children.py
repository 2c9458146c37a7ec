"""Processes that must not outlive the one that started them."""

import ctypes
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable

import psutil

LOOK_SECONDS = 0.005
PATIENCE_SECONDS = 10.0  # with the kernel, which may hold a process for a while; it does nothing more of its own
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Have this process killed when the one that started it dies."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of processes that daemonise themselves below this one, so that they can be found."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def limited(limits: dict[int, int]) -> Callable[[], None]:
    """Give what a child does before it becomes the program: die with us, keep within the limits."""

    def prepare() -> None:
        die_with_parent()
        for name, value in limits.items():
            resource.setrlimit(name, (value, value))

    return prepare


def kill_strays() -> None:
    """Kill all below this process that are of another session: what programs started, not what the engine did."""
    mine = os.getsid(0)
    _kill_until_none(lambda: [process for process in _below(os.getpid()) if _session(process) != mine])


def kill_below() -> None:
    """Kill all below this process, which has adopted their orphans; none lives when this returns."""
    _kill_until_none(lambda: _below(os.getpid()))


def kill_tree(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and all below it, from any thread; they are dead when this returns."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGSTOP)  # it starts nothing more, and still adopts what loses its parent
    _kill_until_none(lambda: _below(process.pid))
    process.kill()
    process.wait()


def _session(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid)
    except ProcessLookupError:
        return None


def _below(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _kill_until_none(find: Callable[[], list[psutil.Process]]) -> None:
    """Kill what is found until nothing that lives is found: children appear, and go to other parents, meanwhile."""
    until = time.monotonic() + PATIENCE_SECONDS
    while sum(_kill(process) for process in find()) and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)


def _kill(process: psutil.Process) -> bool:
    """Kill a process, and tell whether it lived; one that only its parent must still take note of does not."""
    try:
        process.kill()
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def takes_more_than(limit: int, pid: int) -> bool:
    """Tell whether a process and all below it take more memory, in bytes; what they share is counted once."""
    try:
        process = psutil.Process(pid)
        tree = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return False
    return sum(map(_resident, tree)) > limit and sum(map(_share, tree)) > limit


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _share(process: psutil.Process) -> int:
    """Tell the proportional share, which is exact and slow to learn."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.AccessDenied:  # of a process that has changed its user
        return _resident(process)
    except psutil.NoSuchProcess:
        return 0
