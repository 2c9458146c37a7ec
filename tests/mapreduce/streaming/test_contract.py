"""What Hadoop Streaming promises to programs, end to end; the programs are trusted, so this runs anywhere."""

import bz2
import gzip

import pytest

from mapreduce.core.job import Stage, StreamingJob, TaskState
from tests.mapreduce.streaming.conftest import ADD_UP, COUNT_WORDS, Bench

WORD_COUNT = {"mapper.py": COUNT_WORDS, "reducer.py": ADD_UP}


def counting(**changes: object) -> StreamingJob:
    return StreamingJob("python3 mapper.py", "python3 reducer.py", **changes)  # type: ignore[arg-type]


class TestWordCount:
    def test_counts_words(self, bench: Bench) -> None:
        result = bench.run(counting(), b"b a b\nc", WORD_COUNT)

        assert result.parts == {"part-00000": b"a\t1\nb\t2\nc\t1\n"}

    def test_gives_each_reducer_the_keys_that_hadoop_gives_it(self, bench: Bench) -> None:
        result = bench.run(counting(reduce_tasks=3), b"a b c d", WORD_COUNT)

        assert [result.parts[f"part-0000{n}"] for n in range(3)] == [b"b\t1\n", b"c\t1\n", b"a\t1\nd\t1\n"]

    def test_comes_out_the_same_with_a_combiner(self, bench: Bench) -> None:
        text = b"the quick brown fox jumps over the lazy dog the end\n" * 500
        plain = bench.run(counting(reduce_tasks=2), text, WORD_COUNT, split_bytes=4096)
        combined = bench.run(
            counting(combiner="python3 reducer.py", reduce_tasks=2), text, WORD_COUNT, split_bytes=4096
        )

        assert combined.parts == plain.parts
        assert combined.progress.counters["Map-Reduce Framework"]["Reduce input records"] < 100

    def test_marks_success_and_tells_how_it_went(self, bench: Bench) -> None:
        result = bench.run(counting(), b"a b\n", WORD_COUNT)

        assert (bench.folder / "job-1/out/_SUCCESS").exists()
        assert (result.progress.stage, result.progress.map, result.progress.sort) == (Stage.REDUCE, 1, 1)
        assert result.progress.reduce == 1
        assert [(report.kind, report.state) for report in result.reports] == [
            ("map", TaskState.SUCCEEDED),
            ("reduce", TaskState.SUCCEEDED),
        ]

    def test_compresses_always_in_the_same_way(self, bench: Bench) -> None:
        first = bench.run(counting(compress=True), b"a b\n", WORD_COUNT)
        bench.run(counting(compress=True), b"a b\n", WORD_COUNT)
        files = [bench.folder / f"job-{n}/out/part-00000.gz" for n in (1, 2)]

        assert first.parts == {"part-00000.gz": b"a\t1\nb\t1\n"}
        assert files[0].read_bytes() == files[1].read_bytes()


class TestInputs:
    @pytest.mark.parametrize(
        ("body", "lines"),
        [
            (b"a\nb\n", b"a\t\nb\t\n"),
            (b"a\r\nb\rc", b"a\t\nb\t\nc\t\n"),
            (b"\xef\xbb\xbfa\n", b"a\t\n"),
            (b"", b""),
            (b"\n\n", b"\t\n\t\n"),
            (b"a\r", b"a\t\n"),
        ],
    )
    def test_reads_lines_as_hadoop_does(self, bench: Bench, body: bytes, lines: bytes) -> None:
        assert bench.run(StreamingJob("cat", reduce_tasks=0), body).output == lines

    def test_unpacks_gzip_and_bzip2(self, bench: Bench) -> None:
        inputs = {"a.gz": gzip.compress(b"a\n") + gzip.compress(b"b"), "b.bz2": bz2.compress(b"c\n"), "c": b"d"}

        assert bench.run(StreamingJob("cat"), inputs).output == b"a\t\nb\t\nc\t\nd\t\n"

    def test_says_which_file_is_damaged(self, bench: Bench) -> None:
        result = bench.run(StreamingJob("cat"), {"bad.gz": gzip.compress(b"abc" * 1000)[:-9]})

        assert result.failure.startswith("The input bad.gz is damaged")

    def test_leaves_out_hidden_names(self, bench: Bench) -> None:
        assert bench.run(StreamingJob("cat"), {"_logs": b"x\n", ".y": b"y\n", "z": b"z\n"}).output == b"z\t\n"

    def test_refuses_to_run_on_nothing(self, bench: Bench) -> None:
        assert "no input" in bench.run(StreamingJob("cat"), {"_logs": b"x\n"}).failure

    def test_refuses_a_result_that_is_there_already(self, bench: Bench) -> None:
        run = bench.prepare(StreamingJob("cat"))
        (bench.folder / "job-1/out").mkdir()

        with run, pytest.raises(Exception, match="exists already"):
            list(run.events())

    def test_reads_each_record_of_a_split_file_once(self, bench: Bench) -> None:
        body = b"".join(b"%d\r\n" % n for n in range(5000))
        result = bench.run(StreamingJob("cat", reduce_tasks=0), body, split_bytes=1000)

        assert result.output == body.replace(b"\r\n", b"\t\n")
        assert len(result.parts) > 10


