"""The cases of the engines' contract: small jobs, each with one thing that an engine could do wrong."""

import bz2
import gzip
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapreduce.core.job import StreamingJob
from tests.mapreduce import case_programs as programs


@dataclass(frozen=True)
class Case:
    """One job, and what is peculiar about it."""

    name: str
    job: StreamingJob
    inputs: tuple[tuple[str, bytes], ...]
    program: Mapping[str, bytes] = field(default_factory=dict)
    fails: str = ""  # what the words of the failure must match
    needs_retries: bool = False  # LocalJobRunner has none, so it was not recorded but computed: `parts` says it
    parts: Mapping[str, bytes] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


PROGRAMS = {
    "words.py": programs.WORDS,
    "count.py": programs.COUNT,
    "show.py": programs.SHOW,
    "collect.py": programs.COLLECT,
    "sizes.py": programs.SIZES,
    "literal.py": programs.LITERAL,
    "end.py": programs.END,
    "variables.py": programs.VARIABLES,
    "told.py": programs.TOLD,
    "stop.py": programs.STOP,
    "report.py": programs.REPORT,
    "fail.py": programs.FAIL,
    "third.py": programs.THIRD,
}
WORDS, COUNT, SHOW, COLLECT, SIZES, LITERAL, END = (f"python3 {name}" for name in [*PROGRAMS][:7])
OF_CASES = {"program", "fails", "needs_retries", "parts"}
POEM = b"""the sea and the sky and the sea
a ship a sail and the sky

the long sea
"""
MORE = b"and a ship\nand then the end\n"


def case(name: str, inputs: Mapping[str, bytes] | bytes, mapper: str = "cat", **given: Any) -> Case:
    """Make a case; what is not of a `Case` is of its job. The programs above are there if they are named."""
    of_case = {key: given.pop(key) for key in OF_CASES & given.keys()}
    files = {"input.txt": inputs} if isinstance(inputs, bytes) else inputs
    words = {
        word for command in (mapper, given.get("reducer"), given.get("combiner")) for word in (command or "").split()
    }
    program = {word: PROGRAMS[word] for word in sorted(words & PROGRAMS.keys())} | of_case.pop("program", {})
    return Case(name, StreamingJob(mapper, **given), tuple(files.items()), program, **of_case)


def told(*written: bytes) -> bytes:
    """Give an input for literal.py, which has it write these bytes."""
    return b"".join(repr(part).encode() + b"\n" for part in written)


def noise(lines: int, seed: int = 1) -> bytes:
    """Give lines of random words."""
    chance = random.Random(seed)
    words = [f"word{number}" for number in range(200)]
    return b"".join(" ".join(chance.choices(words, k=8)).encode() + b"\n" for _ in range(lines))


COUNTING = [
    case("word-count", {"poem.txt": POEM, "more.txt": MORE}, WORDS, reducer=COUNT),
    case("word-count-combined", {"poem.txt": POEM, "more.txt": MORE}, WORDS, reducer=COUNT, combiner=COUNT),
    case("three-reducers", noise(300), WORDS, reducer=COUNT, reduce_tasks=3),
    case("seven-reducers-combined", noise(300), WORDS, reducer=COUNT, combiner=COUNT, reduce_tasks=7),
    case("reducers-without-input", b"one\n", WORDS, reducer=END, reduce_tasks=3),
    case("identity-reducer", noise(20), WORDS, reduce_tasks=2),
    case("one-huge-key", b"k\t1\n" * 50_000 + b"l\t1\n", reducer=COUNT, reduce_tasks=2),
    case("many-small-files", {f"f{n:02}.txt": noise(3, n) for n in range(12)}, WORDS, reducer=COUNT, reduce_tasks=2),
    case("map-only", {"poem.txt": POEM, "more.txt": b"no tab\na\tb\tc\n"}, reduce_tasks=0),
    case("map-only-with-reducer", POEM, WORDS, reducer=COUNT, combiner=COUNT, reduce_tasks=0),
    case("compressed", noise(50), WORDS, reducer=COUNT, reduce_tasks=2, compress=True),
    case("compressed-map-only", noise(50), WORDS, reduce_tasks=0, compress=True),
]

