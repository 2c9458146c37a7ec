"""What is drawn of a table: the largest values with their names, and how values are spread."""

from bisect import bisect_right
from dataclasses import dataclass
from math import ceil, floor, isclose, log

from mapreduce.core.table import Number, Table, number_of

MOST_BINS = 20
SKEWED = 1000  # the largest is so many times the smallest: bins of one width would put nearly all into the first


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, and how long it is."""

    label: str
    value: Number


def top(table: Table, *, label: int, value: int, most: int) -> list[Bar]:
    """Give the rows with the largest values."""
    found = [Bar(row[label], number) for row in table.rows if (number := number_of(row[value])) is not None]
    return sorted(found, key=lambda bar: bar.value, reverse=True)[:most]


def histogram(numbers: list[Number]) -> list[Bar]:
    """
    Count how many numbers lie between edges; those that are spread over magnitudes lie between powers.

    >>> [(bar.label, bar.value) for bar in histogram([1, 2, 2, 3])]
    [('1 to 1.667', 1), ('1.667 to 2.333', 2), ('2.333 to 3', 1)]
    """
    if not numbers:
        return []
    low, high = float(min(numbers)), float(max(numbers))
    if isclose(low, high):
        return [Bar(_words(low), len(numbers))]
    edges = _powers(low, high) if low > 0 and high / SKEWED > low else _equal(low, high, len(numbers))
    counts = [0] * (len(edges) - 1)
    for number in numbers:
        counts[min(max(bisect_right(edges, number) - 1, 0), len(counts) - 1)] += 1
    pairs = zip(edges, edges[1:], strict=False)
    return [Bar(f"{_words(a)} to {_words(b)}", n) for (a, b), n in zip(pairs, counts, strict=True)]


def _equal(low: float, high: float, total: int) -> list[float]:
    bins = min(MOST_BINS, max(2, ceil(log(total, 2)) + 1))  # Sturges' rule
    return [low + (high - low) * number / bins for number in range(bins + 1)]


def _powers(low: float, high: float) -> list[float]:
    factor = 2.0 if log(high, 2) - log(low, 2) < MOST_BINS - 1 else 10.0 ** ceil(log(high / low, 10) / (MOST_BINS - 1))
    first, last = floor(log(low, factor)), floor(log(high, factor)) + 1
    return [factor**power for power in range(first, last + 1)]


def _words(number: float) -> str:
    return f"{number:.4g}" if abs(number) >= 1e6 or not number.is_integer() else f"{number:.0f}"
