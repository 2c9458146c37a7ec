"""The program library: what each program gives over its sample and over made-up data, however the data is cut."""

import ast
import math
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mapreduce.core import programs
from mapreduce.core.programs import FOLDER, ProgramNotFound, SettingInvalid, library, program
from tests.mapreduce.naive import Naive, ProgramFailed, start_inside, start_process

SLUGS = [found.slug for found in library()]
SCRIPTS = sorted(FOLDER.glob("*/*.py"))
quickly = settings(max_examples=40, deadline=None)

# Bytes with a meaning for sorting, splitting or escaping, and few enough to give equal keys.
odd_bytes = st.lists(st.sampled_from([b"a", b"b", b"0", b" ", b"\x00", b"\x01", b"\x02", b"\xff", b"\xc3\xa9"])).map(
    b"".join
)
odd_keys = odd_bytes.filter(bool)
odd_lines = st.lists(odd_bytes, min_size=1, max_size=3).map(b"\t".join)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)
shapes = st.tuples(st.integers(1, 4), st.integers(1, 3), st.randoms(use_true_random=False), st.booleans())
Shape = tuple[int, int, random.Random, bool]
ONE: Shape = (1, 1, random.Random(0), False)


def result_of(slug: str, inputs: Mapping[str, bytes], shape: Shape = ONE, **environment: str) -> list[bytes]:
    """Run a program in a shape (splits, reduce tasks, order of values, combiner), and give all lines it wrote."""
    splits, reduce_tasks, order, combines = shape
    job = program(slug).job(environment=environment, reduce_tasks=reduce_tasks, use_combiner=combines)
    parts = Naive(job, FOLDER / slug, splits=splits, order=order).run(inputs)
    return [line for part in parts.values() for line in part.splitlines(keepends=True)]


def result(slug: str, body: bytes, shape: Shape = ONE, **environment: str) -> list[bytes]:
    return result_of(slug, {"data.txt": body}, shape, **environment)


def lines(records: list[bytes]) -> bytes:
    return b"".join(record + b"\n" for record in records)


class TestLibrary:
    def test_begins_with_the_simplest(self) -> None:
        assert SLUGS[:2] == ["word-count", "inverted-index"]
        assert len(SLUGS) == len({found.title for found in library()}) == len(list(FOLDER.iterdir()))

    def test_names_what_there_is_when_asked_for_what_there_is_not(self) -> None:
        with pytest.raises(ProgramNotFound, match=r"no program 'wordcount'\. It has word-count, "):
            program("wordcount")

    @pytest.mark.parametrize("slug", SLUGS)
    def test_tells_all_about_a_program(self, slug: str) -> None:
        found = program(slug)

        assert "\n" not in found.summary
        assert found.summary.endswith(".")
        assert "```" in found.description
        assert found.result in {"table", "bar", "histogram"}
        assert sum(map(len, found.sample.values())) <= 4096
        for command in filter(None, (found.mapper_command, found.reducer_command, found.combiner_command)):
            assert command.removeprefix("python3 ") in found.files
        for setting in found.settings:
            assert setting.name.replace("_", "").isupper()
            assert setting.value(None) == setting.default

    @pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
    def test_has_programs_that_run_on_the_python_of_a_cluster_by_themselves(self, path: Path) -> None:
        tree = ast.parse(path.read_bytes(), feature_version=(3, 9))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}

        assert {str(name).partition(".")[0] for name in imported} <= sys.stdlib_module_names
        assert ast.get_docstring(tree)


