"""
Streaming jobs against the clock: our local engine, its sandbox on, beside `cat | mapper | sort | reducer`, mrjob's
local runner and Hadoop's, with the same plain programs over the same seeded text. SIZE is of the text, in megabytes.

The contenders take turns; outputs must be equal. CPU and memory (resident, all processes) are sampled ten times a
second, so that short-lived processes count for little less than they took.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from mapreduce.core.job import StreamingJob
from mapreduce.core.streaming import InputFile, LocalRun, sandbox_missing

FOLDER = Path("var/bench").resolve()
PROGRAMS = Path(__file__).resolve().parent / "mapreduce_programs"
MRJOB = Path("var/peers/mrjob/bin/python").absolute()  # a link, which must not be followed
HADOOP = Path(os.environ.get("HADOOP_HOME", "var/hadoop")).resolve()
CLEAN = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}  # no PYTHONUNBUFFERED: it makes all twice as slow
REDUCERS = 2


@dataclass(frozen=True)
class Case:
    """A job, and how much of each contender's wall time it may take."""

    name: str
    mapper: str
    reducer: str
    combiner: str | None
    targets: dict[str, float]


PLAIN = {"pipeline": 0.65, "mrjob": 0.58, "hadoop": 0.45}
CASES = [
    Case("word count", "words.py", "total.py", None, PLAIN),
    Case("word count, combined", "words.py", "total.py", "total.py", {"mrjob": 0.9}),
    Case("inverted index", "postings.py", "index.py", None, PLAIN),
]


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds on the wall and of CPU, megabytes at most."""

    wall: float
    cpu: float
    memory: float


class Sampler(threading.Thread):
    """Looks at all processes below this one until it is stopped."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._seen: dict[tuple[int, float], float] = {}
        self._stopped = threading.Event()
        self.peak = 0.0

    def run(self) -> None:
        while not self._stopped.wait(0.1):
            resident = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    times = process.cpu_times()
                    self._seen[process.pid, process.create_time()] = times.user + times.system
                    resident += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.peak = max(self.peak, resident / 1e6)

    def stop(self) -> tuple[float, float]:
        """Tell CPU seconds and peak megabytes."""
        self._stopped.set()
        self.join()
        return sum(self._seen.values()), self.peak


def make_text(megabytes: int) -> Path:
    """Write documents of a dozen words, whose frequencies follow Zipf's law, from a seed."""
    import numpy as np

    path = FOLDER / f"zipf-{megabytes}.txt"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(2026)
    words = np.array(
        ["".join(chr(97 + letter) for letter in rng.integers(0, 26, rng.integers(2, 10))) for _ in range(50_000)],
        dtype=object,
    )
    chances = 1 / np.arange(1, len(words) + 1)
    chances /= chances.sum()
    document, begun = 0, path.with_suffix(".part")
    with begun.open("w") as file:
        while file.tell() < megabytes * 1_000_000:
            chosen = words[rng.choice(len(words), size=(10_000, 12), p=chances)]
            file.writelines(f"d{document + n:07}\t{' '.join(line)}\n" for n, line in enumerate(chosen))
            document += len(chosen)
    return begun.rename(path)


def ours(case: Case, source: Path, result: Path) -> None:
    """Run it on our engine."""
    combiner = f"python3 {case.combiner}" if case.combiner else None
    job = StreamingJob(f"python3 {case.mapper}", f"python3 {case.reducer}", combiner, reduce_tasks=REDUCERS)
    output, scratch = FOLDER / "output", FOLDER / "scratch"
    for folder in (output, scratch):
        shutil.rmtree(folder, ignore_errors=True)
    inputs = [InputFile(source.name, source)]
    with LocalRun(job, inputs=inputs, program=PROGRAMS, output=output, scratch=scratch) as run:
        for _ in run.events():
            pass
        gather([part.path for part in run.parts()], result)


def pipeline(case: Case, source: Path, result: Path) -> None:
    """Run it as a shell would."""
    command = f"cat {source} | python3 {case.mapper} | LC_ALL=C sort | python3 {case.reducer} > {result}"
    subprocess.run(["bash", "-c", command], check=True, cwd=PROGRAMS, env=CLEAN)


