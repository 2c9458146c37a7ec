import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialanalytics.core.analysers import ANALYSERS
from socialanalytics.core.analysers.vader import MEANT, VaderAnalyser
from socialanalytics.core.post import Mood
from tests.socialanalytics.core.texts import VADER, fuzzed, posts, without_emoji


@pytest.fixture(scope="module")
def analyser() -> VaderAnalyser:
    return VaderAnalyser()


def itself(text: str) -> float:
    return float(VADER.polarity_scores(text)["compound"])


class TestCompound:
    def test_is_vaders_own_for_texts_without_emoji(self, analyser: VaderAnalyser) -> None:
        for text in map(without_emoji, [*posts(700, seed=21), *fuzzed(2500, seed=22)]):
            assert analyser.compound(text) == itself(text), text

    @settings(max_examples=300, deadline=None)
    @given(text=st.lists(st.sampled_from(sorted(VADER.lexicon)) | st.text()).map(" ".join))
    def test_is_vaders_own_for_any_words(self, analyser: VaderAnalyser, text: str) -> None:
        text = without_emoji(text)

        assert analyser.compound(text) == itself(text)


class TestReasons:
    def test_show_an_emoji_for_the_words_of_its_name(self, analyser: VaderAnalyser) -> None:
        assert [word for word, _ in analyser.reasons("Fine 😂😂lol (GREAT!)")] == ["Fine", "😂", "lol", "GREAT"]

    def test_are_about_the_compound_value(self, analyser: VaderAnalyser) -> None:
        text = "I love it, but the queue is awful"

        assert sum(share for _, share in analyser.reasons(text)) == pytest.approx(1000 * analyser.compound(text), abs=3)


class TestEmoji:
    @pytest.mark.parametrize("name", ["vader", "blend"])
    @pytest.mark.parametrize(
        ("text", "mood"),
        [(f"Monday {emoji}", Mood.POSITIVE) for emoji in ("😍", "😀", "👍", "👍🏽", "❤", "❤️", "👏", "🎉", "💯")]
        + [(f"Monday {emoji}", Mood.NEGATIVE) for emoji in ("😡", "😢", "👎", "👎🏿", "💔", "☹️", "🤮", "😠")]
        + [("Monday😍!", Mood.POSITIVE), ("😡Monday", Mood.NEGATIVE), ("Monday 🔥", Mood.NEUTRAL)],
    )
    def test_are_understood(self, name: str, text: str, mood: Mood) -> None:
        assert ANALYSERS[name].score(text).mood == mood

    def test_are_nothing_to_textblob(self) -> None:
        assert ANALYSERS["textblob"].score("Monday 😍").thousandths == 0

    def test_are_meant_by_words_that_vader_knows(self) -> None:
        assert set(MEANT.values()) - VADER.lexicon.keys() == {"flame"}  # which is neither good nor bad


class TestBlend:
    def test_is_seven_parts_vader_and_three_textblob(self) -> None:
        text = "What a great day 😍"
        vader, textblob = ANALYSERS["vader"].score(text), ANALYSERS["textblob"].score(text)

        assert ANALYSERS["blend"].score(text).thousandths == pytest.approx(
            0.7 * vader.thousandths + 0.3 * textblob.thousandths, abs=1
        )

    def test_counts_a_word_that_both_know_once(self) -> None:
        assert [word for word, _ in ANALYSERS["blend"].reasons("great")] == ["great"]