class TestJob:
    def test_has_the_defaults_of_the_settings(self) -> None:
        job = program("sessions").job()

        assert job.environment == {"GAP_MINUTES": "30"}
        assert (job.key_fields, job.partition_fields, job.reduce_tasks) == (2, (1, 1), 1)

    def test_has_what_was_set(self) -> None:
        job = program("word-count").job(environment={"MIN_LENGTH": "3"}, reduce_tasks=4, use_combiner=False)

        assert job.environment == {"MIN_LENGTH": "3", "FOLD_CASE": "yes"}
        assert (job.reduce_tasks, job.combiner) == (4, None)

    def test_is_refused_with_a_choice_that_there_is_not(self) -> None:
        with pytest.raises(SettingInvalid, match="Kind of join is one of inner, left") as caught:
            program("join").job(environment={"KIND": "outer"})
        assert caught.value.name == "KIND"

    def test_is_refused_with_a_setting_that_there_is_not(self) -> None:
        with pytest.raises(SettingInvalid, match="Find lines has no setting PATERN, only PATTERN, "):
            program("grep").job(environment={"PATERN": "x"})

    def test_needs_what_is_required(self) -> None:
        with pytest.raises(SettingInvalid, match="Pattern is missing"):
            programs.Setting("PATTERN", "Pattern", required=True).value("")


class TestEveryProgram:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_gives_what_is_expected_as_processes(self, slug: str) -> None:
        found = program(slug)

        assert Naive(found.job(), FOLDER / slug, in_process=False).run(found.sample) == found.expected

    @pytest.mark.parametrize("combines", [True, False], ids=["combined", "plain"])
    @pytest.mark.parametrize(("splits", "reduce_tasks"), [(1, 1), (2, 3), (5, 2), (9, 1)])
    @pytest.mark.parametrize("slug", SLUGS)
    def test_gives_it_however_the_data_is_cut(self, slug: str, splits: int, reduce_tasks: int, combines: bool) -> None:
        found = program(slug)
        expected = found.expected["part-00000"].splitlines(keepends=True)
        job = found.job(reduce_tasks=reduce_tasks, use_combiner=combines)
        for order in (None, random.Random(1), random.Random(2)):
            parts = Naive(job, FOLDER / slug, splits=splits, order=order).run(found.sample)
            written = [part.splitlines(keepends=True) for part in parts.values()]

            assert sorted(line for part in written for line in part) == sorted(expected)
            for part in written:
                assert part == sorted(part, key=expected.index), "each part is in the order of the whole"

    @pytest.mark.parametrize("slug", SLUGS)
    def test_gives_nothing_for_nothing(self, slug: str) -> None:
        found = program(slug)
        for name in found.files:
            stdout, _ = start_inside(
                FOLDER / slug, f"python3 {name}", b"", {"mapreduce_map_input_file": "x", **found.job().environment}
            )
            assert stdout == b""

    @pytest.mark.parametrize("slug", SLUGS)
    def test_has_no_more_fields_than_columns(self, slug: str) -> None:
        found = program(slug)
        if slug not in {"sort", "grep", "join"}:  # what lines bring with them has fields of its own
            for line in found.expected["part-00000"].splitlines():
                assert line.count(b"\t") + 1 == len(found.columns)

    @pytest.mark.parametrize(
        ("slug", "malformed"),
        [
            ("inverted-index", 2),
            ("join", 1),
            ("top-n", 2),
            ("histogram", 2),
            ("mean-variance", 1),
            ("sessions", 2),
            ("page-rank", 2),
            ("word-count", 0),
            ("sort", 0),
        ],
    )
    def test_counts_broken_records_and_goes_on(self, slug: str, malformed: int) -> None:
        naive = Naive(program(slug).job(), FOLDER / slug)
        naive.run(program(slug).sample)

        assert naive.counters["Records.Malformed"] == malformed

    @pytest.mark.parametrize(
        ("slug", "name", "value", "words"),
        [
            ("word-count", "MIN_LENGTH", "two", "MIN_LENGTH must be a whole number from 1 on, not 'two'."),
            ("word-count", "FOLD_CASE", "maybe", "FOLD_CASE must be yes or no, not 'maybe'."),
            ("inverted-index", "MIN_LENGTH", "0", "MIN_LENGTH must be"),
            ("sort", "FIELD", "-1", "FIELD must be a whole number"),
            ("sort", "TYPE", "date", "TYPE must be text or number"),
            ("sort", "ORDER", "up", "ORDER must be"),
            ("sort", "SEPARATOR", "|", "SEPARATOR must be"),
            ("grep", "PATTERN", "(", "PATTERN is not a regular expression: missing ), unterminated"),
            ("grep", "INVERT", "true", "INVERT must be"),
            ("count-matches", "PATTERN", "a**", "PATTERN is not a regular expression: multiple repeat"),
            ("join", "KIND", "outer", "KIND must be inner or left"),
            ("top-n", "N", "ten", "N must be a whole number from 1 to 999999, not 'ten'."),
            ("histogram", "WIDTH", "0", "WIDTH must be a number above 0"),
            ("histogram", "WIDTH", "1e9", "WIDTH must be a number above 0"),
            ("histogram", "FIELD", "1.5", "FIELD must be"),
            ("mean-variance", "VARIANCE", "n", "VARIANCE must be"),
            ("page-rank", "DAMPING", "1.01", "DAMPING must be a number from 0 to 1"),
            ("page-rank", "DAMPING", "nan", "DAMPING must be"),
            ("sessions", "GAP_MINUTES", "½", "GAP_MINUTES must be"),
        ],
    )
    def test_ends_at_once_with_a_wrong_setting(self, slug: str, name: str, value: str, words: str) -> None:
        told = {"mapreduce_map_input_file": "file:/in/a", "PATTERN": "a", name: value}
        with pytest.raises(ProgramFailed) as caught:
            start_inside(FOLDER / slug, "python3 mapper.py", b"a\t1\n", told)

        assert str(caught.value).startswith(words)
        assert "\n" not in str(caught.value)

    def test_says_so_in_one_line_of_stderr(self) -> None:
        with pytest.raises(ProgramFailed) as caught:
            start_process(FOLDER / "top-n", "python3 mapper.py", b"", {"N": "x"})

        assert str(caught.value) == "N must be a whole number from 1 to 999999, not 'x'.\n"

    def test_takes_an_empty_setting_for_the_default(self) -> None:
        assert start_inside(FOLDER / "top-n", "python3 mapper.py", b"a\t1", {"N": ""})[0] == b"top\ta\t1\n"


