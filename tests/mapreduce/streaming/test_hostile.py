"""Programs of strangers that mean harm: each fails in words, leaves nothing behind and disturbs nobody."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from mapreduce.core.job import JobFailed, StreamingJob
from tests.mapreduce.streaming.conftest import Bench, Result

MIB = 1 << 20
EVIL, IDLE, DAEMON = (f"{name}-{os.getpid()}.py" for name in ("evil", "idle", "daemon"))  # tests run beside each other
EACH = "import os, socket, subprocess, sys, time\nfor line in sys.stdin: pass\n"
Living = Callable[[str], list[int]]

pytestmark = pytest.mark.usefixtures("needs_sandbox")


def attack(bench: Bench, program: str, **limits: object) -> Result:
    """Run a hostile mapper; its limits are small, so that it ends soon."""
    programs = {EVIL: EACH + program}
    small = {"idle_seconds": 5, "job_seconds": 20, "task_memory_bytes": 200 * MIB, "task_disk_bytes": 8 * MIB}
    return bench.run(
        StreamingJob(f"python3 {EVIL}"), b"x\n", programs, sandboxed=True, **{**small, "task_processes": 20, **limits}
    )


class TestFailsInWords:
    @pytest.mark.parametrize(
        ("program", "words"),
        [
            ("x = bytearray(10**9)", "MemoryError"),
            ("open('/etc/shadow').read()", "FileNotFoundError"),
            (f"open({str(Path(__file__).resolve())!r}).read()", "FileNotFoundError"),
            ("open('/proc/1/environ').read()", "PermissionError"),
            ("socket.create_connection(('127.0.0.1', 80))", "Error"),
            ("socket.create_connection(('1.1.1.1', 80), 3)", "Network is unreachable"),
            ("open('big', 'wb').write(b'x' * 10**8)", "Error: [Errno 2"),
            ("[open(f'/tmp/{n}', 'wb').write(b'x' * 10**6) for n in range(99)]", "No space left on device"),
            ("[open(f'{n}', 'wb').write(b'x' * 10**6) for n in range(99)]", "No space left on device"),
            ("[open(f'/dev/shm/{n}', 'wb').write(b'x' * 10**6) for n in range(99)]", "No space left on device"),
            ("open('/usr/x', 'w')", "Read-only file system"),
            ("open('/x', 'w')", "Read-only file system"),
            ("open('/dev/x', 'w')", "Read-only file system"),
            ("os.unlink('EVIL')", "PermissionError"),
            ("os.unlink('/program/EVIL')", "Read-only file system"),
            ("os.kill(1, 9); os.kill(-1, 9); sys.exit('still here')", "PermissionError"),
            ("os.kill(os.getppid(), 9); sys.exit('still here')", "still here|PermissionError|SIGKILL"),
            ("import resource as r; r.setrlimit(r.RLIMIT_NPROC, (999, 999))", "ValueError"),
            ("os.setuid(0)", "PermissionError"),
            ("subprocess.run(['mount', '-t', 'tmpfs', 'x', '/tmp'], check=True)", "CalledProcessError"),
            ("subprocess.run(['unshare', '-Ur', 'true'], check=True)", "CalledProcessError"),
            ("os.memfd_create('x')", "Error"),
        ],
    )
    def test_when_it_reaches_out(self, bench: Bench, program: str, words: str) -> None:
        failure = attack(bench, program.replace("EVIL", EVIL)).failure

        assert any(word in failure for word in words.split("|")), failure

    def test_when_it_forks_without_end(self, bench: Bench, living: Living) -> None:
        assert attack(bench, "while True: os.fork()", task_memory_bytes=800 * MIB).failure.startswith(
            "The mapper failed"
        )
        assert living(EVIL) == []

    def test_when_many_processes_take_memory_together(self, bench: Bench, living: Living) -> None:
        program = (
            "for _ in range(9): os.fork() or (setattr(sys, 'x', bytearray(os.urandom(1 << 20)) * 60), time.sleep(9))"
        )

        assert "more than 200 MB of memory" in attack(bench, program + "\ntime.sleep(9)").failure
        assert living(EVIL) == []

    def test_when_it_waits_for_ever(self, bench: Bench) -> None:
        assert (
            "neither read nor wrote anything for 1 seconds" in attack(bench, "while True: pass", idle_seconds=1).failure
        )

    def test_when_the_job_takes_too_long(self, bench: Bench) -> None:
        program = "while True: print('x', flush=True); time.sleep(0.1)"

        assert "longer than 1 seconds" in attack(bench, program, job_seconds=1).failure

    def test_when_it_ignores_signals(self, bench: Bench, living: Living) -> None:
        program = "import signal\nfor n in (15, 2, 1): signal.signal(n, signal.SIG_IGN)\ntime.sleep(99)"

        assert "longer than" in attack(bench, program, job_seconds=1).failure
        assert living(EVIL) == []

    def test_when_it_floods_stderr(self, bench: Bench) -> None:
        assert (
            "too much to stderr" in attack(bench, "while True: sys.stderr.write('x' * 9999)", stderr_bytes=MIB).failure
        )

    def test_when_it_floods_stdout(self, bench: Bench) -> None:
        program = "while True: sys.stdout.write('x\\n' * 9999)"

        assert "wrote more than 0.05 GB" in attack(bench, program, output_bytes=50_000_000).failure

    def test_when_its_line_never_ends(self, bench: Bench) -> None:
        assert "without a line end" in attack(bench, "while True: sys.stdout.write('x' * 99999)").failure

    def test_when_it_makes_up_counters(self, bench: Bench) -> None:
        program = "n = 0\nwhile True:\n    n += 1; sys.stderr.write(f'reporter:counter:g,{n},1\\n')"

        assert "Count under a few fixed names" in attack(bench, program).failure


class TestLeavesNothing:
    def test_when_it_daemonises_itself(self, bench: Bench, living: Living) -> None:
        program = "os.fork() or (os.setsid(), os.fork() or time.sleep(99))"

        assert attack(bench, program).failure == ""
        assert living(EVIL) == []

    def test_of_a_trusted_programs_daemons_either(self, bench: Bench, living: Living) -> None:
        programs = {DAEMON: EACH + "os.fork() or (os.setsid(), os.fork() or time.sleep(99))"}

        assert bench.run(StreamingJob(f"python3 {DAEMON}"), b"x\n", programs).failure == ""
        assert living(DAEMON) == []

    @pytest.mark.parametrize("ends", ["by itself", "by kill"])
    def test_of_daemons_whose_attempt_is_killed(self, bench: Bench, living: Living, ends: str) -> None:
        end = bench.folder / "end"
        program = "for _ in range(9): os.fork() or (os.setsid(), os.fork(), time.sleep(99))\n"
        program += f"while line != 'fail\\n' or not os.path.exists({str(end)!r}): time.sleep(0.01)\nsys.exit(1)"
        job, inputs = StreamingJob(f"python3 {DAEMON}"), {"a": b"x\n", "b": b"x\n", "c": b"x\n", "d": b"fail\n"}
        with bench.prepare(job, inputs, {DAEMON: EACH + program}, slots=4) as run:
            events = run.events()
            wait_until(lambda: next(events) and len(living(DAEMON)) == 4 * 19)
            if ends == "by itself":
                end.touch()
            else:
                run.kill()
                assert living(DAEMON) == []
            with pytest.raises(JobFailed):
                list(events)
            assert living(DAEMON) == []

    @pytest.mark.parametrize("victim", ["the run", "an attempt"])
    def test_when_the_engine_is_killed(self, bench: Bench, living: Living, victim: str) -> None:
        programs = {IDLE: "import time\ntime.sleep(99)"}
        with bench.prepare(StreamingJob(f"python3 {IDLE}"), b"x\n", programs, sandboxed=True) as run:
            events = run.events()
            wait_until(lambda: next(events) and living(IDLE))
            root = run._process.pid  # type: ignore[union-attr]
            os.kill(root if victim == "the run" else children_of(root)[0], 9)
            with pytest.raises(JobFailed, match=r"ended by itself|killed from outside"):
                list(events)
            wait_until(lambda: not living(IDLE))

    def test_when_it_is_stopped_from_another_thread(self, bench: Bench, living: Living) -> None:
        programs = {IDLE: "import time\ntime.sleep(99)"}
        with bench.prepare(StreamingJob(f"python3 {IDLE}"), b"x\n", programs, sandboxed=True) as run:
            events = run.events()
            wait_until(lambda: next(events) and living(IDLE))
            Thread(target=run.kill).start()
            with pytest.raises(JobFailed, match="stopped"):
                list(events)
            wait_until(lambda: not living(IDLE))


class TestDisturbsNobody:
    def test_while_it_attacks(self, bench: Bench) -> None:
        results: list[Result] = []
        attacker = Thread(target=lambda: results.append(attack(bench, "while True: os.fork()")))
        attacker.start()
        programs = {"mapper.py": "import subprocess\nsubprocess.run(['cat'])"}
        good = Bench(bench.folder / "good").run(StreamingJob("python3 mapper.py"), b"x\n", programs, sandboxed=True)
        attacker.join()

        assert good.output == b"x\t\n"
        assert results[0].failure


def wait_until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Wait for a thing to come true. :raises AssertionError: if it does not."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    """Give the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