class TestRecords:
    def test_gives_a_line_without_a_key_an_empty_value(self, bench: Bench) -> None:
        assert bench.run(StreamingJob("cat", "cat"), b"b\na\tx\n").output == b"a\tx\nb\t\n"

    def test_takes_another_separator_and_more_key_fields(self, bench: Bench) -> None:
        job = StreamingJob("cat", separator=".", key_fields=2)

        assert bench.run(job, b"11.12.1.2\n11.14\n11.11.4\n").output == b"11.11\t4\n11.12\t1.2\n11.14\t\n"

    def test_partitions_by_some_of_the_keys_fields(self, bench: Bench) -> None:
        job = StreamingJob("cat", key_fields=2, partition_fields=(1, 1), reduce_tasks=2)
        result = bench.run(job, b"a\t1\tx\nb\t1\tx\na\t2\ty\n")

        assert result.parts == {"part-00000": b"b\t1\tx\n", "part-00001": b"a\t1\tx\na\t2\ty\n"}

    def test_sorts_keys_that_hold_bytes_below_tab(self, bench: Bench) -> None:
        assert bench.run(StreamingJob("cat"), b"a\x01\t1\na\t2\n\x00\t3\n").output == b"\x00\t3\na\t2\na\x01\t1\n"

    def test_drops_what_a_reducer_writes_that_has_no_input(self, bench: Bench) -> None:
        programs = {"end.py": "import sys; sys.stdin.read(); print('end')"}
        result = bench.run(StreamingJob("cat", "python3 end.py", reduce_tasks=2), b"b\n", programs)

        assert result.parts == {"part-00000": b"", "part-00001": b"end\t\n"}