EVERY_BYTE = b"".join(b"%c\t%d\n" % (n, n) for n in range(256) if n not in (9, 10, 13))
KEYS = b"a|a\x00|a\x01|a\x01b|a\x08|a\x0b|a\x0b\x10|a b|a!|ab||\x00|\x7f|\xff".split(b"|")
ODD_TEXT = ["é", "e\u0301", "日本語", "\u0085next line", "\u2028line", "😀", "\x0bvertical", "\x0cform", "\x1cfile"]
INVALID = [b"\xff\xfe", b"\xe9t\xe9", b"\xe2\x82", b"\xc0\x80", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"ok\xc3"]

KEYS_AND_BYTES = [
    case("every-byte", EVERY_BYTE, reducer=SHOW, reduce_tasks=3),
    case("low-bytes-in-keys", b"".join(key + b"\t1\n" for key in KEYS), reducer=SHOW, reduce_tasks=3),
    case("low-bytes-in-values", b"".join(b"k%d\t%s\t\n" % item for item in enumerate(KEYS)), reducer=SHOW),
    case("odd-text", "".join(f"{text}\t{text}\n" for text in ODD_TEXT).encode(), reducer=SHOW, reduce_tasks=3),
    case("invalid-utf-8", b"".join(key + b"\t" + key + b"\n" for key in INVALID), reducer=SHOW, reduce_tasks=3),
    case("long-line", b"x" * 300_000 + b"\t1\ny\t" + b"z" * 300_000 + b"\n", reducer=SIZES),
    case("lines-without-tab", b"b\na\n\nb c\n", reducer=SHOW, reduce_tasks=2),
    case("empty-keys", b"\tv\n\t\n\n", reducer=COLLECT),
    case(
        "keys-with-tabs", b"b\t1\tx\ty\na\t2\tz\na\t1\t\nshort\n\t\t\tv\n", reducer=SHOW, key_fields=2, reduce_tasks=2
    ),
    case("separator", b"a\tb;1;2\nc;\n;v\nd\n", reducer=SHOW, separator=";", reduce_tasks=2),
    case("separator-and-fields", b"a;b;c;d\na;b\na\n;;x\n", reducer=SHOW, separator=";", key_fields=2),
    case("separator-map-only", b"a\tb;1;2\nd\n", separator=";", reduce_tasks=0),
    case("separator-no-reducer", b"a\tb;1;2\nd\n", separator=" "),
]

PAIRS = b"".join(
    b"%s\t%s\tv\n" % (a, b) for a in (b"x", b"y", b"zz", b"", b"\xff", "é".encode()) for b in (b"2", b"10", b"", b"b")
)
PARTITIONS = [
    case("secondary-sort", PAIRS + b"short\n", reducer=SHOW, key_fields=2, partition_fields=(1, 1), reduce_tasks=3),
    case("second-field", PAIRS + b"short\n", reducer=SHOW, key_fields=2, partition_fields=(2, 2), reduce_tasks=3),
    case("fields-two-and-three", b"a\tb\tc\td\n" + PAIRS, key_fields=3, partition_fields=(2, 3), reduce_tasks=4),
    case(
        "secondary-sort-separator",
        PAIRS.replace(b"\t", b";") + b"t\tt;1;v\nt\tu;2;v\n",
        reducer=SHOW,
        separator=";",
        key_fields=2,
        partition_fields=(1, 1),
        reduce_tasks=3,
    ),
]

