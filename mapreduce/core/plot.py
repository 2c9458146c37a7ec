"""What is drawn of a table: the largest values with their names, and how values are spread."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice, pairwise
from math import ceil, floor, isclose, log

from mapreduce.core.table import Number, Table, number_of

MOST_BINS = 20
SKEWED = 1000  # the largest is so many times the smallest: bins of one width would put nearly all into the first
LARGEST_WHOLE = 2**50  # up to here edges are exact


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, and how long it is."""

    label: str
    value: Number


def top(table: Table, *, label: int, value: int, most: int) -> list[Bar]:
    """Give the rows with the largest values."""
    found = [Bar(row[label], number) for row in table.rows if (number := number_of(row[value])) is not None]
    return sorted(found, key=lambda bar: bar.value, reverse=True)[:most]


def in_order(table: Table, *, label: int, value: int, most: int) -> list[Bar]:
    """Give the first rows that have a value, as they stand."""
    pairs = ((row[label], number_of(row[value])) for row in table.rows)
    return list(islice((Bar(name, number) for name, number in pairs if number is not None), most))


def histogram(numbers: list[Number]) -> list[Bar]:
    """
    Count how many numbers lie between edges; those that are spread over magnitudes lie between powers.

    >>> [(bar.label, bar.value) for bar in histogram([1, 2, 2, 3])]
    [('1', 1), ('2', 2), ('3', 1)]
    >>> [(bar.label, bar.value) for bar in histogram([1, 2.5, 3])]
    [('1 to 1.667', 1), ('1.667 to 2.333', 0), ('2.333 to 3', 2)]
    """
    if not numbers:
        return []
    low, high = min(numbers), max(numbers)
    are_whole = all(isinstance(number, int) for number in numbers) and max(high, -low) < LARGEST_WHOLE
    if low > 0 and high / SKEWED > low:
        edges = _powers(float(low), float(high))
    elif are_whole:
        edges = _whole(int(low), int(high), len(numbers))
    elif isclose(low, high):
        return [Bar(_words(float(low)), len(numbers))]
    else:
        edges = _equal(float(low), float(high), len(numbers))
    return _counted(numbers, edges, are_whole=are_whole)


def _counted(numbers: list[Number], edges: list[float], *, are_whole: bool) -> list[Bar]:
    counts = [0] * (len(edges) - 1)
    for number in numbers:
        counts[min(max(bisect_right(edges, number) - 1, 0), len(counts) - 1)] += 1
    label = _whole_range if are_whole else _range
    return [Bar(label(a, b), n) for (a, b), n in zip(pairwise(edges), counts, strict=True)]


def _bins(total: int) -> int:
    return min(MOST_BINS, max(2, ceil(log(total, 2)) + 1))  # Sturges' rule


def _equal(low: float, high: float, total: int) -> list[float]:
    bins = _bins(total)
    return [low + (high - low) * number / bins for number in range(bins + 1)]


def _whole(low: int, high: int, total: int) -> list[float]:
    """Give edges between which whole numbers lie, as many in each."""
    width = -(-(high - low + 1) // _bins(total))
    return [float(edge) for edge in range(low, high + width + 1, width)]


def _powers(low: float, high: float) -> list[float]:
    factor = 2.0 if log(high, 2) - log(low, 2) < MOST_BINS - 1 else 10.0 ** ceil(log(high / low, 10) / (MOST_BINS - 1))
    first, last = floor(log(low, factor)), floor(log(high, factor)) + 1
    return [factor**power for power in range(first, last + 1)]


def _range(low: float, high: float) -> str:
    return f"{_words(low)} to {_words(high)}"


def _whole_range(low: float, high: float) -> str:
    return _words(low) if high - low <= 1 else _range(low, high - 1)


def _words(number: float) -> str:
    return f"{number:.4g}" if abs(number) >= 1e6 or not number.is_integer() else f"{number:.0f}"