class TestWordCount:
    @quickly
    @given(st.lists(st.text(st.sampled_from("aAbßİé' .\t’_0\udcff"))), shapes)
    def test_counts_as_a_dictionary_does(self, texts: list[str], shape: Shape) -> None:
        body = "".join(text + "\n" for text in texts).encode(errors="surrogateescape")
        spaced = "".join(c if c.isalnum() or c in "'’" else " " for c in "\n".join(texts))
        words = [piece for word in spaced.split() for piece in _without_outer_apostrophes(word)]
        counts = Counter(word.lower() for word in words)

        found = result("word-count", body, shape)

        assert sorted(found) == sorted(f"{word}\t{count}\n".encode() for word, count in counts.items())

    def test_leaves_short_words_out_and_case_as_it_is(self) -> None:
        assert result("word-count", b"An ant, an Ant", MIN_LENGTH="3", FOLD_CASE="no") == [b"Ant\t1\n", b"ant\t1\n"]


def _without_outer_apostrophes(word: str) -> list[str]:
    """Cut at apostrophes that do not stand between two letters."""
    pieces, inside = [""], word.replace("’", "'")
    for position, letter in enumerate(word):
        joins = 0 < position < len(word) - 1 and inside[position - 1] != "'" and inside[position + 1] != "'"
        if inside[position] != "'" or joins:
            pieces[-1] += letter
        else:
            pieces.append("")
    return [piece for piece in pieces if piece]