BOM = b"\xef\xbb\xbf"
INPUTS = [
    case("empty-file", b"", WORDS, reducer=COUNT, reduce_tasks=2),
    case("empty-file-heard", b"", END, reducer=SHOW),
    case("empty-file-among-others", {"a": b"", "b": POEM, "c": b""}, WORDS, reducer=COUNT),
    case("no-last-newline", b"one\ntwo", SHOW, reduce_tasks=0),
    case("crlf", b"one\r\ntwo\r\n\r\nthree\r\n", SHOW, reduce_tasks=0),
    case("lone-cr", b"one\rtwo\r\rthree\n\rfour\r", SHOW, reduce_tasks=0),
    case("bom", {"a": BOM + b"one\ntwo\n", "b": BOM, "c": b"x\n" + BOM + b"y\n", "d": BOM + BOM}, SHOW, reduce_tasks=0),
    case("gzip", {"a.gz": gzip.compress(POEM, mtime=0), "b.txt": MORE}, WORDS, reducer=COUNT),
    case("gzip-of-two", {"a.gz": gzip.compress(POEM, mtime=0) + gzip.compress(MORE, mtime=0)}, WORDS, reducer=COUNT),
    case("gzip-with-bom", {"a.gz": gzip.compress(BOM + b"one\r\ntwo", mtime=0)}, SHOW, reduce_tasks=0),
    case("gzip-capitals", {"a.GZ": gzip.compress(POEM, mtime=0)}, WORDS, reducer=COUNT),
    case(
        "gzip-cut-off", {"a.gz": gzip.compress(noise(5_000), mtime=0)[:30_000]}, WORDS, reducer=COUNT, fails="damaged"
    ),
    case("bzip2", {"a.bz2": bz2.compress(POEM), "b.bz2": bz2.compress(b"")}, WORDS, reducer=COUNT),
    case("hidden-names", {"_logs": POEM, ".part": POEM, "a_b.c": MORE}, WORDS, reducer=COUNT),
    case("only-hidden-names", {"_logs": POEM}, WORDS, reducer=COUNT, fails="begin with _"),
]

ODD_VALUES = {
    "SPACES": " a  b ",
    "QUOTES": "it's",
    "DOUBLE": 'say "x"',
    "REFERENCE": "${user.name} $HOME",
    "COMMAS": "a,b,c=d",
    "EMPTY": "",
    "TEXT": "é日本",
    "LINES": "a\nb\tc\x01",
    "DASH": "-D x=y",
}
PROGRAMS_AND_WORLD = [
    case("environment", b"x\n", f"python3 variables.py {' '.join(ODD_VALUES)}", environment=ODD_VALUES, reduce_tasks=0),
    case(
        "environment-of-reducer", b"x\n", reducer=f"python3 variables.py {' '.join(ODD_VALUES)}", environment=ODD_VALUES
    ),
    case(
        "told-to-mapper",
        {"in put.txt": b"x\n"},
        "python3 told.py mapreduce_map_input_file mapreduce_task_ismap mapreduce_job_reduces mapreduce_task_partition",
        reduce_tasks=0,
    ),
    case(
        "told-to-reducer",
        b"a\nb\nc\nd\n",
        reducer="python3 told.py mapreduce_task_ismap mapreduce_task_partition mapreduce_job_reduces",
        reduce_tasks=3,
    ),
    case("extra-file", POEM, "python3 stop.py", program={"stop.txt": b"the\nand\n"}),
    case("reports", b"one\ntwo\n", "python3 report.py", reducer="python3 report.py"),
    case("quoted-command", b"a b c\n", """sed -e 's/a b/"it is"/' -e "s/c/d/" """, reduce_tasks=0),
    case("script-of-its-own", b"x\n", "run.sh 1", program={"run.sh": b"#!/bin/sh\necho $1\ncat\n"}, reduce_tasks=0),
    case("output-with-cr", told(b"a\rb\t1\r\nc\t2\r", b"\r\n", b"d"), LITERAL, reducer=SHOW),
    case("output-without-newline", told(b"a\t1"), LITERAL, reducer=SHOW),
    case("reducer-lines", told(b"no tab\n\n\t\na\tb\tc\nx\ry\r\nlast"), "cat", reducer="python3 literal.py"),
]

FAILURES = [
    case("failing-mapper", POEM, "python3 fail.py", reducer=COUNT, fails="mapper failed"),
    case("failing-combiner", POEM, WORDS, reducer=COUNT, combiner="python3 fail.py", fails="combiner failed"),
    case("failing-reducer", POEM, WORDS, reducer="python3 fail.py", fails="reducer failed"),
    case("mapper-that-stops", noise(20_000), "head -n 1", reducer=SHOW, fails="before it had read"),
    case("mapper-that-stops-late", b"one\ntwo\n", "head -n 1", reducer=SHOW),
    case("no-such-program", POEM, "no-such-program", fails="program “no-such-program”"),
    case(
        "third-attempt",
        b"a\nb\n",
        "python3 third.py",
        reducer="python3 third.py",
        needs_retries=True,
        parts={"part-00000": b"a\t\nb\t\n"},
    ),
]

CASES = [*COUNTING, *KEYS_AND_BYTES, *PARTITIONS, *INPUTS, *PROGRAMS_AND_WORLD, *FAILURES]
