"""Rows as files for other programs."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from itertools import count, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialanalytics.core.tables import FORMULA, csv_of, json_lines_of, json_of

ROW = {"at": datetime(2026, 1, 2, 3, tzinfo=UTC), "text": "line one\nline “two”", "score": -0.5, "tags": ["a", "b"]}


def parsed(rows: list[dict[str, Any]], *columns: str) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(csv_of(columns, rows)).decode(), newline="")))


def test_csv_has_a_line_of_names_and_a_line_a_row() -> None:
    assert parsed([ROW], *ROW) == [list(ROW), ["2026-01-02T03:00:00Z", "line one\nline “two”", "-0.5", "a b"]]
    assert parsed([], "a", "b") == [["a", "b"]]


@pytest.mark.parametrize("begin", FORMULA)
def test_csv_works_out_no_formula(begin: str) -> None:
    rows = [{"text": f"{begin}HYPERLINK(1)", "tags": [f"{begin}tag", "other"]}]

    assert parsed(rows, "text", "tags")[1] == [f"'{begin}HYPERLINK(1)", f"'{begin}tag other"]


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_csv_gives_any_text_back(text: str) -> None:
    assert parsed([{"text": text}], "text")[1:] == [[f"'{text}" if text.startswith(FORMULA) else text]]


def test_json_is_one_array() -> None:
    for rows in ([], [ROW], [ROW, ROW]):
        assert [row["tags"] for row in json.loads(b"".join(json_of(rows)))] == [["a", "b"]] * len(rows)


def test_json_lines_are_one_row_each() -> None:
    first, second = b"".join(json_lines_of([ROW, {"text": "=1+1"}])).splitlines()

    assert json.loads(first)["at"] == "2026-01-02T03:00:00Z"
    assert json.loads(second) == {"text": "=1+1"}


def test_none_waits_for_the_last_row() -> None:
    endless = ({"n": number} for number in count())

    assert next(islice(csv_of(["n"], endless), 1, None)).startswith(b"0\r\n1\r\n")
    assert next(iter(json_lines_of(endless))).startswith(b'{"n":')
