"""How likely chance alone makes numbers differ so much: exact tests, good for two posts as for two million."""

from collections.abc import Iterator
from math import exp, lgamma, log, log1p

NEGLIGIBLE = 1e-17  # what a sum of floats no longer sees


def chance_of_busier(posts: int, before: int, windows: float) -> float:
    """
    Say how likely a steady stream has this many posts or more in one window, of all that it had in this one and,
    `before`, in others that together are `windows` as long; 1 where that is no more than expected.

    The binomial test of two Poisson rates (Przyborowski and Wilenski 1940), which allows for what is not known of a
    rate that few posts tell.
    """
    if posts * windows <= before:
        return 1.0
    everything = posts + before
    first = _log_choose(everything, posts) + before * log(windows) - everything * log1p(windows)
    return _tail(first, ((everything - count) / ((count + 1) * windows) for count in range(posts, everything)))


def chance_of_larger_share(marked: int, drawn: int, marked_before: int, before: int) -> float:
    """
    Say how likely `marked` or more of `drawn` posts are marked, if they are no other than those before; 1 where that
    is no more than expected.

    Fisher's exact test, one-sided.
    """
    if marked * before <= marked_before * drawn:
        return 1.0
    everything, all_marked = drawn + before, marked + marked_before
    most = min(drawn, all_marked)
    first = (
        _log_choose(all_marked, marked)
        + _log_choose(everything - all_marked, drawn - marked)
        - _log_choose(everything, drawn)
    )
    unmarked = everything - all_marked
    ratios = (
        (all_marked - count) * (drawn - count) / ((count + 1) * (unmarked - drawn + count + 1))
        for count in range(marked, most)
    )
    return _tail(first, ratios)


def _tail(log_first: float, ratios: Iterator[float]) -> float:
    """Sum the terms of a distribution from one on; each is the one before times a ratio, and ratios only fall."""
    total = term = 1.0
    for ratio in ratios:
        term *= ratio
        total += term
        if term < total * NEGLIGIBLE:
            break
    return min(1.0, exp(log_first + log(total)))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
