"""Results as tables and plots, whatever a program has printed."""

import bz2
import gzip
import random
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mapreduce.core.plot import histogram, top
from mapreduce.core.preview import LONGEST_CELL, PAGE_ROWS, Question, preview_of
from mapreduce.core.source import coloured
from mapreduce.core.table import (
    MOST_ROWS,
    Head,
    Table,
    Unreadable,
    column_names,
    head_of,
    number_of,
    parse,
    visible,
)

KEY_VALUE = ("Key", "Value")
TABLES = some.lists(some.tuples(some.text(), some.text() | some.integers().map(str) | some.floats().map(str)))


def table(*rows: tuple[str, str]) -> Table:
    return Table(KEY_VALUE, rows)


class TestHead:
    def test_stops_where_it_is_told_to(self) -> None:
        assert head_of(BytesIO(b"a\nb\nc\n"), "part-00000", most_bytes=4) == Head(b"a\nb\n", is_cut=True)
        assert head_of(BytesIO(b"a\nb\n"), "part-00000", most_bytes=4) == Head(b"a\nb\n", is_cut=False)

    def test_unpacks_several_streams_in_one_file(self) -> None:
        packed = gzip.compress(b"a\t1\n") + gzip.compress(b"b\t2\n")

        assert head_of(BytesIO(packed), "part-00000.gz") == Head(b"a\t1\nb\t2\n", is_cut=False)

    def test_does_not_unpack_a_bomb(self) -> None:
        bomb = BytesIO(gzip.compress(bytes(300_000_000), 9))

        head = head_of(bomb, "part-00000.gz", most_bytes=1000)

        assert head == Head(bytes(1000), is_cut=True)
        assert bomb.tell() <= 1 << 16

    @given(some.binary(max_size=200))
    def test_takes_anything_for_packed(self, body: bytes) -> None:
        with suppress(Unreadable):
            assert len(head_of(BytesIO(body), "part-00000.gz", most_bytes=10).body) <= 10

    def test_refuses_what_is_packed_otherwise(self) -> None:
        with pytest.raises(Unreadable):
            head_of(BytesIO(bz2.compress(b"a")), "part-00000.gz")


class TestParse:
    @given(some.binary(), some.booleans())
    def test_takes_anything(self, body: bytes, is_cut: bool) -> None:
        found = parse([Head(body, is_cut)], KEY_VALUE)

        assert all(len(row) == 2 for row in found.rows)
        assert len(found.rows) <= body.count(b"\n") + 1

    @given(some.lists(some.tuples(some.text("abc äß 0"), some.text("abc äß 0\t")), max_size=20))
    def test_gives_back_what_was_written(self, rows: list[tuple[str, str]]) -> None:
        body = "".join(f"{key}\t{value}\n" for key, value in rows).encode()

        assert list(parse([Head(body, False)], KEY_VALUE).rows) == rows

    def test_leaves_out_a_line_that_was_cut(self) -> None:
        assert parse([Head(b"a\t1\nb\t2", True)], KEY_VALUE).rows == (("a", "1"),)
        assert parse([Head(b"endless", True)], KEY_VALUE).rows == (("endless", ""),)

    def test_takes_so_many_lines_and_says_that_there_are_more(self) -> None:
        found = parse([Head(b"a\n" * (MOST_ROWS + 10), False)], KEY_VALUE)

        assert len(found.rows) == MOST_ROWS
        assert found.is_cut

    def test_replaces_what_is_no_text(self) -> None:
        assert parse([Head(b"\xff\t\xc3\n", False)], KEY_VALUE).rows == (("�", "�"),)

    def test_names_columns(self) -> None:
        assert column_names(("Word", "Count")) == ("Word", "Count")
        assert column_names((), key_fields=2) == ("Key 1", "Key 2", "Value")


class TestSorting:
    @given(TABLES, some.booleans())
    def test_keeps_every_row(self, rows: list[tuple[str, str]], descending: bool) -> None:
        found = table(*rows).sorted_by(1, descending=descending)

        assert sorted(found.rows) == sorted(rows)

    @given(some.lists(some.integers() | some.floats(allow_nan=False, allow_infinity=False, width=32)))
    def test_puts_numbers_in_the_order_of_numbers(self, numbers: list[float]) -> None:
        found = table(*(("k", str(number)) for number in numbers)).sorted_by(1)

        assert [number_of(value) for _, value in found.rows] == sorted(numbers)

    def test_puts_what_is_no_number_behind(self) -> None:
        found = table(("a", "x"), ("b", "10"), ("c", "9"), ("d", "")).sorted_by(1, descending=True)

        assert [key for key, _ in found.rows] == ["b", "c", "a", "d"]

    @given(some.text())
    def test_reads_any_text_as_a_number_or_none(self, text: str) -> None:
        number = number_of(text)

        assert number is None or abs(number) < 1e300

    @pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1_0", "0x10", "1e999", "٣", "", "9" * 41, "1,5"])
    def test_takes_for_numbers_only_what_people_write(self, text: str) -> None:
        assert number_of(text) is None


