import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textblob import TextBlob

from socialanalytics.core.analysers import textblob
from socialanalytics.core.analysers.textblob import Pieces, TextBlobAnalyser
from tests.socialanalytics.core.texts import FACES, LETTERS, ODD, fuzzed, posts

PARTS = st.one_of(st.sampled_from([*ODD, *FACES, "good", "Bad", "really", "not"]), st.text(LETTERS), st.text())


@pytest.fixture(scope="module")
def analyser() -> TextBlobAnalyser:
    return TextBlobAnalyser()


def itself(text: str) -> float:
    polarity: float = TextBlob(text).sentiment.polarity
    return float(polarity)


class TestPolarity:
    """Ours is TextBlob's own to the last bit; hex tells -0.0 from 0.0."""

    def test_is_the_same_for_ordinary_posts(self, analyser: TextBlobAnalyser) -> None:
        for text in posts(1500, seed=11):
            assert analyser.polarity(text).hex() == itself(text).hex(), text

    def test_is_the_same_for_odd_texts(self, analyser: TextBlobAnalyser) -> None:
        for text in fuzzed(4000, seed=12):
            assert analyser.polarity(text).hex() == itself(text).hex(), text

    @settings(max_examples=400, deadline=None)
    @given(text=st.lists(PARTS).map(" ".join) | st.lists(PARTS).map("".join) | st.text())
    def test_is_the_same_for_any_text(self, analyser: TextBlobAnalyser, text: str) -> None:
        assert analyser.polarity(text).hex() == itself(text).hex()

    @pytest.mark.parametrize(
        "text",
        [
            "not really good",
            "really not good",
            "really is a good",
            "not a very good, awful day!!!",
            "so good ( ! )",
            "at 5: 3 people",
            "vitamin x D",
            "o. On't",  # an emoticon across a space and a contraction
            "o . O is none, o. O is",
            ":\n\n)",
            ": END-OF-SENTENCE )",
            "> :)",
            "great(!) :-. 8) good",
            "Mr. Good e.g. nice. U.S. bad...",
            "“good” ‘bad’ it’s",
            "good\x1cbad\xa0nice\u2028awful",
        ],
    )
    def test_is_the_same_where_rules_meet(self, analyser: TextBlobAnalyser, text: str) -> None:
        assert analyser.polarity(text).hex() == itself(text).hex()


class TestPieces:
    def test_begin_anew_when_there_are_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(textblob, "REMEMBERED", 100)
        pieces = Pieces()
        for number in range(1000):
            list(pieces.tokens(f"word{number} good"))

        assert len(pieces) <= 100

    def test_leave_long_ones_out(self) -> None:
        pieces = Pieces()
        list(pieces.tokens("https://example.com/" + "a" * 100))

        assert not pieces


class TestReasons:
    def test_show_a_negation_and_its_word_together(self, analyser: TextBlobAnalyser) -> None:
        assert analyser.reasons("This is NOT a  very Good idea") == [("NOT a very Good", -269)]

    def test_show_an_emoticon_as_it_was_written(self, analyser: TextBlobAnalyser) -> None:
        assert analyser.reasons("Know it : ) no") == [(": )", 500)]

    def test_are_parts_of_the_average(self, analyser: TextBlobAnalyser) -> None:
        assert analyser.reasons("Good and bad, good and great") == [
            ("Good", 175),
            ("bad", -175),
            ("good", 175),
            ("great", 200),
        ]


def test_a_page_can_list_the_analysers_without_loading_textblob() -> None:

    code = (
        "import sys, socialanalytics.core.analysers as a; [x.title for x in a.ANALYSERS.values()]; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"textblob", "nltk", "vaderSentiment"} & set(loaded)
