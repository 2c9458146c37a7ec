"""The tests of numbers, against sums of whole numbers and fractions that are worked out in full."""

from fractions import Fraction
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialanalytics.core.chances import chance_of_busier, chance_of_larger_share

few = st.integers(0, 60)


@given(posts=few, before=few, windows=st.integers(1, 40))
def test_a_busier_window_is_as_likely_as_the_binomial_says(posts: int, before: int, windows: int) -> None:
    share, everything = Fraction(1, windows + 1), posts + before
    exact = sum(
        comb(everything, count) * share**count * (1 - share) ** (everything - count)
        for count in range(posts, everything + 1)
    )

    expected = 1.0 if posts * windows <= before else float(exact)
    assert isclose(chance_of_busier(posts, before, windows), expected, rel_tol=1e-9)


@given(marked=few, others=few, marked_before=few, others_before=few)
def test_a_larger_share_is_as_likely_as_fisher_says(
    marked: int, others: int, marked_before: int, others_before: int
) -> None:
    drawn, before, all_marked = marked + others, marked_before + others_before, marked + marked_before
    unmarked = others + others_before
    exact = sum(
        Fraction(comb(all_marked, count) * comb(unmarked, drawn - count), comb(drawn + before, drawn))
        for count in range(marked, min(drawn, all_marked) + 1)
    )

    expected = 1.0 if marked * before <= marked_before * drawn else float(exact)
    assert isclose(chance_of_larger_share(marked, drawn, marked_before, before), expected, rel_tol=1e-9)


def test_millions_of_posts_are_no_trouble() -> None:
    assert chance_of_busier(1_000_000, 28_000_000, 28) == 1.0
    assert 0.1 < chance_of_busier(1_001_000, 28_000_000, 28) < 0.3
    assert chance_of_busier(1_100_000, 28_000_000, 28) == 0.0
    assert 0.0 < chance_of_larger_share(201_000, 1_000_000, 2_000_000, 10_000_000) < 0.1


@pytest.mark.parametrize(("posts", "before"), [(0, 0), (0, 5), (1, 100)])
def test_nothing_is_surprising_in_a_quiet_window(posts: int, before: int) -> None:
    assert chance_of_busier(posts, before, 4) == 1.0