class TestInvertedIndex:
    def test_keeps_the_last_word(self) -> None:
        found, _ = start_inside(FOLDER / "inverted-index", "python3 reducer.py", b"a\td1\t1\nz\td1\t2", {})

        assert found == b"a\td1:1\nz\td1:2\n"

    @quickly
    @given(st.lists(st.tuples(odd_keys, st.lists(st.sampled_from([b"sea", b"sky", b"a"])))), shapes)
    def test_lists_documents_sorted(self, documents: list[tuple[bytes, list[bytes]]], shape: Shape) -> None:
        counts: dict[bytes, Counter[bytes]] = defaultdict(Counter)
        for document, words in documents:
            for word in words:
                counts[word][document] += 1
        expected = [
            word + b"\t" + b" ".join(b"%s:%d" % pair for pair in sorted(of_word.items())) + b"\n"
            for word, of_word in counts.items()
        ]

        found = result("inverted-index", lines([b"%s\t%s" % (d, b" ".join(w)) for d, w in documents]), shape)

        assert sorted(found) == sorted(expected)


class TestSort:
    @quickly
    @given(st.lists(odd_lines), shapes, st.booleans())
    def test_sorts_texts_by_their_bytes(self, records: list[bytes], shape: Shape, descends: bool) -> None:
        ordered = sorted(sorted(records), key=lambda line: line.split(b"\t")[0], reverse=descends)

        found = result("sort", lines(records), (shape[0], 1, shape[2], False), ORDER=_order(descends))

        assert found == [line + (b"\n" if b"\t" in line else b"\t\n") for line in ordered]

    @quickly
    @given(st.lists(decimals.map(str) | st.sampled_from(["1.2", "1.23", "-1.2", "-1.23", "0", "-0.0"])), shapes)
    @example(["1.50", "1.5", "10", "1e1", "-2.0", "-2"], ONE)
    @example(["12345678901234567890", "12345678901234567891", "1e-400", "-1e400", "1e400", "+7", "00"], ONE)
    def test_sorts_numbers_as_exact_as_they_are(self, numbers: list[str], shape: Shape) -> None:
        records = [f"x\t{number}\t{place}" for place, number in enumerate(numbers)]
        for descends in (False, True):
            ordered = sorted(records)
            ordered.sort(key=lambda line: Fraction(line.split("\t")[1]), reverse=descends)

            found = result(
                "sort",
                lines([line.encode() for line in records]),
                (shape[0], 1, shape[2], False),
                FIELD="2",
                TYPE="number",
                ORDER=_order(descends),
            )

            assert found == [f"{line}\n".encode() for line in ordered]

    @pytest.mark.parametrize("reduce_tasks", [1, 3])
    def test_loses_no_line_but_those_without_the_field(self, reduce_tasks: int) -> None:
        job = program("sort").job(
            environment={"FIELD": "2", "TYPE": "number", "SEPARATOR": "comma"}, reduce_tasks=reduce_tasks
        )
        naive = Naive(job, FOLDER / "sort")
        found = naive.run({"a.csv": b"b,10\na,9\nalone\nc,nan\nd,inf\ne,x\nf,\xff\nf, 3 ,"})

        assert sorted(b"".join(found.values()).splitlines()) == [b"a,9\t", b"b,10\t", b"f, 3 ,\t"]
        assert naive.counters["Records.Malformed"] == 5


def _order(descends: bool) -> str:
    return "descending" if descends else "ascending"