def mrjob(case: Case, source: Path, result: Path) -> None:
    """Run it on mrjob's local runner."""
    output = FOLDER / "mrjob-output"
    shutil.rmtree(output, ignore_errors=True)
    commands = {"mapper": case.mapper, "reducer": case.reducer, "combiner": case.combiner}
    environment = {name: f"/usr/bin/env python3 {PROGRAMS / file}" for name, file in commands.items() if file}
    command = [str(MRJOB), str(PROGRAMS / "mrjob_run.py"), "-r", "local", "--no-conf", "-q"]
    options = ["--output-dir", str(output), "--no-cat-output", "-D", f"mapreduce.job.reduces={REDUCERS}"]
    subprocess.run([*command, *options, str(source)], check=True, env={**CLEAN, **environment, "TMPDIR": str(FOLDER)})
    gather(sorted(output.glob("part-*")), result)


def hadoop(case: Case, source: Path, result: Path) -> None:
    """Run it in Hadoop's local mode."""
    output = FOLDER / "hadoop-output"
    shutil.rmtree(output, ignore_errors=True)
    files = ",".join(f"file://{PROGRAMS / name}" for name in {case.mapper, case.reducer})
    at_once = [f"-Dmapreduce.local.{kind}.tasks.maximum={os.cpu_count()}" for kind in ("map", "reduce")]
    options = [f"-Dmapreduce.job.reduces={REDUCERS}", *at_once, "-files", files]
    programs = ["-mapper", f"python3 {case.mapper}", "-reducer", f"python3 {case.reducer}"]
    if case.combiner:
        programs += ["-combiner", f"python3 {case.combiner}"]
    places = ["-input", f"file://{source}", "-output", f"file://{output}"]
    command = [str(HADOOP / "bin/hadoop"), "jar", str(HADOOP / "hadoop-streaming.jar"), *options, *programs, *places]
    with (FOLDER / "hadoop.log").open("wb") as log:
        subprocess.run(command, check=True, env=CLEAN, cwd=FOLDER, stdout=log, stderr=log)
    gather(sorted(output.glob("part-*")), result)


def gather(parts: list[Path], result: Path) -> None:
    """Put the parts of a result into one file."""
    with result.open("wb") as target:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, target)


Contender = Callable[[Case, Path, Path], None]
CONTENDERS: dict[str, Contender] = {"ours": ours, "pipeline": pipeline, "mrjob": mrjob, "hadoop": hadoop}


def contenders_for(case: Case) -> list[str]:
    """Name who takes part: those that are installed, and that a target is set against."""
    installed = {"mrjob": MRJOB.exists(), "hadoop": (HADOOP / "bin/hadoop").exists()}
    return ["ours", *(name for name in case.targets if installed.get(name, True))]


def measure(name: str, case: Case, source: Path) -> Cost:
    """Run a contender once."""
    sampler = Sampler()
    sampler.start()
    start = time.perf_counter()
    CONTENDERS[name](case, source, FOLDER / f"{name}.result")
    wall = time.perf_counter() - start
    return Cost(wall, *sampler.stop())


def is_equal(name: str) -> bool:
    """Tell whether a contender's result has the same lines as ours."""
    lines = [sorted((FOLDER / f"{who}.result").read_bytes().split(b"\n")) for who in ("ours", name)]
    return lines[0] == lines[1]


def compare(case: Case, source: Path, runs: int) -> bool:
    """Let the contenders of a case take turns, print what they took, and tell whether all targets are met."""
    names = contenders_for(case)
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            costs[name].append(measure(name, case, source))
    median = {name: statistics.median(cost.wall for cost in costs[name]) for name in names}
    all_met = True
    for name in names:
        cpu, memory = (statistics.median(getattr(cost, field) for cost in costs[name]) for field in ("cpu", "memory"))
        verdict = ""
        if name != "ours":
            ratio, limit = median["ours"] / median[name], case.targets[name]
            is_met = ratio <= limit and is_equal(name)
            all_met &= is_met
            words = "" if is_equal(name) else ", but the outputs differ"
            verdict = f"{'met' if is_met else 'MISSED'}: ours takes {ratio:.2f} of it, target {limit}{words}"
        print(f"{case.name:<22} {name:<9} {median[name]:8.2f} {cpu:8.1f} {memory:8.0f}   {verdict}", flush=True)
    return all_met


def main() -> None:
    """Print the table; exit with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="200M", help="of the text, in megabytes")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="only these cases")
    options = parser.parse_args()
    if missing := sandbox_missing():
        sys.exit(missing)
    source = make_text(int(options.size.removesuffix("M")))
    print(f"{'case':<22} {'contender':<9} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}   target")
    met = [compare(case, source, options.runs) for case in CASES if not options.only or case.name in options.only]
    print("All targets are met." if all(met) else "Some targets are missed.")
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
