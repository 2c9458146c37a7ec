"""Order, partition and line ends, beside models so plain that they cannot be wrong."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapreduce.core.job import StreamingJob
from mapreduce.core.streaming.collector import Collector
from mapreduce.core.streaming.errors import Hopeless
from mapreduce.core.streaming.inputs import InputFile, SplitReader, splits_of
from mapreduce.core.streaming.lines import LineEnds, WholeLines
from mapreduce.core.streaming.partitioner import FEW_BYTES, Partitioner, key_hash, partition_of
from mapreduce.core.streaming.records import RecordFormat, decode
from mapreduce.core.streaming.runs import records
from mapreduce.core.streaming.spec import Limits

# All that is delicate: NUL, what lies below TAB, the bytes of escapes, line ends' neighbours, the sign bit.
LINE = st.lists(
    st.sampled_from([bytes([byte]) for byte in b"\x00\x01\x02\x08\t\t\x0b\x0c\x10\x19\x1bab.\x7f\x80\xff"]), max_size=6
)
LINES = st.lists(LINE.map(b"".join), min_size=1, max_size=30)
SHAPE = st.sampled_from([("\t", 1), ("\t", 2), (".", 1), (".", 2)])
NewFolder = Callable[[], Path]


@pytest.fixture(scope="session")
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> NewFolder:
    """Give a function that makes an empty folder."""
    return lambda: tmp_path_factory.mktemp("collector")


def split_as_hadoop(line: bytes, separator: str, key_fields: int) -> tuple[bytes, bytes]:
    """Cut a line at its n-th separator; without one it is all key."""
    fields = line.split(separator.encode())
    sep = separator.encode()
    return (line, b"") if len(fields) <= key_fields else (sep.join(fields[:key_fields]), sep.join(fields[key_fields:]))


def java_hash(key: bytes) -> int:
    """Compute as Java does, from 1, with signed bytes in 32 bits."""
    hashed = 1
    for byte in key:
        hashed = (31 * hashed + (byte - 256 if byte > 127 else byte)) % 2**32
    return hashed & 0x7FFFFFFF


def collected(job: StreamingJob, blocks: list[bytes], folder: Path) -> dict[int, bytes]:
    """Let a collector take blocks, and give what each reducer would read."""
    collector = Collector(job, folder)
    for block in blocks:
        collector.take(block)
    runs = collector.finish()
    return {
        reducer: b"".join(records([run for run in runs if run.reducer == reducer], folder))
        for reducer in range(job.reduce_tasks)
    }


def modelled(job: StreamingJob, lines: list[bytes]) -> dict[int, bytes]:
    """Do the same with a sorted list."""
    pairs = sorted(split_as_hadoop(line, job.separator, job.key_fields) for line in lines)
    return {
        reducer: b"".join(
            b"%s\t%s\n" % (key, value) for key, value in pairs if java_hash(key) % job.reduce_tasks == reducer
        )
        for reducer in range(job.reduce_tasks)
    }


class TestCollector:
    @given(lines=LINES, shape=SHAPE, reducers=st.integers(1, 3), repeat=st.sampled_from([1, 3]))
    def test_sorts_and_partitions_whatever_bytes_there_are(
        self, new_folder: NewFolder, lines: list[bytes], shape: tuple[str, int], reducers: int, repeat: int
    ) -> None:
        job = StreamingJob("cat", reduce_tasks=reducers, separator=shape[0], key_fields=shape[1])
        blocks = [b"".join(line + b"\n" for line in lines)] * repeat

        assert collected(job, blocks, new_folder()) == modelled(job, lines * repeat)

    @pytest.mark.parametrize("distinct", [20, 10**9])
    def test_does_so_with_many_lines_too(self, tmp_path: Path, distinct: int) -> None:
        chance = random.Random(distinct)
        lines = [b"%d\tv%d" % (chance.randrange(distinct) % 999, chance.randrange(distinct)) for _ in range(150_000)]
        blocks = [b"\n".join(lines[start : start + 40_000]) + b"\n" for start in range(0, len(lines), 40_000)]
        job = StreamingJob("cat", reduce_tasks=3)

        assert collected(job, blocks, tmp_path) == modelled(job, lines)

    def test_keeps_together_runs_with_and_without_rare_bytes(self, tmp_path: Path) -> None:
        plain = [b"%d\t%d" % (n % 7, n) for n in range(60_000)]
        rare = [b"3\x00\t%d" % n for n in range(60_000)]
        job = StreamingJob("cat", reduce_tasks=2)
        blocks = [b"\n".join(lines) + b"\n" for lines in (plain, plain, rare)]

        assert collected(job, blocks, tmp_path) == modelled(job, plain + plain + rare)

    def test_gives_lines_without_a_tab_one_among_many(self, tmp_path: Path) -> None:
        lines = [b"%d\tx\ty" % n if n % 1000 else b"%d" % n for n in range(60_000)]
        job = StreamingJob("cat", reduce_tasks=2)

        assert collected(job, [b"\n".join(lines) + b"\n"], tmp_path) == modelled(job, lines)

    def test_takes_a_record_of_many_megabytes(self, tmp_path: Path) -> None:
        lines = [b"k\t" + b"x" * 20_000_000, b"a\t1", b"y" * 3_000_000]

        assert collected(StreamingJob("cat", reduce_tasks=2), [b"\n".join(lines) + b"\n"], tmp_path) == modelled(
            StreamingJob("cat", reduce_tasks=2), lines
        )


class TestPartitioner:
    @given(st.binary(max_size=20))
    def test_hashes_as_java_does(self, key: bytes) -> None:
        assert key_hash(key) & 0x7FFFFFFF == java_hash(key)

    @given(LINES)
    def test_hashes_a_whole_block_alike(self, lines: list[bytes]) -> None:
        block, escaped = RecordFormat().encode(b"".join(line + b"\n" for line in lines if b"\n" not in line))
        many = block * (FEW_BYTES // len(block) + 1)
        expected = [java_hash(split_as_hadoop(line, "\t", 1)[0]) % 7 for line in lines]

        assert Partitioner(7).reducers_of(many, escaped) == expected * (FEW_BYTES // len(block) + 1)

    @pytest.mark.parametrize(
        ("key", "fields", "hashed"),
        [
            (b"a\tb\tc", (1, 1), b"a"),
            (b"a\tb\tc", (1, 2), b"a\tb"),
            (b"a\tb\tc", (2, 3), b"b\tc"),
            (b"a\tb", (1, 3), b"a\tb"),
            (b"a\t\tb", (2, 2), b""),
            (b"a", (2, 2), b""),
            (b"", (1, 1), b""),
        ],
    )
    def test_hashes_the_fields_that_hadoop_does(self, key: bytes, fields: tuple[int, int], hashed: bytes) -> None:
        expected = 0
        for byte in hashed:
            expected = 31 * expected + byte

        assert partition_of(key, 1000, fields) == (expected & 0x7FFFFFFF) % 1000


class TestRecordFormat:
    @given(LINES, SHAPE)
    def test_gives_back_what_it_was_given(self, lines: list[bytes], shape: tuple[str, int]) -> None:
        block = b"".join(line + b"\n" for line in lines)
        encoded, escaped = RecordFormat(*shape).encode(block)
        expected = b"".join(b"%s\t%s\n" % split_as_hadoop(line, *shape) for line in lines)

        assert (decode(encoded) if escaped else encoded) == expected
        assert RecordFormat(*shape).with_tabs(block) == expected


class TestLines:
    @given(st.lists(st.sampled_from([b"\r", b"\n", b"a", b"bc", b"\r\n"]), max_size=12), st.integers(1, 5))
    def test_end_alike_however_they_are_cut_up(self, pieces: list[bytes], size: int) -> None:
        body = b"".join(pieces)
        ends, lines = LineEnds(), WholeLines()
        chunks = [body[start : start + size] for start in range(0, len(body), size)]
        expected = b"".join(line + b"\n" for line in body.splitlines())

        assert b"".join([*map(ends.feed, chunks), ends.finish()]) == expected
        assert b"".join([*map(lines.feed, chunks), lines.finish()]) == expected

    def test_are_refused_beyond_all_bounds(self) -> None:
        lines = WholeLines(max_line=1000)

        with pytest.raises(Hopeless, match="without a line end"):
            lines.feed(b"x" * 1001)


class TestSplits:
    @given(
        st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"long line"]), max_size=60).map(b"".join),
        st.integers(1, 4),
        st.integers(1, 30),
    )
    def test_give_each_line_once(self, new_folder: NewFolder, body: bytes, slots: int, size: int) -> None:
        path = new_folder() / "input"
        path.write_bytes(body)
        splits = splits_of([InputFile("input", path)], Limits(slots=slots, split_bytes=size))

        assert b"".join(block for split in splits for block in SplitReader(split).blocks()) == b"".join(
            line + b"\n" for line in body.splitlines()
        )
        assert sum(split.length for split in splits) == len(body)

    def test_are_even_and_keep_all_slots_busy(self, tmp_path: Path) -> None:
        path = tmp_path / "input"
        path.write_bytes(b"123456789\n" * 20_000)
        splits = splits_of([InputFile("input", path)], Limits(slots=2, split_bytes=64_000))

        assert [split.length for split in splits] == [50_000] * 4