class TestGrep:
    def test_keeps_the_order_of_the_lines_in_each_file(self) -> None:
        body = lines([b"%d hit" % number for number in range(30, 0, -1)])
        for splits in (1, 4, 7):
            found = result_of("grep", {"b.txt": body, "a.txt": b"hit"}, (splits, 2, ONE[2], False), PATTERN="HIT|no")
            assert found == []
            found = result_of("grep", {"b.txt": body, "a.txt": b"hit"}, (splits, 1, ONE[2], False), PATTERN=r"\bhit$")
            assert found == [b"a.txt\thit\n", *(b"b.txt\t" + line + b"\n" for line in body.splitlines())]

    def test_ignores_case_and_inverts(self) -> None:
        body = b"An ERROR\nall well\nerror\n\xff\n"

        assert result("grep", body, PATTERN="error", IGNORE_CASE="yes") == [
            b"data.txt\tAn ERROR\n",
            b"data.txt\terror\n",
        ]
        assert result("grep", body, PATTERN="error", INVERT="yes") == [
            b"data.txt\tAn ERROR\n",
            b"data.txt\tall well\n",
            b"data.txt\t\xff\n",
        ]

    def test_sorts_lines_at_one_place_of_files_that_share_a_name(self) -> None:
        found, _ = start_inside(FOLDER / "grep", "python3 reducer.py", b"a\t0\tz\na\t0\ty\na\t5\tx", {})

        assert found == b"a\ty\na\tz\na\tx\n"


class TestCountMatches:
    def test_counts_the_first_group_if_there_is_one(self) -> None:
        body = b"GET /a status=200\nGET /b status=404\nstatus=200 status=\n"

        assert result("count-matches", body, (2, 1, ONE[2], True), PATTERN=r"status=(\d+)?") == [
            b"200\t2\n",
            b"404\t1\n",
        ]
        assert result("count-matches", body, PATTERN="get", IGNORE_CASE="yes") == [b"GET\t2\n"]

    def test_keeps_keys_free_of_tabs(self) -> None:
        assert result("count-matches", b"a\tb\n\xff a\tb", PATTERN=r"a.b|[^a-z\s]") == [b"a b\t2\n", b"\xff\t1\n"]


class TestJoin:
    @quickly
    @given(
        st.lists(st.tuples(st.sampled_from([b"k", b"k\x01", b"l"]), odd_lines)),
        st.lists(st.tuples(st.sampled_from([b"k", b"l", b"m"]), odd_lines)),
        shapes,
        st.booleans(),
    )
    def test_pairs_as_a_nested_loop_does(
        self, left: list[tuple[bytes, bytes]], right: list[tuple[bytes, bytes]], shape: Shape, keeps: bool
    ) -> None:
        expected = [b"%s\t%s\t%s\n" % (a, x, y) for a, x in left for b, y in right if a == b]
        if keeps:
            expected += [b"%s\t%s\t\n" % (a, x) for a, x in left if a not in dict(right)]
        inputs = {
            "left.tsv": lines([b"%s\t%s" % pair for pair in left]),
            "right.tsv": lines([b"%s\t%s" % pair for pair in right]),
        }

        found = result_of("join", inputs, shape, KIND="left" if keeps else "inner")

        assert sorted(found) == sorted(expected)

    def test_gives_the_same_bytes_in_whatever_order_values_come(self) -> None:
        inputs = {"a": b"k\t1\nk\t2\tx\nk\t1", "z": b"k\t9\nk\t8\nk\t8\n"}
        found = {
            tuple(result_of("join", inputs, (splits, 1, random.Random(splits), False), LEFT="a"))
            for splits in range(1, 4)
        }

        assert len(found) == 1
        assert len(found.pop()) == 9

    def test_takes_keys_without_more_and_says_how_many_records_each_side_has(self) -> None:
        naive = Naive(program("join").job(environment={"LEFT": "vip.*"}), FOLDER / "join")
        found = naive.run({"vip.txt": b"a\nb\n\n", "all.txt": b"a\t5\nc\t6"})

        assert found["part-00000"] == b"a\t\t5\n"
        assert naive.counters == {"Records.Left": 2, "Records.Right": 2, "Records.Malformed": 1}

    def test_ends_when_nothing_tells_the_file(self) -> None:
        with pytest.raises(ProgramFailed, match="nothing tells from which file"):
            start_inside(FOLDER / "join", "python3 mapper.py", b"a\n", {})


