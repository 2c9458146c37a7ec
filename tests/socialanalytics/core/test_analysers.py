import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialanalytics.core.analysers import ANALYSERS, Analyser
from socialanalytics.core.analysers.port import score_of
from socialanalytics.core.post import Mood, Score
from tests.socialanalytics.core.texts import HOSTILE, fuzzed


@pytest.fixture(params=list(ANALYSERS))
def analyser(request: pytest.FixtureRequest) -> Analyser:
    return ANALYSERS[request.param]


class TestTheThree:
    def test_are_textblob_first_vader_and_their_blend(self) -> None:
        assert list(ANALYSERS) == ["textblob", "vader", "blend"]

    def test_are_kept_by_their_names(self) -> None:
        assert all(analyser.name == name for name, analyser in ANALYSERS.items())


class TestEveryAnalyser:
    def test_says_what_it_is_in_one_sentence(self, analyser: Analyser) -> None:
        assert analyser.title
        assert re.fullmatch(r"[A-Z].*\)?[.]", analyser.description)

    @pytest.mark.parametrize(
        ("text", "mood"),
        [
            ("I love this, it is great", Mood.POSITIVE),
            ("I hate this, it is awful", Mood.NEGATIVE),
            ("The train leaves at noon", Mood.NEUTRAL),
            ("It works :)", Mood.POSITIVE),
            ("It broke :(", Mood.NEGATIVE),
            ("This is not good", Mood.NEGATIVE),
            ("", Mood.NEUTRAL),
            ("今日は", Mood.NEUTRAL),
        ],
    )
    def test_knows_plain_moods(self, analyser: Analyser, text: str, mood: Mood) -> None:
        assert analyser.score(text).mood == mood

    def test_scores_from_minus_to_plus_a_thousand(self, analyser: Analyser) -> None:
        assert all(-1000 <= analyser.score(text).thousandths <= 1000 for text in fuzzed(300, seed=3))

    @settings(max_examples=200, deadline=None)
    @given(text=st.text())
    def test_scores_any_text_the_same_twice(self, text: str) -> None:
        for each in ANALYSERS.values():
            assert each.score(text) == each.score(text)
            assert each.reasons(text) == each.reasons(text)

    @pytest.mark.parametrize("text", ["\ud800", "\ud83d love \udc00", "\x00", "love\x00hate", "\u200d\u200d"])
    def test_scores_what_no_text_should_hold(self, analyser: Analyser, text: str) -> None:
        analyser.score(text)
        analyser.reasons(text)

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize("kind", list(HOSTILE))
    def test_comes_back_from_huge_texts_of(self, analyser: Analyser, kind: str) -> None:
        analyser.score(HOSTILE[kind])
        analyser.reasons(HOSTILE[kind])

    def test_reads_the_beginning_of_a_long_text(self, analyser: Analyser) -> None:
        assert analyser.score("x " * 10_000 + "love") == Score(0, Mood.NEUTRAL)

    @pytest.mark.parametrize("text", ["I love it", "What an awful day", "SO happy :) but not very good"])
    def test_gives_reasons_whose_sum_has_the_sign_of_the_score(self, analyser: Analyser, text: str) -> None:
        total = sum(share for _, share in analyser.reasons(text))

        assert (total > 0) == (analyser.score(text).thousandths > 0)
        assert total

    @pytest.mark.parametrize("text", ["LOVE it", "an Awful, awful day", "so happy 😂😂 :)"])
    def test_gives_reasons_in_the_words_of_the_text(self, analyser: Analyser, text: str) -> None:
        assert analyser.reasons(text)
        assert all(word in text for word, _ in analyser.reasons(text))

    def test_gives_no_reasons_for_a_text_without_opinion(self, analyser: Analyser) -> None:
        assert analyser.reasons("The train leaves at noon") == []


class TestScoreOf:
    @pytest.mark.parametrize(
        ("value", "score"),
        [
            (0.05, Score(50, Mood.POSITIVE)),
            (0.0499, Score(50, Mood.NEUTRAL)),
            (0.0, Score(0, Mood.NEUTRAL)),
            (-0.0499, Score(-50, Mood.NEUTRAL)),
            (-0.05, Score(-50, Mood.NEGATIVE)),
            (1.0, Score(1000, Mood.POSITIVE)),
        ],
    )
    def test_is_neutral_around_zero(self, value: float, score: Score) -> None:
        assert score_of(value) == score

    @pytest.mark.parametrize(("value", "mood"), [(0.24, Mood.NEUTRAL), (0.25, Mood.POSITIVE), (-0.2, Mood.NEGATIVE)])
    def test_may_be_neutral_further_out(self, value: float, mood: Mood) -> None:
        assert score_of(value, positive=0.25, negative=-0.2).mood == mood