class TestPreview:
    def test_pages(self) -> None:
        rows = [(f"k{number}", str(number)) for number in range(PAGE_ROWS + 1)]

        second = preview_of(table(*rows), Question(page=2))

        assert len(second.rows) == 1
        assert second.previous_address == "?"
        assert not second.next_address
        assert preview_of(table(*rows), Question(page=999)).page == 2

    def test_sorts_counts_from_the_largest_on_at_the_first_click(self) -> None:
        columns = preview_of(table(("a", "1")), Question(text="a")).columns

        assert columns[0].address == "?text=a&sort=1"
        assert columns[1].address == "?text=a&sort=-2"

    def test_turns_the_order_around_at_the_next(self) -> None:
        column = preview_of(table(("a", "1")), Question(sort=-2)).columns[1]

        assert column.order == "descending"
        assert column.address == "?sort=2"

    def test_cuts_long_cells_and_keeps_the_rest_in_the_title(self) -> None:
        cell = preview_of(table(("x" * 1000, "1")), Question()).rows[0][0]

        assert len(cell.text) == LONGEST_CELL + 1
        assert cell.title == "x" * 1000

    def test_shows_what_cannot_be_seen(self) -> None:
        assert visible("\x00\x7f\u202e\x1b[1mbold\x1b[0m") == "␀␡�bold"
        assert visible("a\n\tb\r", keep="\n\t") == "a\n\tb␍"

    @given(some.text())
    def test_shows_any_text_without_control_characters(self, text: str) -> None:
        assert not any(letter < " " or "\x7f" <= letter < "\xa0" for letter in visible(text))

    @given(TABLES, some.dictionaries(some.sampled_from(["text", "sort", "page", "value", "top", "file"]), some.text()))
    def test_answers_any_question(self, rows: list[tuple[str, str]], query: dict[str, str]) -> None:
        preview = preview_of(table(*rows), Question.from_query(query))

        assert len(preview.rows) <= PAGE_ROWS
        assert preview.question.address().startswith("?")

    @given(some.integers(-5, 5), some.integers(0, 5))
    def test_answers_questions_for_columns_that_are_not_there(self, sort: int, value: int) -> None:
        preview = preview_of(table(("a", "1"), ("b", "2")), Question(sort=sort, value=value))

        assert len(preview.rows) == 2
        assert preview.plot
        assert preview.plot.column == "Value"


class TestPlot:
    def test_names_the_largest(self) -> None:
        bars = top(table(("a", "3"), ("b", "x"), ("c", "30")), label=0, value=1, most=1)

        assert [(bar.label, bar.value) for bar in bars] == [("c", 30)]

    @given(some.lists(some.integers(-(10**40), 10**40) | some.floats(-1e300, 1e300)))
    def test_counts_every_number_once(self, numbers: list[float]) -> None:
        bars = histogram(numbers)

        assert sum(bar.value for bar in bars) == len(numbers)
        assert len(bars) <= 25

    def test_parts_what_is_spread_over_magnitudes_by_powers(self) -> None:
        generator = random.Random(7)

        bars = histogram([int(10 ** generator.uniform(0, 4)) for _ in range(1000)])

        assert [bar.label for bar in bars[:3]] == ["1", "2 to 3", "4 to 7"]


class TestSource:
    def test_is_coloured_by_its_first_line_or_its_name(self) -> None:
        assert 'class="hl-kn">import' in coloured("m", "#!/usr/bin/env python3\nimport sys\n")
        assert 'class="hl-kn">import' in coloured("m.py", "import sys\n")
        assert coloured("m", "import <b>") == "import &lt;b&gt;"

    @given(some.text(), some.sampled_from(["m.py", "m.sh", "m.pl", "m.awk", "m.rb", "m.js", "m"]))
    def test_never_lets_a_tag_through(self, text: str, name: str) -> None:
        found = coloured(name, text)

        assert found.count("<") == 2 * found.count("</span>")