class TestTopN:
    @quickly
    @given(st.lists(st.tuples(odd_bytes, decimals)), st.integers(1, 6), shapes)
    @example(
        [(b"a", Decimal("10000000000000000000000000000001")), (b"b", Decimal("10000000000000000000000000000002"))],
        1,
        ONE,
    )
    def test_gives_the_largest(self, records: list[tuple[bytes, Decimal]], most: int, shape: Shape) -> None:
        body = lines([b"%s\t%s" % (key, str(number).encode()) for key, number in records])
        ordered = sorted(records, key=lambda record: (-Fraction(record[1]), record[0], str(record[1])))

        found = result("top-n", body, shape, N=str(most))

        assert found == [b"%s\t%s\n" % (key, str(number).encode()) for key, number in ordered[:most]]


class TestHistogram:
    @quickly
    @given(st.lists(decimals), st.sampled_from(["10", "0.5", "7", "0.001", "3000000000"]), shapes)
    @example([Decimal("-10"), Decimal("-0"), Decimal("1e-999999"), Decimal("-1e-999999")], "10", ONE)
    def test_counts_what_lies_between_two_edges(self, numbers: list[Decimal], width: str, shape: Shape) -> None:
        inside = [number for number in numbers if abs(number / Decimal(width)) < 10**17]
        counts = Counter(_floor(number, Fraction(width)) for number in inside)

        found = result("histogram", lines([str(number).encode() for number in inside]), shape, WIDTH=width)

        pairs = [line.split(b"\t") for line in found]
        assert {Fraction(start.decode()): int(count) for start, count in pairs} == {
            number * Fraction(width): count for number, count in counts.items()
        }
        assert b"E" not in b"".join(found)

    def test_takes_a_field_and_refuses_what_is_no_number_or_beyond_all_bins(self) -> None:
        naive = Naive(program("histogram").job(environment={"FIELD": "2"}), FOLDER / "histogram")
        found = naive.run({"a": b"x\t1e999999999\nx\tnan\nx\tinf\nx\t1e20\nx\t-15\ty\nx\n-1\t\xff"})

        assert found["part-00000"] == b"-20\t1\n"
        assert naive.counters["Records.Malformed"] == 6


def _floor(number: Decimal, width: Fraction) -> int:
    if number and number.adjusted() < -1000:  # such a fraction would fill the memory
        return -1 if number < 0 else 0
    return math.floor(Fraction(number) / width)


class TestMeanVariance:
    @quickly
    @given(
        st.lists(st.tuples(st.sampled_from(["a", "b"]), decimals)), shapes, st.sampled_from(["sample", "population"])
    )
    @example([("a", Decimal("1e15")), ("a", Decimal("1000000000000001")), ("a", Decimal("1e15"))], ONE, "sample")
    @example([("a", Decimal("1e150")), ("a", Decimal("1e-150")), ("a", Decimal("-1e150"))], ONE, "sample")
    def test_gives_what_the_statistics_module_gives(
        self, records: list[tuple[str, Decimal]], shape: Shape, kind: str
    ) -> None:
        values: dict[str, list[Fraction]] = defaultdict(list)
        for key, number in records:
            values[key].append(Fraction(number))
        variance_of = statistics.variance if kind == "sample" else statistics.pvariance

        found = result("mean-variance", lines([f"{k}\t{n}".encode() for k, n in records]), shape, VARIANCE=kind)

        expected = []
        for key, numbers in values.items():
            variance = f"{float(variance_of(numbers)):.15g}" if kind == "population" or len(numbers) > 1 else ""
            expected.append(f"{key}\t{len(numbers)}\t{float(statistics.mean(numbers)):.15g}\t{variance}\n".encode())
        assert sorted(found) == sorted(expected)

    def test_refuses_numbers_whose_sums_would_not_be_exact(self) -> None:
        naive = Naive(program("mean-variance").job(), FOLDER / "mean-variance")
        found = naive.run({"a": b"a\t1e151\na\t1e-151\na\tinf\na\tnan\n\xff\t2\na\t5\n"})

        assert found["part-00000"] == b"a\t1\t5\t\n\xff\t1\t2\t\n"
        assert naive.counters["Records.Malformed"] == 4


