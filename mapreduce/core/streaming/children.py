"""Processes that must not outlive the one that started them."""

import ctypes
import os
import resource
import signal
from collections.abc import Callable

import psutil

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
    kill_all([process for process in psutil.Process().children(recursive=True) if _session(process) != mine])


def kill_below() -> None:
    """Kill all processes below this one."""
    kill_all(psutil.Process().children(recursive=True))


def _session(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid)
    except ProcessLookupError:
        return None


def kill_all(processes: list[psutil.Process], seconds: float = 2.0) -> None:
    """Kill processes and wait until they are gone."""
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=seconds)


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
