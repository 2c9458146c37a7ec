"""A table as a page shows it: what a reader asks of it (search, sort, page, plot), and the answer in cells."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from mapreduce.core.plot import Bar, histogram, in_order, top
from mapreduce.core.table import Table, number_of, visible

PAGE_ROWS = 25
LONGEST_CELL = 160
LONGEST_TITLE = 2_000
LONGEST_LABEL = 40
TOPS = (10, 20, 50)


@dataclass(frozen=True)
class Question:
    """What the reader wants to see; columns count from 1, and 0 is none."""

    file: str = ""  # one part of the results; all of them without
    text: str = ""
    sort: int = 0  # negative: from the largest on
    page: int = 1
    value: int = 0  # the column that is plotted
    top: int = TOPS[1]

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Question":
        """Read it from an address; what makes no sense there is as if it were left out."""
        numbers = {name: _int(query.get(name, ""), getattr(cls, name)) for name in ("sort", "page", "value", "top")}
        return cls(file=query.get("file", "")[:100], text=query.get("text", "")[:200].replace("\0", ""), **numbers)

    def address(self, **changes: Any) -> str:
        """Give the query that asks the same, but for the changes."""
        fields = asdict(replace(self, **changes))
        return "?" + urlencode({name: value for name, value in fields.items() if value != getattr(Question, name)})


@dataclass(frozen=True)
class Column:
    """The head of a column; `order` is what `aria-sort` says."""

    name: str
    is_numeric: bool
    order: str
    address: str


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, and the rest of it, if it was too long."""

    text: str
    title: str
    is_number: bool


@dataclass(frozen=True)
class Plot:
    """Two charts of one column."""

    column: str
    bars: list[Bar]
    is_in_order: bool  # as the lines stand; else the largest
    spread: list[Bar]


@dataclass(frozen=True)
class Preview:
    """One page of a table, and what is drawn of it."""

    question: Question
    columns: list[Column]
    rows: list[list[Cell]]
    found: int
    read: int
    is_cut: bool
    page: int
    pages: int
    plot: Plot | None
    numeric: list[tuple[int, str]]  # columns that can be plotted

    @property
    def previous_address(self) -> str:
        """The page before, or nothing."""
        return self.question.address(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_address(self) -> str:
        """The page after, or nothing."""
        return self.question.address(page=self.page + 1) if self.page < self.pages else ""


def preview_of(table: Table, question: Question, *, is_histogram: bool = False) -> Preview:
    """Answer a question; `is_histogram` if the lines are bars that stand in order."""
    question = _possible(table, question)
    numeric = table.numeric_columns()
    found = table.with_text(question.text) if question.text else table
    if question.sort:
        found = found.sorted_by(abs(question.sort) - 1, descending=question.sort < 0)
    pages = max(1, -(-len(found.rows) // PAGE_ROWS))
    page = min(question.page, pages)
    shown = found.rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    return Preview(
        question=question,
        columns=[_column(table, number, number in numeric, question) for number in range(len(table.columns))],
        rows=[[_cell(text, number in numeric) for number, text in enumerate(row)] for row in shown],
        found=len(found.rows),
        read=len(table.rows),
        is_cut=table.is_cut,
        page=page,
        pages=pages,
        plot=_plot(found, numeric, question, is_in_order=is_histogram),
        numeric=[(number + 1, visible(table.columns[number])) for number in numeric],
    )


def _possible(table: Table, question: Question) -> Question:
    width = len(table.columns)
    return replace(
        question,
        sort=question.sort if abs(question.sort) <= width else 0,
        page=max(1, question.page),
        value=question.value if 0 < question.value <= width else 0,
        top=question.top if question.top in TOPS else TOPS[1],
    )


def _column(table: Table, number: int, is_numeric: bool, question: Question) -> Column:
    here = number + 1
    largest_first = -here if is_numeric else here  # what one wants first of counts, and of names
    following = -question.sort if abs(question.sort) == here else largest_first
    order = {here: "ascending", -here: "descending"}.get(question.sort, "none")
    return Column(visible(table.columns[number]), is_numeric, order, question.address(sort=following, page=1))


def _cell(text: str, is_numeric: bool) -> Cell:
    shown = visible(text[: LONGEST_TITLE + 1], keep="\t")
    if len(shown) <= LONGEST_CELL:
        return Cell(shown, "", is_numeric and number_of(text) is not None)
    title = shown if len(shown) <= LONGEST_TITLE else f"{shown[:LONGEST_TITLE]}…"
    return Cell(f"{shown[:LONGEST_CELL]}…", title, is_number=False)


def _plot(table: Table, numeric: list[int], question: Question, *, is_in_order: bool) -> Plot | None:
    """Draw the column that is asked for, else the first of numbers that does not stand for names."""
    usual = numeric[1:] if numeric[:1] == [0] and len(numeric) > 1 else numeric
    chosen = question.value - 1 if question.value - 1 in numeric else usual[0] if usual else None
    if chosen is None or not table.rows:
        return None
    label = next((number for number in range(len(table.columns)) if number != chosen), chosen)
    bars = (in_order if is_in_order else top)(table, label=label, value=chosen, most=question.top)
    named = [Bar(_label(bar.label), bar.value) for bar in bars]
    return Plot(visible(table.columns[chosen]), named, is_in_order, histogram(table.numbers_in(chosen)))


def _label(text: str) -> str:
    shown = visible(text[: LONGEST_LABEL + 1]).strip() or "(empty)"
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[:LONGEST_LABEL]}…"


def _int(text: str, default: int) -> int:
    return int(text) if len(text) < 8 and text.lstrip("-").isdecimal() and text.count("-") <= 1 else default