class TestPageRank:
    def test_comes_to_the_ranks_of_the_matrix_step_by_step(self) -> None:
        graph = {"a": "bc", "b": "c", "c": "a", "d": "cd", "e": ""}
        ranks = dict.fromkeys(graph, 1.0)
        body = lines([f"{node}\t1\t{','.join(links)}".encode() for node, links in graph.items()])
        for step in range(12):
            handed = dict.fromkeys(graph, 0.15)
            for node, links in graph.items():
                for target in links or node:
                    handed[target] += 0.85 * ranks[node] / len(links or node)
            ranks = handed
            body = b"".join(result("page-rank", body, (2, 1 + step % 3, random.Random(step), step % 2 == 0)))

        found = {line.split(b"\t")[0].decode(): float(line.split(b"\t")[1]) for line in body.splitlines()}
        assert found == pytest.approx(ranks, abs=1e-9)
        assert sum(found.values()) == pytest.approx(len(graph), abs=1e-9)

    @quickly
    @given(st.lists(st.tuples(st.sampled_from("abc"), st.decimals(0, 9), st.text(st.sampled_from("abc,")))), shapes)
    def test_gives_the_same_bytes_however_it_is_run(self, nodes: list[tuple[str, Decimal, str]], shape: Shape) -> None:
        body = lines([f"{node}\t{rank}\t{links}".encode() for node, rank, links in nodes])

        assert sorted(result("page-rank", body, shape)) == result("page-rank", body)

    def test_leaves_out_lines_that_would_break_the_form(self) -> None:
        found = result("page-rank", b"a\t1\tb\tc\n\t1\ta\na\nb\tnan\na\t1e99\na\t1")

        assert found == [b"a\t1.000000000000\t\n"]


class TestSessions:
    @quickly
    @given(st.lists(st.tuples(odd_keys, st.integers(0, 400).map(lambda n: n * 17))), shapes)
    def test_cuts_where_a_user_pauses(self, events: list[tuple[bytes, int]], shape: Shape) -> None:
        moments: dict[bytes, list[int]] = defaultdict(list)
        for user, moment in events:
            moments[user].append(moment)
        expected: list[tuple[bytes, int, int]] = []
        for user, of_user in moments.items():
            of_user.sort()
            edges = [n for n, (a, b) in enumerate(pairwise(of_user), 1) if b - a > 120]
            for first, last in zip([0, *edges], [*edges, len(of_user)], strict=True):
                expected.append((user, of_user[last - 1] - of_user[first], last - first))

        found = result("sessions", lines([b"%s\t%d\tx" % event for event in events]), shape, GAP_MINUTES="2")

        fields = [line.rstrip(b"\n").split(b"\t") for line in found]
        assert sorted((f[0], int(f[2]), int(f[3])) for f in fields) == sorted(expected)

    def test_reads_times_in_every_form_and_refuses_others(self) -> None:
        naive = Naive(program("sessions").job(), FOLDER / "sessions")
        found = naive.run(
            {
                "a": b"u\t0\nu\t1970-01-01T00:00:05Z\nu\t1970-01-01T01:00:07.9+01:00\nu\t9.99\tGET\n"
                b"u - - [01/Jan/1970:00:00:08 +0000] x\n"
                b"u\t1e400\nu\tnan\nu\t-1\nu\t253402300800\nu\t\nu\n\t5\nu\t\xff\nu - - [41/Foo/1970:00:00:08 +0000]\n"
            }
        )

        assert found["part-00000"] == b"u\t1970-01-01T00:00:00Z\t9\t5\n"
        assert naive.counters["Records.Malformed"] == 9
