"""Each program of the library over its sample, by the real engine."""

from pathlib import Path

import pytest

from mapreduce.core.programs import LibraryProgram, library
from mapreduce.core.streaming import InputFile, LocalRun, sandbox_missing


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return folder


@pytest.mark.parametrize("program", library(), ids=lambda program: program.slug)
class TestEveryProgram:
    def run(self, program: LibraryProgram, folder: Path, reduce_tasks: int) -> list[bytes]:
        sample = write(folder / "sample", dict(program.sample))
        run = LocalRun(
            program.job(reduce_tasks=reduce_tasks),
            inputs=[InputFile(name, sample / name) for name in program.sample],
            program=write(folder / "program", dict(program.files)),
            output=folder / "output",
            scratch=folder / "scratch",
            sandboxed=not sandbox_missing(),
        )
        with run:
            list(run.events())
            return [part.path.read_bytes() for part in run.parts()]

    def test_gives_what_it_must(self, program: LibraryProgram, tmp_path: Path) -> None:
        assert self.run(program, tmp_path, program.reduce_tasks) == list(program.expected.values())

    def test_gives_the_same_lines_whatever_number_of_reducers_there_is(
        self, program: LibraryProgram, tmp_path: Path
    ) -> None:
        made = b"".join(self.run(program, tmp_path, 3))
        expected = b"".join(program.expected.values())

        assert sorted(made.splitlines()) == sorted(expected.splitlines())