class TestPrograms:
    def test_see_what_hadoop_puts_into_the_environment(self, bench: Bench) -> None:
        program = "import os, sys; sys.stdin.read(); print(*(f'{k}={v}' for k, v in os.environ.items()), sep='\\n')"
        job = StreamingJob("python3 env.py", reduce_tasks=0, environment={"COLOUR": "blue"})
        lines = (
            bench.run(job, {"logs.txt": b"x\n"}, {"env.py": program}).output.replace(b"\t", b"").decode().split("\n")
        )
        seen = dict(line.split("=", 1) for line in lines if line)

        assert seen["mapreduce_map_input_file"] == seen["map_input_file"] == "logs.txt"
        assert seen["mapreduce_task_partition"] == "0"
        assert seen["mapreduce_task_ismap"] == "true"
        assert seen["mapreduce_task_attempt_id"] == "attempt_local_0001_m_000000_0"
        assert seen["COLOUR"] == "blue"
        assert seen["LANG"] == "C.UTF-8"
        assert not {"SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "PYTHONUNBUFFERED"} & seen.keys()

    def test_can_be_named_as_files_of_the_job(self, bench: Bench) -> None:
        programs = {"map": "#!/bin/sh\nexec tr a-z A-Z\n"}

        assert bench.run(StreamingJob("map"), b"x\n", programs).output == b"X\t\n"
        assert bench.run(StreamingJob("./map"), b"x\n", programs).output == b"X\t\n"

    def test_find_the_files_beside_them(self, bench: Bench) -> None:
        programs = {"map.py": "import words, sys\nfor l in sys.stdin: print(words.SAY)", "words.py": "SAY = 'hello'"}

        assert bench.run(StreamingJob("python3 map.py"), b"x\n", programs).output == b"hello\t\n"

    def test_that_are_not_there_are_named(self, bench: Bench) -> None:
        assert "no program “pyton3”" in bench.run(StreamingJob("pyton3 map.py"), b"x\n").failure

    @pytest.mark.parametrize("environment", [{"A=B": "1"}, {"": "1"}, {"-u": "1"}, {"A": "x\0y"}])
    def test_cannot_be_given_variables_that_are_none(self, bench: Bench, environment: dict[str, str]) -> None:
        assert "cannot be set" in bench.run(StreamingJob("cat", environment=environment), b"x\n").failure

    @pytest.mark.parametrize("command", ["", " ", "cat 'x", "cat \0"])
    def test_cannot_be_started_by_what_is_no_command(self, bench: Bench, command: str) -> None:
        assert "command" in bench.run(StreamingJob(command), b"x\n").failure

    def test_leave_nothing_in_scratch(self, bench: Bench) -> None:
        bench.run(counting(), b"a b\n", WORD_COUNT)

        assert list((bench.folder / "job-1/scratch").iterdir()) == []

    def test_report_counters_and_a_status(self, bench: Bench) -> None:
        program = (
            "import sys\nfor line in sys.stdin:\n"
            "    sys.stderr.write('reporter:counter:Words,Long,2\\nreporter:status:half way\\nhello\\n')\n"
        )
        result = bench.run(StreamingJob("python3 map.py"), b"x\ny\n", {"map.py": program})

        assert result.progress.counters["Words"] == {"Long": 4}
        assert result.progress.counters["Map-Reduce Framework"]["Map input records"] == 2
        assert result.progress.counters["Job Counters"] == {"Launched map tasks": 1, "Launched reduce tasks": 1}
        assert result.reports[0].stderr == "hello\nhello\n"


class TestFailures:
    def test_are_tried_again(self, bench: Bench) -> None:
        program = (
            "import os, sys\n"
            "sys.stderr.write('reporter:counter:Tries,Of a map,1\\n')\n"
            "assert not os.environ['mapreduce_task_attempt_id'].endswith('_0'), 'not at first'\n"
            "for line in sys.stdin: print(line, end='')\n"
        )
        result = bench.run(StreamingJob("python3 map.py"), b"x\n", {"map.py": program}, max_attempts=2)

        assert result.output == b"x\t\n"
        assert [report.state for report in result.reports[:2]] == [TaskState.FAILED, TaskState.SUCCEEDED]
        assert result.progress.counters["Tries"] == {"Of a map": 1}
        assert result.progress.counters["Job Counters"]["Failed map tasks"] == 1

    def test_end_with_the_programs_last_words_and_the_record(self, bench: Bench) -> None:
        program = "import sys\nfor line in sys.stdin:\n    print(1 / int(line))\n"
        body = b"".join(b"%d\n" % n for n in range(50_000, -1, -1)) + b"1\n" * 50_000
        result = bench.run(
            StreamingJob("python3 map.py"), body, {"map.py": program}, max_attempts=3, split_bytes=1 << 30
        )

        assert result.failure == "The mapper failed 3 times. Its last words: ZeroDivisionError: division by zero"
        assert result.reports[-1].last_line == "0"
        assert "Traceback" in result.reports[-1].stderr

    def test_of_reducers_name_their_record_too(self, bench: Bench) -> None:
        program = "import sys\nfor line in sys.stdin:\n    assert line != '7\\t\\n'\n"
        body = b"".join(b"%d\n" % n for n in range(10))
        result = bench.run(StreamingJob("cat", "python3 red.py"), body, {"red.py": program}, max_attempts=2)

        assert result.failure == "The reducer failed 2 times. Its last words: AssertionError"
        assert result.reports[-1].last_line == "7\t"

    @pytest.mark.parametrize(
        ("program", "words"),
        [
            ("import sys; sys.exit(3)", "exit status 3"),
            ("import os; os.kill(os.getpid(), 9)", "signal 9 (SIGKILL)"),
            ("print('done')", "before it had read all its input (Broken pipe)"),
            ("import sys; sys.stdin.close(); print('x')", "before it had read all its input"),
        ],
    )
    def test_are_told_in_words(self, bench: Bench, program: str, words: str) -> None:
        assert words in bench.run(StreamingJob("python3 map.py"), b"x\n" * 9, {"map.py": program}).failure

    def test_of_a_combiner_are_its_own(self, bench: Bench) -> None:
        result = bench.run(StreamingJob("cat", "cat", "python3 c.py"), b"x\n", {"c.py": "raise SystemExit('bad sum')"})

        assert result.failure == "The combiner failed once. Its last words: bad sum"
